"""Times as OpenLineage's clients write them: RFC 3339, and what is near it."""

import re
from datetime import UTC, datetime

from forebay.domain.pipelines.errors import InvalidReportError

_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?P<fraction>\d{1,30}))?"
    r"(?:(?P<utc>[Zz]|UTC)|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>\d\d))?)?(?:\[[^\]]{1,100}\])?",
    re.ASCII,
)
_FIRST, _LAST = 1970, 2999  # what lies outside is a clock that was never set


def parse_event_time(value: object, *, field: str = "eventTime") -> datetime:
    """In UTC, which is taken for granted where no zone is given; what is finer than microseconds is cut off.

    InvalidReportError.
    """
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 200 else None
    if match is None:
        raise InvalidReportError("expected a time such as 2026-01-31T23:59:59.123Z", field=field)
    time = match["time"] if len(match["time"]) > len("00:00") else f"{match['time']}:00"
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    zone = f"{match['sign']}{match['hours']}:{match['minutes'] or '00'}" if match["sign"] else "+00:00"
    try:
        moment = datetime.fromisoformat(f"{match['date']}T{time}.{fraction}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidReportError(f"there is no such time: {error}", field=field) from None
    if not _FIRST <= moment.year <= _LAST:
        raise InvalidReportError(f"expected a time from {_FIRST} to {_LAST}", field=field)
    return moment

"""Windows of time that people ask about."""

from datetime import datetime, timedelta

from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.figures import Window

SUMMARY_DAYS = 7
ANALYSIS_DAYS = 30


def window_of(since: datetime | None, until: datetime | None, *, at: datetime, days: int) -> Window:
    """Until now, unless said; since `days` days before the end, unless said. InvalidInputError when there is no time

    between them.
    """
    end = until or at
    try:
        begin = since or end - timedelta(days=days)
    except OverflowError:
        raise InvalidInputError("lies too far back", field="until") from None
    if begin >= end:
        raise InvalidInputError(f"expected a time before until ({end.isoformat()})", field="since")
    return Window(since=begin, until=end)

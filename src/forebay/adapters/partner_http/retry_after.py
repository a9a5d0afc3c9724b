"""The header Retry-After."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_asked_for(value: str | None, *, now: datetime) -> float | None:
    """RFC 9110, 10.2.3: seconds, or a date. Never below 0; None when it is neither."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        if until.tzinfo is None:  # "-0000": a time in UTC from a place that is not known
            until = until.replace(tzinfo=UTC)
        seconds = (until - now).total_seconds()
    return max(0.0, seconds) if not math.isnan(seconds) else None

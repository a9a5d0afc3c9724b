"""Range requests (RFC 9110, section 14): one range of bytes; anything else means the whole."""

import re

from forebay.domain.intake.errors import RangeNotSatisfiableError

_ONE_RANGE = re.compile(r"bytes\s*=\s*(?P<first>\d*)\s*-\s*(?P<last>\d*)\s*", re.IGNORECASE | re.ASCII)


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, stop) with stop exclusive, or None for the whole. RangeNotSatisfiableError when it starts at the end.

    A header that is malformed, in another unit or with several ranges is ignored, as the RFC allows.
    """
    match = _ONE_RANGE.fullmatch(header) if header else None
    if match is None:
        return None
    first, last = match["first"][:20], match["last"][:20]
    if first:
        start = int(first)
        if last and int(last) < start:
            return None
        if start >= size:
            raise RangeNotSatisfiableError(size)
        return start, min(int(last) + 1, size) if last else size
    if not last:
        return None
    if int(last) == 0 or size == 0:
        raise RangeNotSatisfiableError(size)
    return max(size - int(last), 0), size


def matches_etag(header: str | None, etag: str) -> bool:
    """If-None-Match: `*`, or a list that holds the tag; weak tags compare equal (RFC 9110, section 13.1.2)."""
    if header is None:
        return False
    if header.strip() == "*":
        return True
    return etag in re.findall(r'"[^"]*"', header)

"""Which of several media types a client wants (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator, Sequence

from forebay.entrypoints.http.problems import AnyRequest

_RANGE = re.compile(r"\s*(?P<kind>[\w!#$&^.+-]+|\*)/(?P<sub>[\w!#$&^.+-]+|\*)\s*(?P<parameters>;.*)?", re.ASCII)
_WEIGHT = re.compile(r";\s*q\s*=\s*(?P<weight>[01](\.\d{0,3})?)\s*", re.IGNORECASE | re.ASCII)


def accepted(request: AnyRequest, offered: Sequence[str]) -> str | None:
    """The one with the highest weight, the first of equals; without Accept the first. None when none of them fits."""
    return preferred(",".join(request.headers.getall("accept", [])), offered)


def preferred(header: str, offered: Sequence[str]) -> str | None:
    """As accepted(), for a header, where an empty one is none. What is malformed in it counts as not there."""
    ranges = list(_ranges(header if header.strip(" \t,") else "*/*"))
    best, highest = None, 0.0
    for media_type in offered:
        weight = _weight(media_type, ranges)
        if weight > highest:
            best, highest = media_type, weight
    return best


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for element in header.split(","):
        if match := _RANGE.fullmatch(element):
            weight = _WEIGHT.search(match["parameters"] or "")
            yield f"{match['kind']}/{match['sub']}".lower(), float(weight["weight"]) if weight else 1.0


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Of the most specific range that it lies in."""
    for wanted in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        found = [weight for name, weight in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0

"""The JSON of OpenLineage's events, as clients write it: Python's write NaN and Infinity, which JSON has not."""

import json
import re

from litestar.exceptions import ClientException

from forebay.domain.pipelines.errors import InvalidReportError

MOST_EVENTS = 10_000  # in a batch
_MOST_CONTAINERS = 1_000_000  # objects and arrays in a body; each takes many times the room that it has there
_DECODER = json.JSONDecoder(parse_constant=str)
_SPACE = re.compile(r"[ \t\n\r]*")


def parse_event(body: bytes) -> object:
    """One event. 400 when it is not JSON, 413 when it holds too much."""
    text = _text(body)
    event, end = _decode(text, 0)
    if end < len(text):
        raise _no_json(f"something follows at character {end}")
    return event


def parse_batch(body: bytes) -> list[object]:
    """The events of a JSON array. 400 when it is not JSON, 413 when it holds too much, 422 when it is no array."""
    text = _text(body)
    place = _skip(text, 0)
    if not text.startswith("[", place):
        parse_event(body)
        raise InvalidReportError("a batch is a JSON array of events")
    events: list[object] = []
    place = _skip(text, place + 1)
    closed = text.startswith("]", place)
    while not closed:
        if len(events) == MOST_EVENTS:
            raise ClientException(f"expected at most {MOST_EVENTS} events; send them in parts", status_code=413)
        event, place = _decode(text, place)
        events.append(event)
        closed = text.startswith("]", place)
        if not closed:
            if not text.startswith(",", place):
                raise _no_json(f"expected , or ] at character {place}")
            place = _skip(text, place + 1)
    if _skip(text, place + 1) < len(text):
        raise _no_json(f"something follows at character {place + 1}")
    return events


def _text(body: bytes) -> str:
    if body.count(b"[") + body.count(b"{") > _MOST_CONTAINERS:
        raise ClientException(
            f"expected at most {_MOST_CONTAINERS} objects and arrays; send it in parts", status_code=413
        )
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise _no_json(str(error)) from None


def _decode(text: str, place: int) -> tuple[object, int]:
    """The value that begins there or behind white space, and where the next thing begins."""
    try:
        value, end = _DECODER.raw_decode(text, _skip(text, place))
    except RecursionError:
        raise _no_json("it is nested too deeply") from None
    except ValueError as error:
        raise _no_json(str(error)) from None
    return value, _skip(text, end)


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _no_json(reason: str) -> ClientException:
    return ClientException(f"the body is not JSON: {reason}")

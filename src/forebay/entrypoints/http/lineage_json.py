"""The JSON of OpenLineage's events, as clients write it."""

import json

import msgspec
from litestar.exceptions import ClientException

from forebay.domain.pipelines.errors import InvalidReportError


def parse_event(body: bytes) -> object:
    """One event. 400 when it is not JSON."""
    try:
        return _decode(body)
    except ValueError as error:
        raise ClientException(f"the body is not JSON: {error}") from None


def parse_batch(body: bytes) -> list[object]:
    """Events, in a JSON array; an InvalidReportError in place of one that is not JSON when looked at closely.

    400 when the whole is none, 422 when it is JSON, but no array.
    """
    try:
        return [_one(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        events = parse_event(body)  # what else it may be
    if not isinstance(events, list):
        raise InvalidReportError("a batch is a JSON array of events")
    return events


def _one(raw: msgspec.Raw) -> object:
    try:
        return _decode(bytes(raw))
    except ValueError as error:
        return InvalidReportError(f"it is not JSON: {error}")


def _decode(text: bytes) -> object:
    """ValueError. Python's clients write NaN and Infinity, which JSON has not, and halves of surrogate pairs."""
    try:
        found: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    else:
        return found
    try:
        found = json.loads(text.decode(), parse_constant=str)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return found

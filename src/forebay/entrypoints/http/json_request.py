"""Bodies of requests that must be JSON, checked before anything is made of them."""

import re
from collections.abc import Awaitable, Callable

import msgspec
from litestar.exceptions import ClientException, ValidationException
from litestar.types import HTTPReceiveMessage, WebSocketReceiveMessage
from multipart import parse_options_header

from forebay.domain.intake.errors import UnsupportedMediaTypeError, UploadInterruptedError
from forebay.entrypoints.http.enum_words import with_words
from forebay.entrypoints.http.patience import Patience, StallLimits
from forebay.entrypoints.http.problems import AnyRequest

_PLACE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_LONGEST_PATH, _LONGEST_MESSAGE = 200, 300
_NAMED = re.compile(r"Object (contains unknown|missing required) field `(?P<name>.+?)`")


def json_as(model: type[msgspec.Struct]) -> Callable[[AnyRequest], Awaitable[None]]:
    """For `before_request`: as json_only(), and 400 for what is not of the model's types as it stands.

    The framework alone would take a text for a number, and a number for a time.
    """
    decoder = msgspec.json.Decoder(model)

    async def check(request: AnyRequest) -> None:
        await json_only(request)
        try:
            decoder.decode(await request.body())
        except msgspec.ValidationError as error:
            place, message = _place_and_message(str(error), model)
            raise ValidationException(extra=[{"key": place or "data", "message": message}]) from None

    return check


def field_and_message(message: str, model: type[msgspec.Struct]) -> tuple[str | None, str]:
    """What msgspec says is wrong with a `model`, with the path of the field that it is about, if any; both short."""
    path, message = _place_and_message(message, model)
    if named := _NAMED.search(message):
        path = f"{path}.{named['name']}" if path else named["name"]
    return path[:_LONGEST_PATH] or None, message[:_LONGEST_MESSAGE]


def _place_and_message(message: str, model: type[msgspec.Struct]) -> tuple[str, str]:
    place = _PLACE.search(message)
    path = place["path"] if place else ""
    return path, with_words(_PLACE.sub("", message), model, path)


async def json_only(request: AnyRequest) -> None:
    """For `before_request`: 415 for another media type, charset or coding, 400 for what cannot be parsed."""
    content_type, parameters = parse_options_header(request.headers.get("content-type", ""))
    if content_type != "application/json":
        raise UnsupportedMediaTypeError(f"got {content_type[:100]!r}; expected application/json", field="Content-Type")
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaTypeError(f"got the charset {charset[:100]!r}; JSON is UTF-8", field="Content-Type")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaTypeError(f"got {coding[:100]!r}; expected the body as it is", field="Content-Encoding")
    body = await _read(request)
    if not body:
        raise ClientException("the body is empty; expected a JSON object")
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ClientException(f"the body is not JSON: {error}") from None
    except RecursionError:
        raise ClientException("the body is nested too deeply") from None


async def _read(request: AnyRequest) -> bytes:
    """The body, which the framework keeps; UploadStalledError, UploadInterruptedError.

    The framework alone would wait for ever, and take it for a defect of ours when the client goes away.
    """
    receive, state = request.receive, request.scope["state"]
    patience = Patience(request.app.state.get("stall") or StallLimits(seconds=30.0, bytes=16 * 1024))
    size = 0

    async def patient() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal size
        async with patience.waiting():
            message = await receive()
        if message["type"] == "http.disconnect":
            raise UploadInterruptedError(f"the client went away after {size} bytes of the request body")
        if message["type"] == "http.request":
            size += len(message["body"])
            state["received_bytes"] = size
            patience.arrived(len(message["body"]))
        return message

    request.receive = patient
    try:
        return await request.body()
    finally:
        request.receive = receive

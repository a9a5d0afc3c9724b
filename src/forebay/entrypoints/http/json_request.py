"""Bodies of requests that must be JSON, checked before anything is made of them."""

import re
from collections.abc import Awaitable, Callable

import msgspec
from litestar.exceptions import ClientException, ValidationException
from multipart import parse_options_header

from forebay.domain.intake.errors import UnsupportedMediaTypeError
from forebay.entrypoints.http.problems import AnyRequest

_PLACE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
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
            place = _PLACE.search(str(error))
            told = {"key": (place and place["path"]) or "data", "message": _PLACE.sub("", str(error))}
            raise ValidationException(extra=[told]) from None

    return check


def field_and_message(message: str) -> tuple[str | None, str]:
    """What msgspec says is wrong, with the path of the field that it is about, if any."""
    place, named = _PLACE.search(message), _NAMED.search(message)
    path = place["path"] if place else ""
    if named:
        path = f"{path}.{named['name']}" if path else named["name"]
    return path or None, _PLACE.sub("", message)


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
    body = await request.body()
    if not body:
        raise ClientException("the body is empty; expected a JSON object")
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ClientException(f"the body is not JSON: {error}") from None
    except RecursionError:
        raise ClientException("the body is nested too deeply") from None

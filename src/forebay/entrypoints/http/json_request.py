"""Bodies of requests that must be JSON, checked before anything is made of them."""

import msgspec
from litestar.exceptions import ClientException
from multipart import parse_options_header

from forebay.domain.intake.errors import UnsupportedMediaTypeError
from forebay.entrypoints.http.problems import AnyRequest


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

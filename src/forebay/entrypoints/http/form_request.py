"""A request that brings a form with files: what its head must say."""

from multipart import parse_options_header

from forebay.domain.intake.errors import UnsupportedMediaTypeError
from forebay.entrypoints.http.problems import AnyRequest

_LONGEST_LENGTH = 20  # digits; servers take no longer ones, nor does int() take any number of them


def multipart_boundary(request: AnyRequest) -> tuple[str, int | None]:
    """The boundary, and the length of the body where it is known. UnsupportedMediaTypeError."""
    content_type, parameters = parse_options_header(request.headers.get("content-type", ""))
    if content_type != "multipart/form-data":
        raise UnsupportedMediaTypeError(
            f"got {content_type[:100]!r}; expected multipart/form-data", field="Content-Type"
        )
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaTypeError(f"got {coding[:100]!r}; expected the form as it is", field="Content-Encoding")
    length = request.headers.get("content-length", "")
    known = length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH
    return parameters.get("boundary", ""), int(length) if known else None

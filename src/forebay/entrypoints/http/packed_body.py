"""Bodies that are held whole, packed with gzip or not: how much of them is taken, and how they are unpacked."""

import zlib

from litestar.exceptions import ClientException

from forebay.domain.intake.errors import UnsupportedMediaTypeError, UploadInterruptedError
from forebay.entrypoints.http.patience import Patience, StallLimits
from forebay.entrypoints.http.problems import AnyRequest

MOST_BYTES = 32 * 1024 * 1024  # unpacked
_MOST_MEMBERS = 10_000  # of a gzip file; those that others write have one, or one for each 64 KiB
_STEP = 64 * 1024
_GZIP = 31  # what zlib calls a gzip file with the largest window
_LONGEST_LENGTH = 20  # digits


def is_packed(request: AnyRequest) -> bool:
    """Whether Content-Encoding says gzip; UnsupportedMediaTypeError for any other than none."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding in {"gzip", "x-gzip"}:
        return True
    if coding not in {"identity", ""}:
        raise UnsupportedMediaTypeError(f"got {coding[:100]!r}; expected gzip or none", field="Content-Encoding")
    return False


async def read_body(request: AnyRequest, *, stall: StallLimits, most: int = MOST_BYTES) -> bytes:
    """The body as it came. 413 when it is larger than `most` bytes, told before it is read where that is known;

    UploadStalledError, UploadInterruptedError. The request's state says how much was read, and whether that is all.
    """
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > _LONGEST_LENGTH or int(length) > most):
        raise too_large(most)
    state, patience = request.scope["state"], Patience(stall)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        async with patience.waiting():
            message = await request.receive()
        if message["type"] != "http.request":
            raise UploadInterruptedError(f"the client went away after {size} bytes of the request body")
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        patience.arrived(len(chunk))
        state["received_bytes"], state["body_read"] = size, not more
        if size > most:
            raise too_large(most)
        chunks.append(chunk)
    return b"".join(chunks)


def unpacked(packed: bytes, *, most: int = MOST_BYTES) -> bytes:
    """What a gzip file (RFC 1952; of several members, too) holds, in memory that `most` bounds, whatever it claims.

    413 when that is larger; 400 when it is damaged, or ends too early.
    """
    view, offset, size, members = memoryview(packed), 0, 0, 1
    pieces: list[bytes] = []
    decoder = zlib.decompressobj(_GZIP)
    while offset < len(view):
        chunk = view[offset : offset + _STEP]
        if decoder.eof:
            decoder, members = zlib.decompressobj(_GZIP), members + 1
        if members > _MOST_MEMBERS:
            raise ClientException(f"the body has more than {_MOST_MEMBERS} gzip members; pack it as one")
        try:
            piece = decoder.decompress(chunk, most - size + 1)
        except zlib.error as error:
            raise ClientException(f"the body is not whole gzip, as Content-Encoding says: {error}") from None
        offset += len(chunk) - len(decoder.unused_data) - len(decoder.unconsumed_tail)
        size += len(piece)
        if size > most:
            raise too_large(most)
        pieces.append(piece)
    if not decoder.eof:
        raise ClientException("the body ends before its gzip does; send it whole")
    return b"".join(pieces)


def too_large(most: int) -> ClientException:
    return ClientException(f"expected at most {most} bytes, unpacked; send it in parts", status_code=413)

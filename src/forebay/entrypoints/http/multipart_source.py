"""A multipart/form-data request as an UploadSource: fields in any order, the file streamed, nothing spooled.

RFC 7578 (multipart/form-data), RFC 9530 (Repr-Digest).
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
)

from forebay.application.ports.sources import Room, UploadDetails
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import (
    DuplicateFieldError,
    InvalidFieldError,
    MalformedUploadError,
    MissingFieldError,
    UnknownFieldError,
    UploadInterruptedError,
)
from forebay.domain.intake.filename import parse_file_name
from forebay.domain.intake.text_fields import MAX_NOTES
from forebay.entrypoints.http.delimiters import find_delimiter
from forebay.entrypoints.http.direct_body import DirectBody
from forebay.entrypoints.http.form_fields import FIELDS, with_field
from forebay.entrypoints.http.patience import Patience, StallLimits

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
_WINDOWS_PATH = re.compile(r'filename="((?:[A-Za-z]:|\\)\\[^"]*)"')  # the parser would silently cut it to its last part
_MAX_FIELD_BYTES = 4 * MAX_NOTES  # a character of UTF-8 has at most four bytes
_MAX_AROUND_BYTES = 1024 * 1024  # fields, and what RFC 2046 lets stand before the first and behind the last boundary
_MAX_HEADER_BYTES = 64 * 1024  # a file name that is far too long still deserves an answer that says so


class MultipartSource:
    """One request body. open() reads up to the file's first byte; read() the file, and the fields behind it.

    With a DirectBody the inner bytes of a file pass by the parser. It sees what comes from the first byte on that may
    belong to a delimiter, so it alone decides where the file ends.
    """

    def __init__(
        self,
        receive: Receive,
        boundary: str,
        *,
        content_length: int | None,
        stall: StallLimits,
        repr_digest: Sha256 | None = None,
        direct: DirectBody | None = None,
    ) -> None:
        self._receive = receive
        self._direct = direct
        self._delimiter = b"\r\n--" + boundary.encode()
        self._patience = Patience(stall)
        try:
            self._parser = PushMultipartParser(
                boundary, max_header_size=_MAX_HEADER_BYTES, max_segment_count=len(FIELDS) * 2
            )  # not strict: that refuses the line break behind the last boundary when it comes in a chunk of its own
        except MultipartError as error:
            raise MalformedUploadError(f"Content-Type has no usable boundary: {error}", field="Content-Type") from None
        self.size_hint = content_length
        self._details = UploadDetails(sha256=repr_digest)
        self._file_name: str | None = None
        self._seen: set[str] = set()
        self._field: str | None = None
        self._value = bytearray()
        self._pieces: list[memoryview] = []
        self._in_file = False
        self._around = 0
        self.ended = False
        self.body_read = False  # nothing more will come, whether or not it could be understood
        self.received_bytes = 0
        self._passable = False  # the parser holds nothing back, so the next bytes may pass it by

    @property
    def file_name(self) -> str:
        if self._file_name is None:
            raise MissingFieldError("file is missing; expected one part named file with a file name", field="file")
        return self._file_name

    @property
    def details(self) -> UploadDetails:
        return self._details

    async def open(self) -> None:
        """Until the file begins. MissingFieldError when the body ends without one."""
        while self._file_name is None:
            if self.ended:
                raise MissingFieldError("file is missing; expected one part named file with a file name", field="file")
            await self._advance()

    async def read(self, room: Room) -> int | None:
        while not self._pieces:
            if self.ended:
                return 0
            if self._direct is not None and self._passable:
                return await self._fill(self._direct, room)
            await self._advance()
        buffer = room()
        piece = self._pieces[0]
        size = min(len(piece), len(buffer))
        buffer[:size] = piece[:size]
        if size < len(piece):
            self._pieces[0] = piece[size:]
        else:
            self._pieces.pop(0)
        return size

    def close(self) -> None:
        """Leaves the rest of the body, if any, to `receive()`."""
        if self._direct is not None:
            self._direct.release()

    async def _advance(self) -> None:
        """One more message from the client through the parser."""
        self.close()
        async with self._patience.waiting():
            message = await self._receive()
        if message["type"] == "http.disconnect":
            raise self._interrupted()
        chunk: bytes = message.get("body", b"")
        self._arrived(len(chunk))
        self._take(chunk, more=bool(message.get("more_body", False)))

    async def _fill(self, direct: DirectBody, room: Room) -> int | None:
        """Some of the file, straight from the client; None when it was all for the parser."""
        try:
            async with self._patience.waiting():
                filled, more = await direct.fill(room, self._arrived)
        except ConnectionResetError:
            raise self._interrupted() from None
        came = room()[:filled] if filled else memoryview(b"")
        size = find_delimiter(came, self._delimiter)
        if size < filled or not more:
            self._take(bytes(came[size:]), more=more)
        return size or None

    def _arrived(self, size: int) -> None:
        self.received_bytes += size
        self._patience.arrived(size)

    def _interrupted(self) -> UploadInterruptedError:
        return UploadInterruptedError(f"the client went away after {self.received_bytes} bytes of the request body")

    def _take(self, chunk: bytes, *, more: bool) -> None:
        self.body_read = not more
        if not self._in_file:
            self._around += len(chunk)
            if self._around > _MAX_AROUND_BYTES:
                raise MalformedUploadError(f"more than {_MAX_AROUND_BYTES} bytes around the file", field="body")
        try:
            self._parse(chunk)
            if not more:
                self._parser.close()
                self.ended = True
        except ParserLimitReached as error:
            raise MalformedUploadError(f"the form is too large around the file: {error}", field="body") from None
        except MultipartError as error:
            raise MalformedUploadError(
                f"the body is not well-formed multipart/form-data: {error.args[0]}", field="body"
            ) from None

    def _parse(self, chunk: bytes) -> None:
        if not chunk:
            return  # to the parser this would be the end
        for event in self._parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                self._begin(event)
            elif event is None:
                self._end()
            elif self._in_file:
                self._pieces.append(memoryview(event))
            else:
                self._value += event
                if len(self._value) > _MAX_FIELD_BYTES:
                    raise InvalidFieldError(f"expected at most {_MAX_FIELD_BYTES} bytes", field=self._field)
        reach = len(self._delimiter) + len(b"--")  # how far back from its end the parser may hold back bytes
        self._passable = self._in_file and len(chunk) >= reach and b"\r" not in chunk[-reach:]

    def _begin(self, segment: MultipartSegment) -> None:
        name = segment.name or ""
        if name not in FIELDS:
            raise UnknownFieldError(
                f"field {name[:100]!r} is not known; expected {', '.join(FIELDS)}", field=name[:100]
            )
        if name in self._seen:
            raise DuplicateFieldError(f"{name} came twice; expected it once", field=name)
        self._seen.add(name)
        self._field = name
        self._value = bytearray()
        self._in_file = name == "file"
        if self._in_file:
            path = _WINDOWS_PATH.search(segment.header("Content-Disposition", ""))
            self._file_name = parse_file_name(path.group(1) if path else segment.filename)
            if segment.header("Content-Length") is not None:  # a promise that the parser checks: it must see every byte
                self._direct = None
        elif segment.filename is not None:
            raise InvalidFieldError("expected a plain value, got a file", field=name)

    def _end(self) -> None:
        if self._in_file:
            self._in_file = False
            return
        name = self._field or ""
        try:
            value = self._value.decode()
        except UnicodeDecodeError:
            raise InvalidFieldError("expected UTF-8", field=name) from None
        self._details = with_field(self._details, name, value)

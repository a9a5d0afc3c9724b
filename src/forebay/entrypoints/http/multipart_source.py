"""A multipart/form-data request as an UploadSource: fields in any order, the file streamed, nothing spooled.

RFC 7578 (multipart/form-data), RFC 9530 (Repr-Digest).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
)

from forebay.application.ports.sources import UploadDetails
from forebay.domain.ids import parse_id
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import (
    DuplicateFieldError,
    InvalidFieldError,
    MalformedUploadError,
    MissingFieldError,
    UnknownFieldError,
    UploadInterruptedError,
    UploadStalledError,
)
from forebay.domain.intake.filename import parse_file_name
from forebay.domain.intake.run import RunType
from forebay.domain.intake.text_fields import MAX_NOTES, parse_label, parse_notes, parse_owner

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
FIELDS = ("file", "type", "label", "notes", "owner", "parent_run_id", "sha256")
_WINDOWS_PATH = re.compile(r'filename="((?:[A-Za-z]:|\\)\\[^"]*)"')  # the parser would silently cut it to its last part
_MAX_FIELD_BYTES = 4 * MAX_NOTES  # a character of UTF-8 has at most four bytes
_MAX_AROUND_BYTES = 1024 * 1024  # fields, and what RFC 2046 lets stand before the first and behind the last boundary
_MAX_HEADER_BYTES = 64 * 1024  # a file name that is far too long still deserves an answer that says so


@dataclass(frozen=True, slots=True, kw_only=True)
class StallLimits:
    """Whoever brings less than `bytes` in `seconds` of our waiting is cut off."""

    seconds: float
    bytes: int


class MultipartSource:
    """One request body. open() reads up to the file's first byte; readinto() the file, and the fields behind it."""

    def __init__(
        self,
        receive: Receive,
        boundary: str,
        *,
        content_length: int | None,
        stall: StallLimits,
        repr_digest: Sha256 | None = None,
    ) -> None:
        self._receive = receive
        self._stall = stall
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
        self._patience = stall.seconds
        self._progress = 0

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

    async def readinto(self, buffer: memoryview) -> int:
        while not self._pieces:
            if self.ended:
                return 0
            await self._advance()
        piece = self._pieces[0]
        size = len(piece)
        room = len(buffer)
        if size <= room:
            buffer[:size] = piece
            self._pieces.pop(0)
            return size
        buffer[:] = piece[:room]
        self._pieces[0] = piece[room:]
        return room

    async def _advance(self) -> None:
        """One more message from the client through the parser."""
        chunk, more = await self._next_chunk()
        self.body_read = not more
        if not self._in_file:
            self._around += len(chunk)
            if self._around > _MAX_AROUND_BYTES:
                raise MalformedUploadError(f"more than {_MAX_AROUND_BYTES} bytes around the file", field="body")
        try:
            if chunk:
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
            if not more:
                self._parser.close()
                self.ended = True
        except ParserLimitReached as error:
            raise MalformedUploadError(f"the form is too large around the file: {error}", field="body") from None
        except MultipartError as error:
            raise MalformedUploadError(
                f"the body is not well-formed multipart/form-data: {error.args[0]}", field="body"
            ) from None

    async def _next_chunk(self) -> tuple[bytes, bool]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            if self._patience <= 0:
                raise TimeoutError
            async with asyncio.timeout_at(began + self._patience):
                message = await self._receive()
        except TimeoutError:
            raise UploadStalledError(
                f"less than {self._stall.bytes} bytes came in {self._stall.seconds:g} s; send faster "
                "(settings FOREBAY_UPLOAD_STALL_SECONDS, FOREBAY_UPLOAD_STALL_BYTES)"
            ) from None
        if message["type"] == "http.disconnect":
            raise UploadInterruptedError(f"the client went away after {self.received_bytes} bytes of the request body")
        chunk: bytes = message.get("body", b"")
        self.received_bytes += len(chunk)
        self._progress += len(chunk)
        self._patience -= loop.time() - began
        if self._progress >= self._stall.bytes:
            self._progress, self._patience = 0, self._stall.seconds
        return chunk, bool(message.get("more_body", False))

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


def with_field(details: UploadDetails, name: str, value: str) -> UploadDetails:
    """The details with one more field, checked."""
    match name:
        case "type":
            return replace(details, type=RunType.parse(value))
        case "label":
            return replace(details, label=parse_label(value))
        case "notes":
            return replace(details, notes=parse_notes(value))
        case "owner":
            return replace(details, owner=parse_owner(value))
        case "parent_run_id":
            return replace(details, parent_run_id=parse_id(value, field=name)) if value else details
        case _:
            digest = Sha256.parse(value)
            if details.sha256 is not None and details.sha256 != digest:
                raise InvalidFieldError("sha256 and Repr-Digest name different digests", field="sha256")
            return replace(details, sha256=digest)

"""A multipart/form-data request with fields first and then any number of files, each an UploadSource of its own.

Files come one after the other; of those behind the present one no more is held than what came in the same chunk.
"""

import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser

from forebay.application.ports.sources import Room, UploadDetails
from forebay.domain.errors import ForebayError
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
from forebay.domain.intake.run import RunType
from forebay.domain.intake.text_fields import MAX_NOTES
from forebay.entrypoints.http.form_fields import with_field
from forebay.entrypoints.http.patience import Patience, StallLimits

MAX_FILES = 1000
FIELDS = ("label", "notes", "owner")
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
_WINDOWS_PATH = re.compile(r'filename="((?:[A-Za-z]:|\\)\\[^"]*)"')  # the parser would silently cut it to its last part
_MAX_FIELD_BYTES = 4 * MAX_NOTES
_MAX_AROUND_BYTES = 4 * 1024 * 1024  # fields, heads of parts, and what RFC 2046 lets stand before and behind
_MAX_HEADER_BYTES = 64 * 1024
_SHOWN = 255  # characters of a file name that is refused


class FormFile:
    """One file of the form. `given_name`: as it was sent, for whoever has to say what is wrong with it."""

    def __init__(self, form: "DocumentForm", details: UploadDetails, given_name: str | None) -> None:
        self._form = form
        self._name = given_name
        self.details = details
        self.pieces: deque[memoryview] = deque()
        self.whole = False  # all its bytes have come

    @property
    def given_name(self) -> str | None:
        return self._name[:_SHOWN] if self._name is not None else None

    @property
    def file_name(self) -> str:
        return parse_file_name(self._name)

    @property
    def size_hint(self) -> int | None:
        return self._form.most

    async def read(self, room: Room) -> int | None:
        while not self.pieces:
            if self.whole:
                await self._form.check_alone()
                return 0
            await self._form.advance()
        buffer, piece = room(), self.pieces[0]
        size = min(len(piece), len(buffer))
        buffer[:size] = piece[:size]
        if size < len(piece):
            self.pieces[0] = piece[size:]
        else:
            self.pieces.popleft()
        return size

    async def skip(self) -> None:
        """Lets the rest of its bytes go."""
        self.pieces.clear()
        while not self.whole:
            await self._form.advance()
            self.pieces.clear()


class DocumentForm:
    """next() gives the files in order. What is wrong with the form is told behind the last file that came whole.

    With a digest there may be one file only: its read() ends when the form does, so that it is not kept otherwise.
    """

    def __init__(
        self,
        receive: Receive,
        boundary: str,
        *,
        content_length: int | None,
        max_file_bytes: int,
        stall: StallLimits,
        repr_digest: Sha256 | None = None,
    ) -> None:
        self._receive = receive
        self._patience = Patience(stall)
        try:
            self._parser = PushMultipartParser(boundary, max_header_size=_MAX_HEADER_BYTES)
        except MultipartError as error:
            raise MalformedUploadError(f"Content-Type has no usable boundary: {error}", field="Content-Type") from None
        self._content_length = content_length
        self._max_file_bytes = max_file_bytes
        self._digest = repr_digest
        self._details = UploadDetails(type=RunType.DOCUMENT, sha256=repr_digest)
        self._seen: set[str] = set()
        self._field = ""
        self._value = bytearray()
        self._waiting: deque[FormFile] = deque()
        self._given: FormFile | None = None
        self._coming: FormFile | None = None
        self._files = 0
        self._around = 0
        self._ended = False
        self.failure: ForebayError | None = None  # why nothing more of the form can be read
        self.body_read = False
        self.received_bytes = 0

    @property
    def most(self) -> int | None:
        """How many bytes a file has at most, where that is known."""
        return min(self._content_length, self._max_file_bytes) if self._content_length is not None else None

    async def next(self) -> FormFile | None:
        """The next file, None when there is none any more. What the one before has left is skipped."""
        if self._given is not None:
            await self._given.skip()
        while not self._waiting:
            if self._ended and self._files == 0:
                raise MissingFieldError("file is missing; expected a part named file with a file name", field="file")
            if self._ended:
                return None
            await self.advance()
        self._given = self._waiting.popleft()
        return self._given

    async def check_alone(self) -> None:
        """Where a digest was given: that no other file follows, up to the end of the form. InvalidFieldError."""
        while self._digest is not None:
            if self._files > 1:
                raise InvalidFieldError("a digest is of one file; send several without", field="Repr-Digest")
            if self._ended:
                return
            await self.advance()

    async def advance(self) -> None:
        """One more message from the client through the parser; the failure, once there is one and nothing before it."""
        if self.failure is not None:
            raise self.failure
        try:
            async with self._patience.waiting():
                message = await self._receive()
            if message["type"] == "http.disconnect":
                raise UploadInterruptedError(
                    f"the client went away after {self.received_bytes} bytes of the request body"
                )
        except ForebayError as error:
            self.failure = error
            raise
        chunk: bytes = message.get("body", b"")
        self.received_bytes += len(chunk)
        self._patience.arrived(len(chunk))
        self.body_read = not message.get("more_body", False)
        try:
            self._take(chunk)
        except ForebayError as error:  # told when it is its turn: files before it may be whole
            self.failure = error

    def _take(self, chunk: bytes) -> None:
        try:
            if chunk:  # to the parser nothing would be the end
                self._parse(chunk)
            if self.body_read:
                self._parser.close()
                self._ended = True
        except ParserLimitReached as error:
            raise MalformedUploadError(f"the form is too large around its files: {error}", field="body") from None
        except MultipartError as error:
            raise MalformedUploadError(
                f"the body is not well-formed multipart/form-data: {error.args[0]}", field="body"
            ) from None

    def _parse(self, chunk: bytes) -> None:
        self._around += len(chunk)
        for event in self._parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                self._begin(event)
            elif event is None:
                self._end()
            elif self._coming is not None:
                self._around -= len(event)
                self._coming.pieces.append(memoryview(event))
            else:
                self._value += event
                if len(self._value) > _MAX_FIELD_BYTES:
                    raise InvalidFieldError(f"expected at most {_MAX_FIELD_BYTES} bytes", field=self._field)
        if self._around > _MAX_AROUND_BYTES:
            raise MalformedUploadError(f"more than {_MAX_AROUND_BYTES} bytes around the files", field="body")

    def _begin(self, segment: MultipartSegment) -> None:
        name = segment.name or ""
        if name == "file":
            self._files += 1
            if self._files > MAX_FILES:
                raise InvalidFieldError(f"expected at most {MAX_FILES} files in one request", field="file")
            path = _WINDOWS_PATH.search(segment.header("Content-Disposition", ""))
            self._coming = FormFile(self, self._details, path.group(1) if path else segment.filename)
            self._waiting.append(self._coming)
            return
        if name not in FIELDS:
            known = ", ".join((*FIELDS, "file"))
            raise UnknownFieldError(f"field {name[:100]!r} is not known; expected {known}", field=name[:100])
        if self._files:
            raise InvalidFieldError("expected before the first file", field=name)
        if name in self._seen:
            raise DuplicateFieldError(f"{name} came twice; expected it once", field=name)
        if segment.filename is not None:
            raise InvalidFieldError("expected a plain value, got a file", field=name)
        self._seen.add(name)
        self._field, self._value = name, bytearray()

    def _end(self) -> None:
        if self._coming is not None:
            self._coming.whole = True
            self._coming = None
            return
        try:
            value = self._value.decode()
        except UnicodeDecodeError:
            raise InvalidFieldError("expected UTF-8", field=self._field) from None
        self._details = with_field(self._details, self._field, value)

"""Records in a file: a JSON array, or a JSON object on each line (NDJSON), of any length."""

import codecs
import json
from collections.abc import AsyncIterator
from typing import NamedTuple

from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.entrypoints.cli.gateway import ByteSource

_CHUNK = 256 * 1024
_LONGEST = 8 * 1024 * 1024  # bytes of one record; no report is as long
_BLANK = " \t\r\n"
_BOM = codecs.BOM_UTF8


class Record(NamedTuple):
    """What stands at a line: a plain value, or why it is none. `size`: its bytes, or nearly."""

    line: int
    value: object
    size: int


async def read_records(source: ByteSource) -> AsyncIterator[Record]:
    """All of them, in order. A line that is not JSON is wrong by itself; an array that is not is wrong from there on.

    InvalidInputError for an empty file and for a broken array, with the line.
    """
    chunks = _chunks(source)
    start = b""
    async for chunk in chunks:
        start += chunk
        if len(start) >= len(_BOM) and start.removeprefix(_BOM).strip():
            break
    start = start.removeprefix(_BOM)
    if not start.strip():
        raise InvalidInputError("holds no records; expected a JSON array, or a JSON object on each line")
    records = _of_array(start, chunks) if start.lstrip().startswith(b"[") else _of_lines(start, chunks)
    async for record in records:
        yield record


async def _chunks(source: ByteSource) -> AsyncIterator[bytes]:
    buffer = bytearray(_CHUNK)
    while count := await source.readinto(memoryview(buffer)):
        yield bytes(buffer[:count])


async def _of_lines(start: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[Record]:
    number, rest, cut = 0, b"", False

    def taken(line: bytes) -> Record | None:
        return Record(number, _value(line, cut=cut), len(line)) if cut or line.strip() else None

    async for chunk in _and(start, chunks):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            number += 1
            record = taken(line)
            cut = False
            if record is not None:
                yield record
        if len(rest) > _LONGEST:  # its end may be far away, and nobody keeps what is before it
            rest, cut = b"", True
    number += 1
    record = taken(rest)
    if record is not None:
        yield record


async def _of_array(start: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[Record]:
    """Element by element: only one is held at a time, with the piece of the file that it lies in."""
    text, decode = _Text(_and(start, chunks)), _DECODER.raw_decode
    await text.skip("[")
    if await text.peek() == "]":
        await text.skip("]")
    else:
        while True:
            await text.peek()
            while True:
                try:
                    value, end = decode(text.held, text.at)
                    if text.ended or not isinstance(value, int | float) or end < len(text.held):
                        break  # a number may go on in the next piece
                    wrong = ""
                except (ValueError, RecursionError) as error:
                    wrong = _why(error)
                if text.ended or len(text.held) - text.at > _LONGEST:
                    raise text.broken(wrong)
                await text.more()
            yield Record(text.line, value, end - text.at)
            text.advance(end)
            if await text.peek() != ",":
                break
            await text.skip(",")
        await text.skip("]")
    if await text.peek():
        raise text.broken("there is something behind the array")


class _Text:
    """Pieces of a file as text, and the place where we are in it."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._wrong = ""
        self.held, self.at, self.line, self.ended = "", 0, 1, False

    async def more(self) -> None:
        """Another piece, as large as what is held, so that a long record is not read again and again."""
        pieces, wanted = [self.held[self.at :]], len(self.held) - self.at
        while not self.ended and wanted >= 0:
            chunk = await anext(self._chunks, b"")
            self.ended = not chunk
            try:
                piece = self._decoder.decode(chunk, final=self.ended)
            except UnicodeDecodeError as error:  # what comes before it is read yet
                piece = error.object[: error.start].decode()
                self.ended, self._wrong = True, "it is not UTF-8 all through"
            pieces.append(piece)
            wanted -= len(piece)
        self.held, self.at = "".join(pieces), 0

    async def peek(self) -> str:
        """The next character that is not blank; "" at the end."""
        while True:
            rest = self.at
            while rest < len(self.held) and self.held[rest] in _BLANK:
                rest += 1
            self.advance(rest)
            if rest < len(self.held) or self.ended:
                return self.held[rest : rest + 1]
            await self.more()

    async def skip(self, character: str) -> None:
        if await self.peek() != character:
            raise self.broken(f"expected {character}")
        self.advance(self.at + 1)

    def advance(self, at: int) -> None:
        self.line += self.held.count("\n", self.at, at)
        self.at = at

    def broken(self, why: str) -> InvalidInputError:
        return InvalidInputError(f"not a JSON array, line {self.line}: {self._wrong or why}")


def _value(line: bytes, *, cut: bool) -> object:
    """InvalidReportError in place of what is no JSON."""
    if cut:
        return InvalidReportError(f"longer than {_LONGEST} bytes")
    try:
        return _DECODER.decode(line.decode().strip(_BLANK))
    except UnicodeDecodeError:
        return InvalidReportError("not UTF-8")
    except (ValueError, RecursionError) as error:
        return InvalidReportError(f"not JSON: {_why(error)}")


async def _and(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in chunks:
        yield chunk


def _why(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (character {error.colno} of its line)"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)

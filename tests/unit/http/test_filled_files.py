"""The form on a server that fills our buffers: the same bytes and fields, wherever buffers and messages end."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.application.ports.sources import Room
from forebay.domain.errors import ForebayError
from forebay.domain.intake.errors import (
    DuplicateFieldError,
    MalformedUploadError,
    UploadInterruptedError,
    UploadStalledError,
)
from forebay.domain.intake.run import RunType
from forebay.entrypoints.http.delimiters import find_delimiter
from forebay.entrypoints.http.direct_body import Filled
from forebay.entrypoints.http.multipart_source import MultipartSource
from forebay.entrypoints.http.patience import StallLimits
from tests.http.api import BOUNDARY, form_body

DELIMITER = b"\r\n--" + BOUNDARY.encode()
PIECES = (b"\r", b"\n", b"\r\n", b"--", DELIMITER[:-1], DELIMITER[:3], b"x" * 50, b"\0")


class Server:
    """Brings a body in messages of some sizes, or into buffers; those it fills only so far."""

    def __init__(self, body: bytes, *, messages: list[int], ends: bool = True) -> None:
        self._rest = memoryview(body)
        self._messages = messages
        self._ends = ends
        self._filling = False
        self.filled = 0

    async def receive(self) -> Mapping[str, Any]:
        assert not self._filling, "it was not released"
        if not self._rest and not self._ends:
            return {"type": "http.disconnect"}
        size = self._messages.pop(0) if self._messages else 10
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return {"type": "http.request", "body": bytes(chunk), "more_body": self._goes_on}

    async def fill(self, room: Room, arrived: Callable[[int], None]) -> Filled:
        if not self._rest and not self._ends:
            raise ConnectionResetError
        self._filling = True
        buffer = room()
        size = min(len(buffer), len(self._rest), self._messages.pop(0) if self._messages else 1 << 30)
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        arrived(size)
        self.filled += size
        return Filled(size, self._goes_on)

    def release(self) -> None:
        self._filling = False

    @property
    def at_end(self) -> bool:
        return not self._rest

    @property
    def _goes_on(self) -> bool:
        return len(self._rest) > 0 or not self._ends


async def read(server: Server, *, at_once: int, seconds: float = 30) -> tuple[MultipartSource, bytes]:
    stall = StallLimits(seconds=seconds, bytes=1)
    source = MultipartSource(server.receive, BOUNDARY, content_length=None, stall=stall, direct=server)
    await source.open()
    content = bytearray()
    buffer = memoryview(bytearray(at_once))
    while (size := await source.read(lambda: buffer)) != 0:
        content += buffer[: size or 0]
    return source, bytes(content)


contents = st.binary(max_size=2000) | st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join).filter(
    lambda content: DELIMITER not in content + b"\r"
)
messages = st.lists(st.integers(min_value=1, max_value=400), max_size=8)
sizes = st.integers(min_value=1, max_value=1000)


@given(content=contents, messages=messages, at_once=sizes)
async def test_any_cutting_gives_the_same_bytes_and_fields(content: bytes, messages: list[int], at_once: int) -> None:
    body = form_body(
        [('name="label"', b"before"), ('name="file"; filename="a.bin"', content), ('name="type"', b"archive")]
    )
    source, received = await read(Server(body, messages=messages), at_once=at_once)
    assert received == content
    assert (source.details.label, source.details.type) == ("before", RunType.ARCHIVE)
    assert source.received_bytes == len(body)
    assert source.ended
    assert source.body_read


@given(content=contents, messages=messages, at_once=sizes, end=st.integers(min_value=0))
async def test_what_ends_early_is_malformed_and_a_client_that_leaves_interrupts(
    content: bytes, messages: list[int], at_once: int, end: int
) -> None:
    body = form_body([('name="file"; filename="a.bin"', content)])
    part = body[: end % (len(body) - 4)]
    with pytest.raises(MalformedUploadError):
        await read(Server(part, messages=[*messages]), at_once=at_once)
    with pytest.raises(UploadInterruptedError):
        await read(Server(part, messages=[*messages], ends=False), at_once=at_once)


@given(tail=st.binary(max_size=200), messages=messages, at_once=sizes)
async def test_garbage_behind_a_delimiter_is_judged_as_ever(tail: bytes, messages: list[int], at_once: int) -> None:
    """The same verdict as of a parser that saw every byte."""
    body = form_body([('name="file"; filename="a.bin"', b"x" * 500)])[:-4] + tail
    server = Server(body, messages=[*messages])
    expected: type[BaseException] | None = None
    plain = MultipartSource(
        Server(body, messages=[len(body)]).receive,
        BOUNDARY,
        content_length=None,
        stall=StallLimits(seconds=30, bytes=1),
    )
    try:
        await plain.open()
        while await plain.read(lambda: memoryview(bytearray(1000))) != 0:
            pass
    except ForebayError as error:
        expected = type(error)
    if expected is None:
        await read(server, at_once=at_once)
    else:
        with pytest.raises(expected):
            await read(server, at_once=at_once)


async def test_most_of_a_file_passes_by_the_parser() -> None:
    server = Server(form_body([('name="file"; filename="a.bin"', b"x" * 100_000)]), messages=[1000])
    await read(server, at_once=4096)
    assert server.filled > 98_000


async def test_a_second_file_is_found_behind_the_first() -> None:
    file = ('name="file"; filename="a.bin"', b"x" * 100_000)
    with pytest.raises(DuplicateFieldError):
        await read(Server(form_body([file, file]), messages=[1000]), at_once=4096)


@pytest.mark.parametrize("promised", [99_999, 100_001])
async def test_a_part_that_promises_its_length_is_held_to_it(promised: int) -> None:
    part = ('name="file"; filename="a.bin"\r\nContent-Length: ' + str(promised), b"x" * 100_000)
    server = Server(form_body([part]), messages=[1000])
    with pytest.raises(MalformedUploadError, match="Content-Length"):
        await read(server, at_once=4096)
    assert server.filled == 0


async def test_who_sends_nothing_while_a_buffer_waits_is_cut_off() -> None:
    class Silent(Server):
        async def fill(self, room: Room, arrived: Callable[[int], None]) -> Filled:
            arrived(5)  # begins the wait anew, and then comes nothing
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")

    server = Silent(form_body([('name="file"; filename="a.bin"', b"x" * 100_000)]), messages=[1000])
    with pytest.raises(UploadStalledError, match="less than 1 bytes"):
        await read(server, at_once=4096, seconds=0.01)


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("last", [b"x", b"\r", DELIMITER])
async def test_a_form_that_waits_for_its_client_holds_no_memory(direct: bool, last: bytes) -> None:
    """Also behind what may be the beginning of a delimiter, which only the parser can tell."""
    form = form_body([('name="file"; filename="a.bin"', b"x" * 1000 + last)])
    end = form.rindex(last) + len(last)
    server = Server(form[:end], messages=[500], ends=False)
    waits = asyncio.Event()

    async def receive() -> Mapping[str, Any]:
        if server.at_end:
            waits.set()
            await asyncio.Event().wait()
        return await server.receive()

    class Silent(Server):
        async def fill(self, room: Room, arrived: Callable[[int], None]) -> Filled:
            if server.at_end:
                waits.set()
                await asyncio.Event().wait()
            return await server.fill(room, arrived)

        def release(self) -> None:
            server.release()

    source = MultipartSource(
        receive,
        BOUNDARY,
        content_length=None,
        stall=StallLimits(seconds=60, bytes=1),
        direct=Silent(b"", messages=[]) if direct else None,
    )
    await source.open()
    lent = False
    buffer = memoryview(bytearray(700))

    def room() -> memoryview:
        nonlocal lent
        lent = True
        return buffer

    async def read_on() -> None:
        nonlocal lent
        while await source.read(room) != 0:
            lent = False

    reading = asyncio.create_task(read_on())
    await waits.wait()
    assert not lent
    reading.cancel()
    await asyncio.wait([reading])


@given(before=contents, step=st.integers(min_value=1, max_value=100))
def test_a_delimiter_is_found_wherever_it_lies_and_however_much_of_it_there_is(before: bytes, step: int) -> None:
    for length in range(1, len(DELIMITER) + 1):
        data = memoryview(before + DELIMITER[:length])
        assert find_delimiter(data, DELIMITER, step=step) == len(before)
    assert find_delimiter(memoryview(before + b"x"), DELIMITER, step=step) == len(before) + 1

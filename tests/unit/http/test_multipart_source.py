"""The form, however it is cut into chunks."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.errors import ForebayError
from forebay.domain.intake.errors import MalformedUploadError, UploadInterruptedError, UploadStalledError
from forebay.domain.intake.run import RunType
from forebay.entrypoints.http.multipart_source import MultipartSource
from forebay.entrypoints.http.patience import StallLimits
from tests.http.api import BOUNDARY, form_body

PATIENT = StallLimits(seconds=30, bytes=1)


class Client:
    """Sends chunks, then disconnects or falls silent."""

    def __init__(self, chunks: list[bytes], *, ends: bool = True) -> None:
        self._messages: list[Mapping[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": not ends or n + 1 < len(chunks)}
            for n, chunk in enumerate(chunks)
        ]

    async def receive(self) -> Mapping[str, Any]:
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}


async def read(client: Client, *, at_once: int = 1000, stall: StallLimits = PATIENT) -> tuple[MultipartSource, bytes]:
    source = MultipartSource(client.receive, BOUNDARY, content_length=None, stall=stall)
    await source.open()
    content = bytearray()
    buffer = memoryview(bytearray(at_once))
    while (size := await source.read(lambda: buffer)) != 0:
        content += buffer[: size or 0]
    return source, bytes(content)


def cut(body: bytes, places: list[int]) -> list[bytes]:
    borders = sorted({0, len(body), *(place % len(body) for place in places)})
    return [body[a:b] for a, b in pairwise(borders)]


@given(
    content=st.binary(max_size=3000) | st.just(b"\r\n--" + BOUNDARY.encode()[:-1]) | st.just(b"\r\n" * 700),
    places=st.lists(st.integers(min_value=0), max_size=40),
    at_once=st.integers(min_value=1, max_value=4000),
)
async def test_any_cutting_gives_the_same_bytes_and_fields(content: bytes, places: list[int], at_once: int) -> None:
    body = form_body(
        [('name="label"', b"before"), ('name="file"; filename="a.bin"', content), ('name="type"', b"archive")]
    )
    source, received = await read(Client(cut(body, places)), at_once=at_once)
    assert received == content
    assert source.file_name == "a.bin"
    assert (source.details.label, source.details.type) == ("before", RunType.ARCHIVE)
    assert source.received_bytes == len(body)
    assert source.ended


@given(body=st.binary(max_size=600), places=st.lists(st.integers(min_value=0), max_size=5))
async def test_garbage_is_refused_and_nothing_else_is_raised(body: bytes, places: list[int]) -> None:
    with pytest.raises(ForebayError):
        await read(Client(cut(body, places) if body else [b""]))


@given(length=st.integers(min_value=0))
async def test_a_body_that_ends_early_is_malformed_and_a_client_that_leaves_interrupts(length: int) -> None:
    body = form_body([('name="type"', b"archive"), ('name="file"; filename="a.bin"', b"x" * 500)])
    part = body[: length % (len(body) - 4)]
    with pytest.raises(MalformedUploadError):
        await read(Client([part]))
    with pytest.raises(UploadInterruptedError):
        await read(Client([part], ends=False))


async def test_progress_counts_over_a_window_not_by_the_byte() -> None:
    """A byte now and then is no progress: the patience is that of the window."""
    body = form_body([('name="type"', b"archive"), ('name="file"; filename="a.bin"', b"x" * 500)])
    client = Client([body[n : n + 1] for n in range(300)], ends=False)

    async def slow() -> Mapping[str, Any]:
        return await client.receive()

    source = MultipartSource(slow, BOUNDARY, content_length=None, stall=StallLimits(seconds=0.0, bytes=10_000))
    with pytest.raises(UploadStalledError, match="less than 10000 bytes"):
        await source.open()


async def test_what_stands_around_the_file_is_ignored_but_bounded() -> None:
    body = form_body([('name="type"', b"archive"), ('name="file"; filename="a.bin"', b"x")])
    _, received = await read(Client([b"preamble\r\n", body, b"epilogue" * 100]))
    assert received == b"x"
    with pytest.raises(MalformedUploadError, match="around the file"):
        await read(Client([b"p" * 100_000] * 20, ends=False))
    with pytest.raises(MalformedUploadError, match="around the file"):
        await read(Client([body] + [b"e" * 100_000] * 20, ends=False))

"""Content that keeps us waiting: memory that others could use is not asked for before there are bytes."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from forebay.application.ports.sources import UploadDetails
from forebay.entrypoints.library.sources import open_source


class Pipe:
    """A named pipe with a writer that has not written yet."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.content = path
        self._writer = os.open(path, os.O_RDWR)

    def send(self, data: bytes) -> None:
        os.write(self._writer, data)

    def close(self) -> None:
        os.close(self._writer)


class Queue:
    """An iterator whose pieces come when they are sent."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self.content = self._iterate()

    async def _iterate(self) -> AsyncIterator[bytes]:
        while True:
            yield await self._pieces.get()

    def send(self, data: bytes) -> None:
        self._pieces.put_nowait(data)

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("kind", ["pipe", "iterator"])
async def test_who_waits_for_bytes_holds_no_memory(tmp_path: Path, kind: str) -> None:
    sender = Pipe(tmp_path / "pipe") if kind == "pipe" else Queue()
    buffer = memoryview(bytearray(100))
    asked = 0

    def room() -> memoryview:
        nonlocal asked
        asked += 1
        return buffer

    async with open_source(sender.content, name="a.tgz", details=UploadDetails()) as source:
        reading = asyncio.create_task(source.read(room))
        for _ in range(10):
            await asyncio.sleep(0)
        asked_early = asked
        sender.send(b"some bytes")
        assert await reading == len(b"some bytes")
    sender.close()
    assert bytes(buffer[:10]) == b"some bytes"
    assert asked_early == 0

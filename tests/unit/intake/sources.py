"""Uploads that follow a script."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from forebay.application.ports.sources import Room, UploadDetails
from forebay.domain.intake.run import RunType

KIB = 1024
SMALL = 64 * KIB
ARCHIVE = UploadDetails(type=RunType.ARCHIVE)
Step = bytes | UploadDetails | Exception | Callable[[], Awaitable[object]]


def archive(size: int, seed: int = 0) -> bytes:
    """`size` bytes that look like gzip; another seed makes other bytes."""
    return (b"\x1f\x8b\x08" + random.Random(seed).randbytes(size))[:size]


class ScriptedSource:
    """Plays its steps in order: bytes arrive, fields become known, an error is raised, something is awaited.

    `chunk`: at most so many bytes at a time. Other tasks run before each read unless it is `eager`.
    """

    def __init__(
        self,
        *steps: Step,
        details: UploadDetails = ARCHIVE,
        file_name: str = "app.tar.gz",
        size_hint: int | None = None,
        chunk: int = 1 << 30,
        eager: bool = False,
    ) -> None:
        self._steps = list(steps)
        self._details = details
        self._file_name = file_name
        self._size_hint = size_hint
        self._chunk = chunk
        self._eager = eager
        self.delivered = 0

    @property
    def file_name(self) -> str:
        return self._file_name

    @property
    def size_hint(self) -> int | None:
        return self._size_hint

    @property
    def details(self) -> UploadDetails:
        return self._details

    async def read(self, room: Room) -> int | None:
        if not self._eager:
            await asyncio.sleep(0)
        while self._steps:
            step = self._steps.pop(0)
            if isinstance(step, bytes):
                if not step:
                    continue
                buffer = room()
                assert len(buffer) > 0, "there is no room"
                size = min(len(step), len(buffer), self._chunk)
                buffer[:size] = step[:size]
                if step[size:]:
                    self._steps.insert(0, step[size:])
                self.delivered += size
                return size
            if isinstance(step, UploadDetails):
                self._details = step
            elif isinstance(step, Exception):
                raise step
            else:
                await step()
        return 0

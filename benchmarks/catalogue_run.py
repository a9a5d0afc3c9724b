"""`python -m benchmarks.catalogue_run ARCHIVE`: catalogues it as a worker does, and prints seconds and counts as JSON.

The time runs from asking for the catalogue, with no reader process there yet, to its last entry. Python's own start is
not in it: a worker has started long before.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from forebay.adapters.archives.reader import open_archive_reader
from forebay.adapters.confinement.frames import Outcome
from forebay.application.ports.archives import ArchiveLimits

CHUNK = 1 << 20


class FileSource:
    """A file, read beside the event loop."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self.size_bytes = path.stat().st_size

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        descriptor = os.open(self._path, os.O_RDONLY)
        end = self.size_bytes if stop is None else stop

        async def chunks() -> AsyncIterator[bytes]:
            at = start
            while found := await asyncio.to_thread(os.pread, descriptor, min(CHUNK, end - at), at):
                at += len(found)
                yield found

        try:
            yield chunks()
        finally:
            os.close(descriptor)


async def main(path: Path) -> None:
    outcomes: list[Outcome] = []
    async with open_archive_reader(on_outcome=outcomes.append) as reader:
        began = time.perf_counter()
        members = unpacked = 0
        async with reader.catalogue(FileSource(path), ArchiveLimits()) as batches:
            async for batch in batches:
                members += len(batch.entries)
                unpacked = batch.unpacked_bytes
        seconds = time.perf_counter() - began
    peak = outcomes[0].peak_bytes
    print(json.dumps({"seconds": seconds, "members": members, "unpacked_bytes": unpacked, "peak_bytes": peak}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

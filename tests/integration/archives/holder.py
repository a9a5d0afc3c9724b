"""A program that has a reader process, says its pid and waits to be killed."""

import asyncio
import sys

from forebay.adapters.archives.reader import open_archive_reader
from forebay.application.ports.archives import ArchiveLimits
from forebay.testing.archive_examples import BytesSource, tar_of


async def main() -> None:
    data = tar_of({f"f{number}": b"x" for number in range(5000)})
    async with (
        open_archive_reader() as reader,
        reader.catalogue(BytesSource(data), ArchiveLimits()) as batches,
        reader.catalogue(BytesSource(tar_of({"a": b"a"})), ArchiveLimits()) as others,
    ):
        await anext(batches)
        async for _ in others:
            pass
        sys.stdout.write(" ".join(map(str, reader.pids)) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


asyncio.run(main())

"""What a process that was killed leaves in the folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forebay.adapters.filesystem.store import open_filesystem_store
from forebay.domain.intake.blob import ObjectKey
from forebay.testing.blob_examples import a_key, keys, leftovers, read

pytestmark = pytest.mark.adapter("filesystem")

DYING = """
import asyncio, sys
from pathlib import Path
from forebay.adapters.filesystem.store import open_filesystem_store
from forebay.domain.intake.blob import ObjectKey

async def main() -> None:
    async with open_filesystem_store(Path(sys.argv[1])) as blobs:
        await blobs.put(ObjectKey(sys.argv[2]), b"acknowledged")
        writer = await blobs.create(ObjectKey(sys.argv[3]))
        await writer.write(bytes(5_000_000))
        print("written", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def write_until_killed(root: Path, acknowledged: ObjectKey, begun: ObjectKey) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DYING, str(root), acknowledged.value, begun.value], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.kill()


async def test_a_killed_writer_leaves_what_a_sweep_finds(tmp_path: Path) -> None:
    acknowledged, begun = a_key(), a_key(owner="ann")
    write_until_killed(tmp_path / "blobs", acknowledged, begun)
    async with open_filesystem_store(tmp_path / "blobs") as blobs:
        assert await keys(blobs) == [acknowledged]
        assert await read(blobs, acknowledged) == b"acknowledged"
        assert await leftovers(blobs) == [begun]
        async for item in blobs.list_incomplete():
            await blobs.discard_incomplete(item)
        assert await leftovers(blobs) == []


async def test_one_killed_between_its_two_names_leaves_the_object_and_a_name_to_sweep(tmp_path: Path) -> None:
    async with open_filesystem_store(tmp_path / "blobs") as blobs:
        key = a_key()
        await blobs.put(key, b"content")
        os.link(tmp_path / "blobs" / key.value, blobs._layout.new_part_path(key))
        async for item in blobs.list_incomplete():
            assert item.key == key
            await blobs.discard_incomplete(item)
        assert await leftovers(blobs) == []
        assert await read(blobs, key) == b"content"


async def test_a_discard_stays_in_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.part"
    outside.write_text("not ours")
    async with open_filesystem_store(tmp_path / "blobs") as blobs:
        writer = await blobs.create(a_key())
        (item,) = [item async for item in blobs.list_incomplete()]
        await blobs.discard_incomplete(type(item)(name="../../outside.part", key=None, modified_at=item.modified_at))
        await writer.abort()
    assert outside.read_text() == "not ours"


async def test_a_file_of_somebody_else_among_the_incomplete_is_left_alone(tmp_path: Path) -> None:
    async with open_filesystem_store(tmp_path / "blobs") as blobs:
        (tmp_path / "blobs" / "+incomplete" / "notes.part").write_text("not ours")
        assert await leftovers(blobs) == []

"""Reading back: chunks, ranges, the whole, a file on disk."""

import asyncio
import os
from pathlib import Path
from uuid import uuid4

import pytest

from forebay import File, Forebay, NotFoundError
from forebay.domain.errors import InternalStateError
from tests.library.contents import LARGE, SMALL, sha256


@pytest.fixture
async def large(forebay: Forebay) -> File:
    return (await forebay.upload(LARGE, type="document", name="large.txt")).run.files[0]


async def test_content_comes_in_chunks(forebay: Forebay, large: File) -> None:
    async with forebay.open_file(large.id) as content:
        assert content.file == large
        chunks = [chunk async for chunk in content]
    assert b"".join(chunks) == LARGE
    assert max(map(len, chunks)) <= 1024 * 1024


async def test_read_gives_what_is_left(forebay: Forebay, large: File) -> None:
    async with forebay.open_file(large.id) as content:
        first = await anext(content)
        assert first + await content.read() == LARGE
        assert await content.read() == b""


@pytest.mark.parametrize(("start", "stop"), [(0, 10), (70_000, 300_001), (len(LARGE) - 1, None), (10**9, None)])
async def test_a_range_of_the_bytes(forebay: Forebay, large: File, start: int, stop: int | None) -> None:
    async with forebay.open_file(str(large.id), start=start, stop=stop) as content:
        assert await content.read() == LARGE[start:stop]


async def test_leaving_early_is_fine(forebay: Forebay, large: File) -> None:
    async with forebay.open_file(large.id) as content:
        await anext(content)
    assert await forebay.read_file(large.id) == LARGE


async def test_a_file_that_is_not_there(forebay: Forebay, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        await forebay.read_file(uuid4())
    with pytest.raises(NotFoundError):
        await forebay.download(uuid4(), tmp_path / "x")
    assert not (tmp_path / "x").exists()


async def test_download_to_a_path_or_into_a_folder(forebay: Forebay, large: File, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert await forebay.download(large.id, folder) == folder / "large.txt"
    assert await forebay.download(large.id, str(folder / "other.txt")) == folder / "other.txt"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"large.txt": LARGE, "other.txt": LARGE}


async def test_download_of_a_file_with_the_longest_name(forebay: Forebay, tmp_path: Path) -> None:
    name = "ä" * 125 + ".txt"
    file = (await forebay.upload(SMALL, type="document", name=name)).run.files[0]
    assert (await forebay.download(file.id, tmp_path)).read_bytes() == SMALL
    assert [found for found in await asyncio.to_thread(os.listdir, tmp_path) if found != "data"] == [name]


async def test_download_replaces_nothing_unless_told_to(forebay: Forebay, large: File, tmp_path: Path) -> None:
    target = tmp_path / "mine.txt"
    target.write_bytes(SMALL)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        await forebay.download(large.id, target)
    assert target.read_bytes() == SMALL
    await forebay.download(large.id, target, overwrite=True)
    assert target.read_bytes() == LARGE


async def test_download_of_damaged_bytes_leaves_nothing(
    tmp_path: Path,
) -> None:
    async with Forebay.open(data_dir=tmp_path / "data") as forebay:
        file = (await forebay.upload(LARGE, type="document", name="large.txt")).run.files[0]
        (stored,) = (path for path in (tmp_path / "data" / "blobs").rglob("*.txt") if path.is_file())
        stored.write_bytes(LARGE[:-1] + b"?")
        (tmp_path / "out").mkdir()
        with pytest.raises(InternalStateError, match=f"is damaged in the blob store.*recorded is {sha256(LARGE)}"):
            await forebay.download(file.id, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []

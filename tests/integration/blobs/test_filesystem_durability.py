"""What the folder store syncs, in which order, and what it leaves in the folder."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from forebay.adapters.filesystem import part_file, publishing
from forebay.adapters.filesystem.store import FilesystemBlobStore, open_filesystem_store
from forebay.adapters.filesystem.syncing import sync_file, sync_folder
from forebay.testing.blob_examples import MIB, a_key, aligned, read, some_bytes, store

pytestmark = pytest.mark.adapter("filesystem")


def tree(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
async def blobs(root: Path) -> AsyncIterator[FilesystemBlobStore]:
    async with open_filesystem_store(root) as opened:
        yield opened


@pytest.fixture
def steps(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was synced and linked, in order; folders by their depth below the root."""
    noted: list[str] = []

    def note_file(descriptor: int) -> None:
        sync_file(descriptor)
        noted.append("file")

    def note_folder(folder: Path) -> None:
        sync_folder(folder)
        noted.append(("root", "owner", "run")[len(folder.relative_to(root).parts)])

    link = os.link

    def note_link(source: Path, target: Path) -> None:
        link(source, target)
        noted.append("link")

    monkeypatch.setattr(part_file, "sync_file", note_file)
    monkeypatch.setattr(publishing, "sync_folder", note_folder)
    monkeypatch.setattr(os, "link", note_link)
    return noted


async def test_bytes_are_synced_before_they_get_their_name_and_every_new_name_after(
    blobs: FilesystemBlobStore, steps: list[str]
) -> None:
    await blobs.put(a_key(), b"small")
    assert steps == ["file", "link", "root", "owner", "run"]
    steps.clear()
    await store(blobs, a_key(), [aligned(some_bytes(MIB))])
    assert steps == ["file", "link", "owner", "run"]  # the owner's folder is durable since the first


async def test_a_group_syncs_each_folder_once(blobs: FilesystemBlobStore, steps: list[str]) -> None:
    count = 40
    await asyncio.gather(*(blobs.put(a_key(), b"small") for _ in range(count)))
    assert steps.count("file") == steps.count("link") == steps.count("run") == count
    groups = steps.count("owner")
    assert groups < count / 4  # the first goes alone, the others while it is being synced
    assert steps.count("root") == 1
    assert steps[-1] == "run"


async def test_one_put_alone_waits_for_nobody(blobs: FilesystemBlobStore, steps: list[str]) -> None:
    for _ in range(3):
        await blobs.put(a_key(), b"small")
    assert steps == ["file", "link", "root", "owner", "run"] + 2 * ["file", "link", "owner", "run"]


async def test_a_run_that_was_there_is_synced_too(blobs: FilesystemBlobStore, steps: list[str]) -> None:
    """Its folder may be another upload's, which has not synced it yet."""
    first = a_key()
    await blobs.put(first, b"first")
    steps.clear()
    sibling = type(first)(f"{first.value.rpartition('/')[0]}/{a_key().value.rpartition('/')[2]}")
    await blobs.put(sibling, b"second")
    assert steps == ["file", "link", "owner", "run"]


async def test_an_owner_whose_folder_was_removed_is_made_durable_again(
    blobs: FilesystemBlobStore, root: Path, steps: list[str]
) -> None:
    key = a_key(owner="ann")
    await blobs.put(key, b"content")
    await blobs.delete(key)
    (root / "ann").rmdir()
    steps.clear()
    await blobs.put(a_key(owner="ann"), b"content")
    assert steps == ["file", "link", "root", "owner", "run"]


async def test_a_delete_takes_the_empty_run_with_it(blobs: FilesystemBlobStore, root: Path) -> None:
    key = a_key()
    sibling = type(key)(f"{key.value.rpartition('/')[0]}/{a_key().value.rpartition('/')[2]}")
    await blobs.put(key, b"one")
    await blobs.put(sibling, b"two")
    await blobs.delete(key)
    assert await read(blobs, sibling) == b"two"
    await blobs.delete(sibling)
    assert list((root / "_").iterdir()) == []


async def test_an_abort_makes_no_folders(blobs: FilesystemBlobStore, root: Path) -> None:
    writer = await blobs.create(a_key())
    await writer.write(b"begun")
    await writer.abort()
    assert tree(root) == [root / "+incomplete"]


async def test_a_refused_duplicate_leaves_nothing(blobs: FilesystemBlobStore, root: Path) -> None:
    key = a_key()
    await blobs.put(key, b"first")
    before = tree(root)
    outcomes = await asyncio.gather(*(blobs.put(key, b"second") for _ in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, Exception) for outcome in outcomes)
    assert tree(root) == before


async def test_files_are_for_the_server_and_its_group_only(blobs: FilesystemBlobStore, root: Path) -> None:
    key = a_key()
    await blobs.put(key, b"content")
    assert (root / key.value).stat().st_mode & 0o137 == 0
    assert all(folder.stat().st_mode & 0o027 == 0 for folder in (root, root / "_", (root / key.value).parent))


async def test_a_link_is_not_an_object(blobs: FilesystemBlobStore, root: Path, tmp_path: Path) -> None:
    """Whoever can write to the folder cannot make the server read a file of elsewhere."""
    secret, key, kept = tmp_path / "secret", a_key(), a_key()
    secret.write_text("secret")
    await blobs.put(kept, b"kept")
    (root / key.value).parent.mkdir(parents=True)
    (root / key.value).symlink_to(secret)
    for attempt in (blobs.stat(key), read(blobs, key)):
        with pytest.raises(Exception, match="holds no object"):
            await attempt
    assert [info.key async for info in blobs.list_objects()] == [kept]


async def test_no_descriptor_is_left_open(blobs: FilesystemBlobStore) -> None:
    key = a_key()
    await blobs.put(key, some_bytes(900_000))
    before = open_descriptors()
    for _ in range(5):
        async with blobs.open(key) as chunks:
            await anext(chunks)
        async for _info in blobs.list_objects():
            break
        writer = await blobs.create(a_key())
        await writer.abort()
        await store(blobs, a_key(), [b"content"])
    assert open_descriptors() <= before + 3  # a listing that was left is closed when it is collected

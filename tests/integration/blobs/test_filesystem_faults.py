"""A folder on a bad day: full, broken, gone, or on a file system that cannot do everything."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from forebay.adapters.filesystem.store import FilesystemBlobStore, open_filesystem_store
from forebay.domain.errors import SettingError, StorageFullError, StorageUnavailableError
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.testing.blob_examples import MIB, a_key, aligned, keys, leftovers, read, some_bytes, store

pytestmark = pytest.mark.adapter("filesystem")

Fail = Callable[..., None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
async def blobs(root: Path) -> AsyncIterator[FilesystemBlobStore]:
    async with open_filesystem_store(root) as opened:
        yield opened


def run_folders(root: Path) -> list[Path]:
    return list(root.glob("_/*"))


def parts(root: Path) -> list[Path]:
    return list(root.glob("+incomplete/*"))


def failing(code: int) -> Fail:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from forebay.adapters.filesystem.store import open_filesystem_store
from forebay.domain.errors import StorageFullError
from forebay.testing.blob_examples import a_key, aligned, keys, leftovers, store

async def main() -> None:
    async with open_filesystem_store(Path(sys.argv[1])) as blobs:
        resource.setrlimit(resource.RLIMIT_FSIZE, (512 * 1024, 512 * 1024))
        for attempt in (
            lambda: blobs.put(a_key(), bytes(700_000)),
            lambda: blobs.put(a_key(), bytes(3_000_000)),
            lambda: store(blobs, a_key(), [bytes(100_000)] * 10),
            lambda: store(blobs, a_key(), [aligned(bytes(1 << 20))]),
        ):
            try:
                await attempt()
            except StorageFullError as error:
                assert "FOREBAY_BLOB_URL" in str(error), error
            else:
                raise AssertionError("there was space")
        assert await keys(blobs) == []
        assert await leftovers(blobs) == []
        await blobs.put(a_key(), b"small")
        assert len(await keys(blobs)) == 1

asyncio.run(main())
"""


def test_a_limit_on_file_sizes_is_a_full_store(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(root)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT], ids=["disk full", "quota reached"])
@pytest.mark.parametrize("call", ["link", "fsync"])
async def test_a_full_disk_leaves_nothing(
    blobs: FilesystemBlobStore, root: Path, monkeypatch: pytest.MonkeyPatch, code: int, call: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(code))
        with pytest.raises(StorageFullError, match="FOREBAY_BLOB_URL"):
            await blobs.put(a_key(), b"small")
        with pytest.raises(StorageFullError, match="FOREBAY_BLOB_URL"):
            await store(blobs, a_key(), [aligned(some_bytes(MIB))])
    assert await keys(blobs) == []
    assert await leftovers(blobs) == []
    assert run_folders(root) == []
    await blobs.put(a_key(), b"works again")


async def test_a_folder_that_cannot_be_synced_makes_nothing_visible(
    blobs: FilesystemBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("forebay.adapters.filesystem.publishing.sync_folder", failing(errno.EIO))
        with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
            await blobs.put(a_key(), b"small")
    assert await keys(blobs) == []
    await blobs.put(a_key(), b"works again")


async def test_a_folder_that_vanished_is_said_so(blobs: FilesystemBlobStore, root: Path) -> None:
    shutil.rmtree(root)
    for attempt in (blobs.put(a_key(), b"small"), store(blobs, a_key(), [b"large"]), blobs.check()):
        with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
            await attempt


@contextmanager
def taken_away(root: Path, instead: str) -> Iterator[None]:
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    if instead == "file":
        root.write_text("not a folder")
    elif instead == "empty folder":  # as of a disk that is not mounted
        root.mkdir()
    yield
    if instead == "file":
        root.unlink()
    elsewhere.rename(root)  # an empty folder gives way


@pytest.mark.parametrize("instead", ["nothing", "empty folder", "file"])
async def test_with_the_folder_away_nobody_knows_which_objects_there_are(
    blobs: FilesystemBlobStore, root: Path, instead: str
) -> None:
    key = a_key()
    await blobs.put(key, b"here")
    with taken_away(root, instead):
        for attempt in (read(blobs, key), blobs.stat(key), read(blobs, a_key()), blobs.stat(a_key())):
            with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
                await attempt
    assert await read(blobs, key) == b"here"
    with pytest.raises(BlobNotFoundError):
        await blobs.stat(a_key())


async def test_an_error_while_reading_is_said_so(blobs: FilesystemBlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    key = a_key()
    await blobs.put(key, some_bytes(MIB))
    async with blobs.open(key) as chunks:
        await anext(chunks)
        monkeypatch.setattr(os, "pread", failing(errno.EIO))
        with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
            await anext(chunks)


async def test_a_bug_in_one_group_does_not_stop_the_next(
    blobs: FilesystemBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("forebay.adapters.filesystem.group_commit.PartFile", lambda _: 1 / 0)
        with pytest.raises(Exception, match="please report"):
            await blobs.put(a_key(), b"small")
    await blobs.put(a_key(), b"works again")


async def test_a_file_where_the_folder_should_be_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(SettingError, match="FOREBAY_BLOB_URL"):
        async with open_filesystem_store(tmp_path / "taken" / "blobs"):
            pass


async def test_a_closed_store_says_so(root: Path) -> None:
    async with open_filesystem_store(root) as blobs:
        writer = await blobs.create(a_key())
    await writer.abort()
    assert parts(root) == []
    with pytest.raises(StorageUnavailableError, match="closed"):
        await blobs.put(a_key(), b"late")
    with pytest.raises(StorageUnavailableError, match="closed"):
        await blobs.stat(a_key())


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
async def test_a_file_system_without_links_works_and_replaces_nothing(
    blobs: FilesystemBlobStore, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "link", failing(code))
    key = a_key()
    await blobs.put(key, b"first")
    with pytest.raises(Exception, match="already"):
        await blobs.put(key, b"second")
    assert await read(blobs, key) == b"first"
    assert await leftovers(blobs) == []


async def test_a_folder_may_vanish_right_after_it_is_found_to_be_there(
    blobs: FilesystemBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delete prunes the run's folder while a put is about to make it: the put makes it once more."""
    make, vanished = os.mkdir, iter([True])

    def there_for_a_moment(path: Path, mode: int = 0o777) -> None:
        if next(vanished, False):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        make(path, mode)

    await blobs.put(a_key(), b"so that the owner's folder is there")
    monkeypatch.setattr(os, "mkdir", there_for_a_moment)
    key = a_key()
    await blobs.put(key, b"content")
    assert await read(blobs, key) == b"content"

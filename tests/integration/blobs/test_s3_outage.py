"""An S3 server that dies, comes back, hangs, or does not want us."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from forebay.adapters.s3.store import S3BlobStore, open_s3_store
from forebay.application.ports.blobs import BlobWriter
from forebay.domain.errors import StorageFullError, StorageUnavailableError
from forebay.testing.blob_examples import MIB, a_key, digest_of, keys, leftovers, read, some_bytes, store
from tests.integration.blobs.s3_urls import s3_url
from tests.services import S3Server, s3

pytestmark = pytest.mark.adapter("s3")


@pytest.fixture
def mortal_server(s3_server: S3Server) -> Iterator[S3Server]:
    """A server that the test may kill; `s3_server` only says that there are servers here."""
    assert s3_server.source
    with s3() as server:
        yield server


@pytest.fixture
async def blobs(s3_server: S3Server, s3_bucket: str, tmp_path: Path) -> AsyncIterator[S3BlobStore]:
    async with open_s3_store(s3_url(s3_server, s3_bucket), spool_dir=tmp_path) as opened:
        yield opened


async def write_on(writer: BlobWriter, block: bytes) -> None:
    while True:
        await writer.write(block)


async def test_a_server_that_dies_in_the_middle_and_comes_back(mortal_server: S3Server, tmp_path: Path) -> None:
    acknowledged, begun, block = a_key(), a_key(), some_bytes(4 * MIB)
    async with open_s3_store(s3_url(mortal_server, "bucket"), spool_dir=tmp_path) as blobs:
        digest = await store(blobs, acknowledged, [block] * 10)
        writer = await blobs.create(begun)
        for _ in range(9):
            await writer.write(block)  # two parts are full, so the server knows of the upload
        async with blobs.open(acknowledged) as chunks:
            await anext(chunks)
            mortal_server.kill()
            with pytest.raises(StorageUnavailableError):
                async for _ in chunks:
                    pass
        with pytest.raises(StorageUnavailableError):
            await write_on(writer, block)
        await writer.abort()  # cannot reach the server, and does not complain
        for attempt in (blobs.put(a_key(), b"x"), blobs.stat(acknowledged), read(blobs, acknowledged), blobs.check()):
            with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
                await attempt
        with pytest.raises(StorageUnavailableError):
            await blobs.delete(acknowledged)
        with pytest.raises(StorageUnavailableError):
            await keys(blobs)
        with pytest.raises(StorageUnavailableError):
            await leftovers(blobs)
        mortal_server.start()
        assert await digest_of(blobs, acknowledged) == digest
        assert await keys(blobs) == [acknowledged]
        assert await leftovers(blobs) == [begun]
        async for item in blobs.list_incomplete():
            await blobs.discard_incomplete(item)
        assert await leftovers(blobs) == []
        await store(blobs, begun, [block] * 10)
        assert await digest_of(blobs, begun) == digest


async def test_a_server_that_is_not_there_is_said_so(s3_server: S3Server, tmp_path: Path) -> None:
    url = s3_url(s3_server, "bucket").replace(s3_server.endpoint_url.rpartition(":")[2], "1")
    with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
        async with open_s3_store(url, spool_dir=tmp_path):
            pass


async def test_a_wrong_secret_is_said_so_and_not_repeated(s3_server: S3Server, s3_bucket: str, tmp_path: Path) -> None:
    url = s3_url(s3_server, s3_bucket).replace(s3_server.secret_key, "not-the-secret")
    with pytest.raises(StorageUnavailableError, match="AWS_SECRET_ACCESS_KEY") as raised:
        async with open_s3_store(url, spool_dir=tmp_path):
            pass
    assert "not-the-secret" not in str(raised.value)


async def test_no_credentials_are_said_so(
    s3_server: S3Server, s3_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    url = s3_url(s3_server, s3_bucket).replace(f"{s3_server.access_key}:{s3_server.secret_key}@", "")
    with pytest.raises(StorageUnavailableError, match="AWS_ACCESS_KEY_ID"):
        async with open_s3_store(url, spool_dir=tmp_path):
            pass


async def test_many_servers_that_start_at_once_share_the_new_bucket(
    s3_server: S3Server, s3_bucket: str, tmp_path: Path
) -> None:
    async def start() -> None:
        async with open_s3_store(s3_url(s3_server, s3_bucket), spool_dir=tmp_path) as blobs:
            await blobs.put(a_key(), b"content")

    await asyncio.gather(*(start() for _ in range(4)))
    async with open_s3_store(s3_url(s3_server, s3_bucket), spool_dir=tmp_path) as blobs:
        assert len(await keys(blobs)) == 4


async def test_the_uploads_of_others_in_the_bucket_are_left_alone(blobs: S3BlobStore) -> None:
    await blobs._api.begin_upload("backup/2026.tar")
    ours = a_key()
    upload_id = await blobs._api.begin_upload(ours.value)
    assert await leftovers(blobs) == [ours]
    (item,) = [item async for item in blobs.list_incomplete()]
    await blobs.discard_incomplete(type(item)(name="backup/2026.tar", key=None, modified_at=item.modified_at))
    await blobs.discard_incomplete(item)
    assert upload_id in item.name
    assert [upload.name async for upload in blobs._api.list_uploads("")] == ["backup/2026.tar"]


async def test_a_full_spool_folder_is_said_so(blobs: S3BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageFullError, match="FOREBAY_SPOOL_DIR"):
            await store(blobs, a_key(), [b"content"])
    assert await keys(blobs) == []


async def test_a_spool_folder_that_is_not_there_is_said_so(s3_server: S3Server, tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError, match="FOREBAY_SPOOL_DIR"):
        async with open_s3_store(s3_url(s3_server, "bucket"), spool_dir=tmp_path / "missing"):
            pass


async def test_a_closed_store_says_so(s3_server: S3Server, s3_bucket: str, tmp_path: Path) -> None:
    async with open_s3_store(s3_url(s3_server, s3_bucket), spool_dir=tmp_path) as blobs:
        writer = await blobs.create(a_key())
        await writer.write(some_bytes(17 * MIB))
    with pytest.raises(StorageUnavailableError, match="closed"):
        await writer.write(b"late")
    await writer.abort()
    for attempt in (blobs.put(a_key(), b"late"), blobs.stat(a_key()), keys(blobs)):
        with pytest.raises(StorageUnavailableError, match="closed"):
            await attempt

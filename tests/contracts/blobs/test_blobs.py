"""The three blob stores, held to one contract."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from forebay.adapters.filesystem.store import FilesystemBlobStore, open_filesystem_store
from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.s3.store import S3BlobStore, open_s3_store
from forebay.testing.blob_contract import BlobContract, ForeignObjectsContract, LeftoversContract, ProbeContract
from forebay.testing.blob_examples import MIB
from forebay.testing.blob_leftovers_contract import Plant
from tests.integration.blobs.s3_urls import s3_url
from tests.services import S3Server


@pytest.fixture(scope="module")
def bucket(s3_server: S3Server) -> Iterator[str]:
    """One for all tests, each of which has a prefix: a bucket takes the server longer than a test does."""
    with s3_server.bucket() as name:
        yield name


@pytest.mark.adapter("memory")
class TestMemory(BlobContract, LeftoversContract, ProbeContract):
    @pytest.fixture
    def blobs(self) -> MemoryBlobStore:
        return MemoryBlobStore()


@pytest.mark.adapter("filesystem")
class TestFilesystem(BlobContract, LeftoversContract, ProbeContract, ForeignObjectsContract):
    @pytest.fixture
    async def blobs(self, tmp_path: Path) -> AsyncIterator[FilesystemBlobStore]:
        async with open_filesystem_store(tmp_path / "data" / "blobs") as store:
            yield store

    @pytest.fixture
    def plant(self, tmp_path: Path) -> Plant:
        async def plant(name: str, content: bytes) -> None:
            path = tmp_path / "data" / "blobs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

        return plant


class TestS3(BlobContract, LeftoversContract, ProbeContract, ForeignObjectsContract):
    most_winners_of_one_key = 20  # it asks before it writes, since not every server knows conditional writes
    listed_after_bytes = 16 * MIB + 1  # the first part is full, so the multipart upload has begun

    @pytest.fixture
    def prefix(self) -> str:
        return f"tests/{uuid4()}"

    @pytest.fixture
    async def blobs(self, s3_server: S3Server, bucket: str, prefix: str, tmp_path: Path) -> AsyncIterator[S3BlobStore]:
        async with open_s3_store(s3_url(s3_server, bucket, prefix), spool_dir=tmp_path) as store:
            yield store

    @pytest.fixture
    def plant(self, blobs: S3BlobStore, prefix: str) -> Plant:
        async def plant(name: str, content: bytes) -> None:
            await blobs._api.put(f"{prefix}/{name}", content, md5=None)

        return plant

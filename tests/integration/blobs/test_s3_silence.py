"""An S3 server that takes connections and then falls silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from forebay.adapters.s3.store import S3BlobStore, open_s3_store
from forebay.domain.errors import StorageUnavailableError
from forebay.testing.blob_examples import MIB, a_key, read, some_bytes, store

pytestmark = pytest.mark.adapter("s3")


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """There is a bucket, no object, and half of every download; what is sent is neither read nor answered."""
    with suppress(asyncio.IncompleteReadError):
        while True:
            method, path, *_ = (await reader.readuntil(b"\r\n\r\n")).split()
            if method == b"HEAD":
                status = b"200 OK" if path.count(b"/") == 1 else b"404 Not Found"
                writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
            elif method == b"GET":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            else:
                return


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[S3BlobStore]:
    async with silent_server() as url, open_s3_store(url, spool_dir=tmp_path, timeout_seconds=0.2) as opened:
        yield opened


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    connections: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await answer(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"s3://key:secret@bucket?endpoint_url=http://127.0.0.1:{port}&addressing=path&region=us-east-1"
    finally:
        server.close()
        for connection in connections:
            connection.close()


async def test_a_large_object_is_given_up(blobs: S3BlobStore) -> None:
    with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
        await store(blobs, a_key(), [some_bytes(12 * MIB)])


async def test_a_small_object_is_given_up(blobs: S3BlobStore) -> None:
    with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
        await blobs.put(a_key(), b"small")


async def test_a_download_is_given_up(blobs: S3BlobStore) -> None:
    with pytest.raises(StorageUnavailableError, match="FOREBAY_BLOB_URL"):
        await read(blobs, a_key())

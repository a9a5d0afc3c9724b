"""An S3 server whose listings tell times more exactly than its heads, which as HTTP has it say whole seconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from forebay.adapters.s3.store import S3BlobStore, open_s3_store
from forebay.domain.intake.blob import ObjectKey
from forebay.testing.blob_examples import a_key

pytestmark = pytest.mark.adapter("s3")

LISTING = (
    '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>bucket</Name><KeyCount>1</KeyCount>'
    "<IsTruncated>false</IsTruncated><Contents><Key>{key}</Key><Size>5</Size>"
    "<LastModified>2026-11-21T10:20:30.987Z</LastModified></Contents></ListBucketResult>"
)


@pytest.fixture
def key() -> ObjectKey:
    return a_key()


@pytest.fixture
async def blobs(key: ObjectKey, tmp_path: Path) -> AsyncIterator[S3BlobStore]:
    connections: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        with suppress(asyncio.IncompleteReadError):
            while True:
                method, *_ = (await reader.readuntil(b"\r\n\r\n")).split()
                body = LISTING.format(key=key).encode() if method == b"GET" else b""
                head = "HTTP/1.1 200 OK\r\nLast-Modified: Sat, 21 Nov 2026 10:20:30 GMT\r\n"
                head += f"Content-Length: {len(body) or 5}\r\n\r\n"
                writer.write(head.encode() + body)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"s3://key:secret@bucket?endpoint_url=http://127.0.0.1:{port}&addressing=path&region=us-east-1"
    try:
        async with open_s3_store(url, spool_dir=tmp_path) as opened:
            yield opened
    finally:
        server.close()
        for connection in connections:
            connection.close()


async def test_an_object_has_one_time_however_it_is_asked_for(blobs: S3BlobStore, key: ObjectKey) -> None:
    assert [listed async for listed in blobs.list_objects()] == [await blobs.stat(key)]

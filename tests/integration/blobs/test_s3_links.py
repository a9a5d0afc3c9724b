"""Presigned URLs: read by anybody, of one object, for a while, as a download of a name."""

import urllib.parse
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import botocore.auth
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.s3.disposition import attachment, checked_media_type
from forebay.adapters.s3.store import S3BlobStore, open_s3_store
from forebay.bootstrap.schemes import open_s3_blobs
from forebay.bootstrap.settings import load_settings
from forebay.domain.intake.blob import ObjectKey
from tests.integration.blobs.s3_urls import s3_url
from tests.services import S3Server

pytestmark = pytest.mark.adapter("s3")

CONTENT = b"what was kept"
PUBLIC = "https://files.example.org"


def a_key() -> ObjectKey:
    return ObjectKey.build(owner=None, run_id=uuid4(), name=uuid4(), extension=".pdf")


@pytest.fixture
async def store(s3_server: S3Server, s3_bucket: str) -> AsyncIterator[S3BlobStore]:
    async with open_s3_store(s3_url(s3_server, s3_bucket, "in a folder")) as opened:
        yield opened


@pytest.fixture
async def key(store: S3BlobStore) -> ObjectKey:
    key = a_key()
    await store.put(key, CONTENT)
    return key


async def link(store: S3BlobStore, key: ObjectKey, *, file_name: str = "a.pdf", seconds: int = 60) -> str:
    return await store.presign(key, file_name=file_name, media_type="application/pdf", seconds=seconds)


async def fetch(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(url, headers=headers)


@pytest.mark.parametrize("name", ["report.pdf", 'a "quoted"; name.pdf', "Größe €.pdf", "dir/請求書.pdf", "%41\r\nX: y"])
async def test_anybody_can_fetch_it_under_its_name(store: S3BlobStore, key: ObjectKey, name: str) -> None:
    answer = await fetch(await link(store, key, file_name=name))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == attachment(name)
    assert "x" not in answer.headers


async def test_a_part_of_it_can_be_fetched(store: S3BlobStore, key: ObjectKey) -> None:
    answer = await fetch(await link(store, key), {"Range": "bytes=5-7"})
    assert (answer.status_code, answer.content) == (206, b"was")


async def test_once_expired_it_is_refused(store: S3BlobStore, key: ObjectKey) -> None:
    with patch.object(botocore.auth, "get_current_datetime", lambda: datetime.now(UTC) - timedelta(hours=1)):
        url = await link(store, key, seconds=60)
    answer = await fetch(url)
    assert answer.status_code == 403
    assert CONTENT not in answer.content


async def test_it_leads_to_no_other_object(store: S3BlobStore, key: ObjectKey) -> None:
    other = a_key()
    await store.put(other, b"of somebody else")
    url = (await link(store, key)).replace(str(key), str(other))
    answer = await fetch(url)
    assert answer.status_code == 403
    assert b"of somebody else" not in answer.content


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Amz-Expires", "604800"),
        ("response-content-type", "text/html"),
        ("response-content-disposition", "inline"),
        ("X-Amz-Signature", "0" * 64),
    ],
)
async def test_what_it_says_cannot_be_changed(store: S3BlobStore, key: ObjectKey, name: str, value: str) -> None:
    parts = urllib.parse.urlsplit(await link(store, key))
    query = dict(urllib.parse.parse_qsl(parts.query))
    assert name in query
    changed = parts._replace(query=urllib.parse.urlencode({**query, name: value}))
    assert (await fetch(changed.geturl())).status_code == 403


async def test_only_reading_is_allowed(store: S3BlobStore, key: ObjectKey) -> None:
    url = await link(store, key)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.put(url, content=b"changed")).status_code == 403
        assert (await client.delete(url)).status_code == 403
    assert (await fetch(url)).content == CONTENT


async def test_clients_are_sent_where_they_find_the_server(s3_server: S3Server, s3_bucket: str) -> None:
    url = s3_url(s3_server, s3_bucket) + "&public_endpoint_url=" + urllib.parse.quote(PUBLIC, safe="")
    async with open_s3_store(url) as store:
        key = a_key()
        await store.put(key, CONTENT)
        signed = await link(store, key)
    assert signed.startswith(f"{PUBLIC}/{s3_bucket}/")
    passed_on = signed.replace(PUBLIC, s3_server.endpoint_url)
    assert (await fetch(passed_on, {"Host": "files.example.org"})).content == CONTENT
    assert (await fetch(passed_on)).status_code == 403


async def test_the_secret_is_not_in_it(store: S3BlobStore, key: ObjectKey, s3_server: S3Server) -> None:
    assert s3_server.secret_key not in await link(store, key)


async def test_the_store_of_the_settings_can_do_it(s3_server: S3Server, s3_bucket: str) -> None:
    settings = load_settings({"FOREBAY_BLOB_URL": s3_url(s3_server, s3_bucket)})
    async with open_s3_blobs(settings) as parts:
        assert isinstance(parts.presigned, S3BlobStore)


@given(st.text())
def test_any_name_makes_a_header(name: str) -> None:
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


@given(st.text(alphabet='ab/;= \r\n"é'))
def test_only_media_types_are_media_types(text: str) -> None:
    assert checked_media_type(text) in {text, "application/octet-stream"}
    assert checked_media_type(text).isascii()
    assert "\n" not in checked_media_type(text)


@pytest.mark.parametrize("text", ["application/pdf", "text/plain; charset=utf-8", "image/svg+xml"])
def test_media_types_stay(text: str) -> None:
    assert checked_media_type(text) == text


@pytest.mark.parametrize("text", ["", "pdf", "a/b\nX: y", "a/b;\nc=d", "a/b\n", "ä/b"])
def test_other_words_are_no_media_types(text: str) -> None:
    assert checked_media_type(text) == "application/octet-stream"

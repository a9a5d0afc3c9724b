"""The S3 operations that the store needs, typed; the SDK's untyped client stays in here."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from forebay.adapters.s3.address import S3Address
from forebay.adapters.s3.errors import NoSuchObjectError, NoSuchUploadError, client_errors, s3_errors
from forebay.adapters.s3.sdk import AioConfig, Session
from forebay.adapters.s3.spool import SpoolBody
from forebay.domain.errors import StorageUnavailableError

CHUNK = 256 * 1024

Body = bytes | SpoolBody


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundObject:
    """An object as a listing or HeadObject tells of it."""

    name: str
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUpload:
    """A multipart upload that is neither complete nor aborted."""

    name: str
    upload_id: str
    initiated_at: datetime


class Download:
    """An answer whose body has yet to come. close() drops the connection if the body was not read to its end."""

    def __init__(self, body: Any) -> None:
        self._body = body

    async def chunks(self) -> AsyncGenerator[bytes]:
        while True:
            with s3_errors():
                chunk: bytes = await self._body.read(CHUNK)
            if not chunk:
                return
            yield chunk

    def close(self) -> None:
        self._body.close()


class S3Api:
    """One bucket. Every method raises StorageUnavailableError or StorageFullError, and what it names besides.

    `stall_seconds`: how long a request may go on without progress. The SDK's own limits begin when a body is sent.
    """

    def __init__(self, client: Any, bucket: str, *, stall_seconds: float) -> None:
        self._client: Any = client
        self._bucket = bucket
        self._stall_seconds = stall_seconds

    def close(self) -> None:
        """A call that comes later is refused; the SDK would open new connections for it and never close them."""
        self._client = None

    def _open_client(self) -> Any:
        if self._client is None:
            raise StorageUnavailableError("the blob store was closed")
        return self._client

    @property
    def endpoint_url(self) -> str:
        return str(self._open_client().meta.endpoint_url)

    async def has_bucket(self) -> bool:
        try:
            with s3_errors():
                await self._open_client().head_bucket(Bucket=self._bucket)
        except NoSuchObjectError:
            return False
        return True

    async def create_bucket(self) -> None:
        region = self._open_client().meta.region_name
        # The one region that the protocol does not let anybody name.
        place = {} if region in {None, "us-east-1", "aws-global"} else {"LocationConstraint": region}
        with s3_errors():
            await self._open_client().create_bucket(
                Bucket=self._bucket, **({"CreateBucketConfiguration": place} if place else {})
            )

    async def head(self, name: str) -> FoundObject:
        """NoSuchObjectError when there is none."""
        with s3_errors():
            answer = await self._open_client().head_object(Bucket=self._bucket, Key=name)
        return FoundObject(name=name, size_bytes=answer["ContentLength"], modified_at=_utc(answer["LastModified"]))

    async def put(self, name: str, body: Body, *, md5: str | None) -> None:
        async with self._sending(body):
            await self._open_client().put_object(
                Bucket=self._bucket, Key=name, Body=body, ContentLength=len(body), **_content_md5(md5)
            )

    async def get(self, name: str, *, start: int, stop: int | None) -> Download:
        """The bytes from `start` to `stop`. NoSuchObjectError, or RangeBeyondEndError when there are none there."""
        ranged = start > 0 or stop is not None
        end = "" if stop is None else str(stop - 1)
        with s3_errors():
            answer = await self._open_client().get_object(
                Bucket=self._bucket, Key=name, **({"Range": f"bytes={start}-{end}"} if ranged else {})
            )
        download = Download(answer["Body"])
        if ranged and "ContentRange" not in answer:
            download.close()
            raise StorageUnavailableError("the S3 server does not know Range requests, which Forebay needs")
        return download

    async def presign(self, name: str, *, media_type: str, disposition: str, seconds: int) -> str:
        """A URL for GET, signed here (Signature Version 4); nothing is sent."""
        with s3_errors():
            url = await self._open_client().generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": name,
                    "ResponseContentType": media_type,
                    "ResponseContentDisposition": disposition,
                },
                ExpiresIn=seconds,
                HttpMethod="GET",
            )
        return str(url)

    async def delete(self, name: str) -> None:
        try:
            with s3_errors():
                await self._open_client().delete_object(Bucket=self._bucket, Key=name)
        except NoSuchObjectError:
            return

    async def list_objects(self, prefix: str) -> AsyncIterator[FoundObject]:
        """Times in whole seconds, as HeadObject has them; listings of some servers are more exact."""
        pages = aiter(self._open_client().get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix))
        while (page := await _next_page(pages)) is not None:
            for item in page.get("Contents", []):
                modified_at = _utc(item["LastModified"]).replace(microsecond=0)
                yield FoundObject(name=item["Key"], size_bytes=item["Size"], modified_at=modified_at)

    async def begin_upload(self, name: str) -> str:
        with s3_errors():
            answer = await self._open_client().create_multipart_upload(Bucket=self._bucket, Key=name)
        return str(answer["UploadId"])

    async def upload_part(self, name: str, upload_id: str, number: int, body: Body, *, md5: str | None) -> str:
        """The part's ETag."""
        async with self._sending(body):
            answer = await self._open_client().upload_part(
                Bucket=self._bucket,
                Key=name,
                UploadId=upload_id,
                PartNumber=number,
                Body=body,
                ContentLength=len(body),
                **_content_md5(md5),
            )
        return str(answer["ETag"])

    async def complete_upload(self, name: str, upload_id: str, etags: Sequence[str]) -> None:
        """`etags` in the order of the parts."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        with s3_errors():
            await self._open_client().complete_multipart_upload(
                Bucket=self._bucket, Key=name, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )

    async def abort_upload(self, name: str, upload_id: str) -> None:
        """Idempotent."""
        try:
            with s3_errors():
                await self._open_client().abort_multipart_upload(Bucket=self._bucket, Key=name, UploadId=upload_id)
        except (NoSuchObjectError, NoSuchUploadError):
            return

    async def list_uploads(self, prefix: str) -> AsyncIterator[OpenUpload]:
        pages = aiter(
            self._open_client().get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=prefix)
        )
        while (page := await _next_page(pages)) is not None:
            for item in page.get("Uploads", []):
                yield OpenUpload(name=item["Key"], upload_id=item["UploadId"], initiated_at=_utc(item["Initiated"]))

    async def last_activity(self, upload: OpenUpload) -> datetime:
        """When the newest part came, or when the upload began if none has. NoSuchUploadError when it is over."""
        newest = upload.initiated_at
        pages = aiter(
            self._open_client()
            .get_paginator("list_parts")
            .paginate(Bucket=self._bucket, Key=upload.name, UploadId=upload.upload_id)
        )
        while (page := await _next_page(pages)) is not None:
            newest = max([newest, *(_utc(part["LastModified"]) for part in page.get("Parts", []))])
        return newest

    @asynccontextmanager
    async def _sending(self, body: Body) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        with s3_errors():
            async with asyncio.timeout(self._stall_seconds) as limit:
                if isinstance(body, SpoolBody):
                    body.on_progress = lambda: _renew(limit, loop.time() + self._stall_seconds)
                yield


@asynccontextmanager
async def open_api(address: S3Address, *, timeout_seconds: float, connections: int) -> AsyncIterator[S3Api]:
    """A client of the address; the server is not asked yet, but whoever gives credentials may be.

    SettingError for what the SDK does not take, StorageUnavailableError when nobody gives credentials.
    """
    config = AioConfig(
        signature_version="s3v4",
        # Signing a payload means reading it in the event loop. TLS guards it, and Content-MD5 where there is no TLS.
        s3={"addressing_style": address.addressing, "payload_signing_enabled": False},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=min(timeout_seconds, 10.0),
        read_timeout=timeout_seconds,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=connections,
        tcp_keepalive=True,
    )
    async with AsyncExitStack() as stack:
        with client_errors():
            session = Session(
                aws_access_key_id=address.access_key,
                aws_secret_access_key=address.secret_key,
                region_name=address.region,
                profile_name=address.profile,
            )
            client = await stack.enter_async_context(
                session.client("s3", endpoint_url=address.endpoint_url, config=config)
            )
        client.meta.events.register_last("before-call.s3", _without_expect)
        api = S3Api(client, address.bucket, stall_seconds=2 * timeout_seconds)
        stack.callback(api.close)
        yield api


def _without_expect(params: Any, **_: Any) -> None:
    """A round trip for every body, and the HTTP client waits for ever where a server or proxy does not answer it."""
    params["headers"].pop("Expect", None)


def _renew(limit: asyncio.Timeout, when: float) -> None:
    if not limit.expired():
        limit.reschedule(when)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


def _content_md5(md5: str | None) -> dict[str, str]:
    return {} if md5 is None else {"ContentMD5": md5}


async def _next_page(pages: AsyncIterator[Any]) -> Any:
    with s3_errors():
        return await anext(pages, None)

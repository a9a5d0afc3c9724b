"""A Forebay behind a URL."""

import os
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import unquote
from uuid import UUID

import httpx
import msgspec

from forebay.domain.errors import SettingError
from forebay.domain.intake.blob import Sha256
from forebay.entrypoints.cli.early_answer import EarlyAnswer
from forebay.entrypoints.cli.errors import (
    ConnectionLostError,
    LocalOnlyError,
    ServerUnreachableError,
)
from forebay.entrypoints.cli.gateway import (
    Content,
    FilesQuery,
    FileView,
    Gateway,
    HealthView,
    PageView,
    RunsQuery,
    RunView,
    SweepView,
    UploadRequest,
    UploadResult,
)
from forebay.entrypoints.cli.multipart_form import MultipartForm
from forebay.entrypoints.cli.problem_details import error_of, unexpected

T = TypeVar("T")

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_UPLOAD_TIMEOUT = httpx.Timeout(60.0, connect=10.0, read=600.0)  # a large object may take its time to become durable
_ETAG = re.compile(r'"(?P<sha256>[0-9a-f]{64})"')
_EXTENDED_NAME = re.compile(r"filename\*=UTF-8''(?P<name>[^;]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r'filename="(?P<name>[^"]*)"', re.IGNORECASE)


@asynccontextmanager
async def open_remote(url: str, *, version: str) -> AsyncIterator["RemoteGateway"]:
    """SettingError for a URL that cannot be one. Nothing is sent before the first call."""
    try:
        base = httpx.URL(url)
    except httpx.InvalidURL:
        base = httpx.URL()
    if base.scheme not in {"http", "https"} or not base.host or base.query or base.fragment:
        raise SettingError("expected the URL of a server, for instance http://host:8000", field="--server")
    agent = {"User-Agent": f"forebay-cli/{version}"}
    async with httpx.AsyncClient(base_url=base, timeout=_TIMEOUT, headers=agent) as client:
        yield RemoteGateway(client)


class RemoteGateway:
    """Speaks through `client`; does not close it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._early_answer = EarlyAnswer()

    async def upload(self, request: UploadRequest) -> UploadResult:
        form = MultipartForm(request, before_chunk=self._early_answer.check)
        async with self._connected():
            answer = await self._client.post(
                "v1/uploads",
                content=form,
                headers=form.headers,
                timeout=_UPLOAD_TIMEOUT,
                extensions={"trace": self._early_answer.trace},
            )
        run = _body(answer, RunView)
        return UploadResult(run=run, replayed=answer.headers.get("Idempotency-Replayed") == "true")

    async def list_runs(self, query: RunsQuery) -> PageView[RunView]:
        where = query.where
        parameters = {
            "limit": str(query.limit),
            "order": query.order.value,
            "cursor": query.cursor,
            "type": where.type,
            "status": where.status,
            "label": where.label,
            "owner": where.owner,
            "created_after": _instant(where.created_after),
            "created_before": _instant(where.created_before),
        }
        return await self._get("v1/runs", PageView[RunView], parameters)

    async def get_run(self, run_id: UUID) -> RunView:
        return await self._get(f"v1/runs/{run_id}", RunView)

    async def delete_run(self, run_id: UUID) -> None:
        async with self._connected():
            answer = await self._client.delete(f"v1/runs/{run_id}")
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise error_of(answer)

    async def list_files(self, query: FilesQuery) -> PageView[FileView]:
        parameters = {"limit": str(query.limit), "cursor": query.cursor, "role": query.role}
        return await self._get(f"v1/runs/{query.run_id}/files", PageView[FileView], parameters)

    @asynccontextmanager
    async def read_file(self, file_id: UUID) -> AsyncIterator[Content]:
        headers = {"Accept-Encoding": "identity"}
        async with (
            self._connected(),
            self._client.stream("GET", f"v1/files/{file_id}/content", headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                await answer.aread()
                raise error_of(answer)
            etag = _ETAG.fullmatch(answer.headers.get("ETag", ""))
            length = answer.headers.get("Content-Length", "")
            if etag is None or not length.isdecimal():
                raise unexpected(answer)
            yield Content(
                name=_name(answer.headers.get("Content-Disposition", "")),
                size_bytes=int(length),
                sha256=Sha256(etag["sha256"]),
                chunks=answer.aiter_raw(),
            )

    async def sweep(self, *, dry_run: bool) -> SweepView:
        raise LocalOnlyError("a server sweeps on its own timer; leave out --server and FOREBAY_SERVER to sweep here")

    async def health(self) -> HealthView:
        return await self._get("health", HealthView)

    async def _get(self, path: str, kind: type[T], parameters: Mapping[str, str | None] | None = None) -> T:
        given = {name: value for name, value in (parameters or {}).items() if value is not None}
        async with self._connected():
            answer = await self._client.get(path, params=given)
        return _body(answer, kind)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        """No exception of the HTTP library gets out."""
        where = self._client.base_url.copy_with(userinfo=b"")
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ServerUnreachableError(
                f"cannot connect to {where}: {_reason(error)}; check --server or FOREBAY_SERVER and that it is up"
            ) from None
        except httpx.TimeoutException:
            raise ConnectionLostError(f"{where} did not answer in time") from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise ConnectionLostError(f"the connection to {where} was lost: {_reason(error)}") from None


def _body(answer: httpx.Response, kind: type[T]) -> T:
    if not answer.is_success:
        raise error_of(answer)
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError:
        raise unexpected(answer) from None


def _reason(error: BaseException) -> str:
    """The words of the system's own error, which the libraries above it hide."""
    words = str(error) or "it was closed before the answer was complete"
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLError):
            words = str(inner)
        elif isinstance(inner, OSError) and inner.errno is not None:
            words = os.strerror(inner.errno) if inner.errno > 0 else str(inner.strerror)
        below = inner.__cause__ or inner.__context__
        inner = inner.exceptions[0] if isinstance(inner, BaseExceptionGroup) else below
    return words


def _instant(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value is not None else None


def _name(disposition: str) -> str:
    """RFC 6266: the extended form wins. Whoever writes to this name must check it first."""
    extended = _EXTENDED_NAME.search(disposition)
    if extended is not None:
        return unquote(extended["name"].strip())
    plain = _PLAIN_NAME.search(disposition)
    return plain["name"] if plain is not None else ""


def _proof(gateway: RemoteGateway) -> Gateway:
    """What mypy must agree to."""
    return gateway

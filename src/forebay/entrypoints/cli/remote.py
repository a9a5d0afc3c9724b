"""A Forebay behind a URL."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import httpx

from forebay.domain.errors import SettingError
from forebay.entrypoints.cli.early_answer import EarlyAnswer
from forebay.entrypoints.cli.errors import LocalOnlyError
from forebay.entrypoints.cli.gateway import (
    Content,
    FilesQuery,
    FolderQuery,
    Gateway,
    RunsQuery,
    UploadRequest,
    UploadResult,
)
from forebay.entrypoints.cli.multipart_form import MultipartForm
from forebay.entrypoints.cli.remote_alerts import RemoteAlerts
from forebay.entrypoints.cli.remote_client import body_of, instant
from forebay.entrypoints.cli.system_views import SystemView
from forebay.entrypoints.cli.views import FileView, FolderView, HealthView, PageView, RunView, SweepView

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_UPLOAD_TIMEOUT = httpx.Timeout(60.0, connect=10.0, read=600.0)  # a large object may take its time to become durable


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


class RemoteGateway(RemoteAlerts):
    """Speaks through `client`; does not close it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        super().__init__(client)
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
        run = body_of(answer, RunView)
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
            "created_after": instant(where.created_after),
            "created_before": instant(where.created_before),
        }
        return await self._get("v1/runs", PageView[RunView], parameters)

    async def get_run(self, run_id: UUID) -> RunView:
        return await self._get(f"v1/runs/{run_id}", RunView)

    async def delete_run(self, run_id: UUID) -> None:
        await self._delete(f"v1/runs/{run_id}")

    async def list_files(self, query: FilesQuery) -> PageView[FileView]:
        parameters = {
            "limit": str(query.limit),
            "cursor": query.cursor,
            "role": query.role,
            "prefix": query.prefix or None,
        }
        return await self._get(f"v1/runs/{query.run_id}/files", PageView[FileView], parameters)

    async def browse(self, query: FolderQuery) -> FolderView:
        parameters = {
            "limit": str(query.limit),
            "cursor": query.cursor,
            "prefix": query.prefix or None,
            "delimiter": "/",
        }
        return await self._get(f"v1/runs/{query.run_id}/files", FolderView, parameters)

    def read_file(self, file_id: UUID) -> AbstractAsyncContextManager[Content]:
        return self._content(f"v1/files/{file_id}/content")

    async def sweep(self, *, dry_run: bool) -> SweepView:
        raise LocalOnlyError("a server sweeps on its own timer; leave out --server and FOREBAY_SERVER to sweep here")

    async def health(self) -> HealthView:
        return await self._get("health", HealthView)

    async def system(self) -> SystemView:
        return await self._get("v1/system", SystemView)


def _proof(gateway: RemoteGateway) -> Gateway:
    """What mypy must agree to."""
    return gateway

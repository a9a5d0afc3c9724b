"""The jobs of a Forebay behind a URL."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from uuid import UUID

import httpx
import msgspec

from forebay.domain.errors import ForebayError
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.event_stream import EVENT_STREAM, RETRY_SECONDS, StreamReader
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Content, EventsQuery, JobGateway, JobsQuery
from forebay.entrypoints.cli.job_views import FINAL, ArtifactView, EventView, JobView, JobWithStepsView, ModelView
from forebay.entrypoints.cli.problem_details import unexpected
from forebay.entrypoints.cli.remote_client import RemoteClient, instant
from forebay.entrypoints.cli.views import PageView

_QUIET_SECONDS = 60.0  # a server says something every 15
_TRIES = 15  # in a row, to get back to a server that went away in the middle
_FINAL_CODES = {f"job_{status}" for status in FINAL}


class RemoteJobs(RemoteClient):
    """Speaks through `client`; does not close it."""

    async def list_jobs(self, query: JobsQuery) -> PageView[JobView]:
        where = query.where
        parameters = {
            "limit": str(query.limit),
            "order": query.order.value,
            "cursor": query.cursor,
            "run_id": str(where.run_id) if where.run_id is not None else None,
            "kind": where.kind,
            "status": where.status,
            "created_after": instant(where.created_after),
            "created_before": instant(where.created_before),
        }
        return await self._get("v1/jobs", PageView[JobView], parameters)

    async def get_job(self, job_id: UUID) -> JobWithStepsView:
        return await self._get(f"v1/jobs/{job_id}", JobWithStepsView)

    async def start_job(self, run_id: UUID, *, kind: str | None, idempotency_key: str | None) -> JobView:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key is not None else {}
        return await self._post("v1/jobs", JobView, body={"run_id": run_id, "kind": kind}, headers=headers)

    async def parse_run(self, run_id: UUID) -> JobView:
        return await self._post(f"v1/runs/{run_id}/parse", JobView)

    async def cancel_job(self, job_id: UUID) -> JobView:
        return await self._post(f"v1/jobs/{job_id}/cancel", JobView)

    async def retry_job(self, job_id: UUID) -> JobView:
        return await self._post(f"v1/jobs/{job_id}/retry", JobView)

    async def list_events(self, query: EventsQuery) -> PageView[EventView]:
        path, parameters = _place(query)
        return await self._get(path, PageView[EventView], {**parameters, "limit": str(query.limit)})

    @asynccontextmanager
    async def follow_events(self, query: EventsQuery) -> AsyncIterator[AsyncIterator[EventView]]:
        async with aclosing(self._followed(query)) as events:
            yield events

    def accompany_job(self, job_id: UUID) -> AbstractAsyncContextManager[AsyncIterator[EventView]]:
        return self.follow_events(EventsQuery(job_id=job_id))

    async def list_artifacts(self, job_id: UUID, *, cursor: str | None, limit: int) -> PageView[ArtifactView]:
        parameters = {"cursor": cursor, "limit": str(limit)}
        return await self._get(f"v1/jobs/{job_id}/artifacts", PageView[ArtifactView], parameters)

    def read_artifact(self, artifact_id: UUID) -> AbstractAsyncContextManager[Content]:
        return self._content(f"v1/artifacts/{artifact_id}/content")

    async def list_models(self, *, cursor: str | None, limit: int) -> PageView[ModelView]:
        return await self._get("v1/models", PageView[ModelView], {"cursor": cursor, "limit": str(limit)})

    async def _followed(self, query: EventsQuery) -> AsyncGenerator[EventView]:
        """Comes back behind the last event seen, or to where it began, whenever the stream breaks off."""
        last_id: str | None = None
        was_there, tries, pause = False, 0, RETRY_SECONDS
        while True:
            seen: EventView | None = None
            reader: StreamReader | None = None
            try:
                async with self._stream(query, last_id) as reader:
                    was_there, tries = True, 0
                    if reader is None:
                        return
                    async for event in reader.events():
                        seen = event
                        yield event
                if await self._is_over(query, seen):
                    return
            except ForebayError as error:
                if was_there and failure_of(error).code == "job_not_found":  # deleted with its run
                    return
                tries += 1
                if not was_there or tries >= _TRIES or not _passes(error):
                    raise
            if reader is not None:
                last_id, pause = reader.last_id, reader.retry_seconds
            await asyncio.sleep(pause)

    @asynccontextmanager
    async def _stream(self, query: EventsQuery, last_id: str | None) -> AsyncIterator[StreamReader | None]:
        """None when there is nothing more to come."""
        path, parameters = _place(query)
        headers = {"Accept": EVENT_STREAM}
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        timeout = httpx.Timeout(_QUIET_SECONDS, connect=10.0)
        async with self._streamed(path, headers, parameters=parameters, timeout=timeout) as answer:
            if answer.status_code == httpx.codes.NO_CONTENT:
                yield None
                return
            if answer.headers.get("content-type", "").partition(";")[0] != EVENT_STREAM:
                raise unexpected(answer)
            try:
                yield StreamReader(answer.aiter_raw(), last_id=last_id)
            except msgspec.DecodeError:
                raise unexpected(answer) from None

    async def _is_over(self, query: EventsQuery, seen: EventView | None) -> bool:
        """A stream that ended in order: with the job, or only because the server was told to stop?"""
        if query.job_id is None:
            return False
        if seen is not None:
            return seen.code in _FINAL_CODES
        return (await self.get_job(query.job_id)).is_final


def _place(query: EventsQuery) -> tuple[str, dict[str, str | None]]:
    parameters = {
        "after": str(query.after) if query.after is not None else None,
        "run_id": str(query.run_id) if query.run_id is not None else None,
    }
    return "v1/events" if query.job_id is None else f"v1/jobs/{query.job_id}/events", parameters


def _passes(error: ForebayError) -> bool:
    return failure_of(error).exit_code in {ExitCode.UNAVAILABLE, ExitCode.BROKEN_OFF}


def _proof(jobs: RemoteJobs) -> JobGateway:
    """What mypy must agree to."""
    return jobs

"""Streams of events: what holds them open, what ends them, and that they leave nothing behind."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWork, MemoryUnitOfWorkFactory
from forebay.application.use_cases import UseCases
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import DatabaseUnavailableError
from forebay.domain.intake.run import RunType
from forebay.domain.processing.job import Job
from forebay.entrypoints.http.app import build_app
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.observed import ObservedApp
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.library.asynchronous import AsyncForebay
from forebay.testing.job_examples import run_of
from tests.unit.http.asgi_client import Exchange, get, started

SSE = "text/event-stream"
BEAT = b": heartbeat\n\n"


class Database(MemoryUnitOfWorkFactory):
    """Can be away, and counts the units of work that are open."""

    def __init__(self, database: MemoryDatabase) -> None:
        super().__init__(database)
        self.away = False

    def __call__(self, *, write: bool = True) -> MemoryUnitOfWork:
        if self.away:
            raise DatabaseUnavailableError
        return super().__call__(write=write)


@dataclass(frozen=True, kw_only=True)
class Server:
    """The application on memory, with a heart that beats fast or not at all."""

    app: ObservedApp
    database: MemoryDatabase
    units: Database
    use_cases: UseCases
    job: Job

    def events(self, *, reads: bool = True, accept: str = SSE) -> Exchange:
        return get(self.app, f"/v1/jobs/{self.job.id}/events?follow=true", reads=reads, accept=accept)


async def opened(heartbeat_seconds: float) -> AsyncIterator[Server]:
    database = MemoryDatabase()
    units = Database(database)
    given = Replacements(unit_of_work=units, signals=database.signals, blobs=MemoryBlobStore())
    options = HttpOptions(version="0", max_upload_bytes=1000, heartbeat_seconds=heartbeat_seconds)
    async with open_use_cases(Settings(database_url="memory:", blob_url="memory:"), given) as use_cases:
        app = build_app(lambda: nullcontext(use_cases), options, HttpMetrics(CollectorRegistry()))
        async with started(app):
            await AsyncForebay(use_cases, sweep_grace=timedelta()).upload(
                b"a = 1\n", type=RunType.SINGLE_CONF, name="a.conf"
            )
            (job,) = database.state.jobs.values()
            yield Server(app=app, database=database, units=units, use_cases=use_cases, job=job)
            assert len(database.signals.listeners) == 0


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async for one in opened(3600):
        yield one


@pytest.fixture
async def beating() -> AsyncIterator[Server]:
    async for one in opened(0.001):
        yield one


async def first_events(exchange: Exchange) -> bytes:
    assert (await exchange.head())["status"] == 200
    hint = await exchange.chunk()
    assert hint.startswith(b"retry: ")
    return await exchange.chunk()


async def test_a_silent_stream_has_a_heartbeat(beating: Server) -> None:
    exchange = beating.events()
    assert b"job_queued" in await first_events(exchange)
    for _ in range(3):
        assert await exchange.chunk() == BEAT
    await beating.use_cases.processing.cancel_job(beating.job.id)
    rest = b"".join([chunk async for chunk in chunks(exchange)])
    assert rest.replace(BEAT, b"").startswith(b"id: 3\nevent: job_cancelled\ndata: {")
    await exchange.ended()


async def test_who_comes_back_behind_the_end_is_told_not_to_come_again(server: Server) -> None:
    """204 is what ends a browser's EventSource (HTML standard, section 9.2.3)."""
    await server.use_cases.processing.cancel_job(server.job.id)
    exchange = server.events()
    assert (await exchange.head())["status"] == 200
    frames = b"".join([chunk async for chunk in chunks(exchange)])
    last = frames.rpartition(b"id: ")[2].partition(b"\n")[0].decode()
    for again in (
        get(server.app, f"/v1/jobs/{server.job.id}/events", accept=SSE, last_event_id=last),
        get(server.app, f"/v1/jobs/{server.job.id}/events?after={last}", accept=SSE),
    ):
        assert (await again.head())["status"] == 204
        assert await again.chunk() == b""
        await again.ended()
    lines = get(server.app, f"/v1/jobs/{server.job.id}/events?after={last}", accept="application/x-ndjson")
    assert (await lines.head())["status"] == 200
    await lines.ended()


async def test_a_stream_that_breaks_before_its_first_event_has_a_place_to_come_back_to(server: Server) -> None:
    exchange = get(server.app, "/v1/events", accept=SSE)
    await exchange.head()
    assert await exchange.chunk() == b"retry: 2000\nid: 2\n\n"
    exchange.leave()
    await exchange.ended()
    await server.use_cases.processing.cancel_job(server.job.id)
    again = get(server.app, "/v1/events", accept=SSE, last_event_id="2")
    assert b"event: job_cancelled" in await first_events(again)
    again.leave()
    await again.ended()
    of_job = get(server.app, f"/v1/jobs/{server.job.id}/events", accept=SSE)
    await of_job.head()
    assert await of_job.chunk() == b"retry: 2000\nid: 0\n\n"
    of_job.leave()
    await of_job.ended()


async def test_a_job_that_goes_on_is_streamed_although_nothing_is_behind_yet(server: Server) -> None:
    exchange = get(server.app, f"/v1/jobs/{server.job.id}/events?after=2", accept=SSE)
    assert (await exchange.head())["status"] == 200
    exchange.leave()
    await exchange.ended()


async def test_lines_have_no_heartbeat(beating: Server) -> None:
    exchange = beating.events(accept="application/x-ndjson")
    await exchange.head()
    assert json.loads(await exchange.chunk())["code"] == "job_queued"
    beats = get(beating.app, "/v1/events", accept=SSE)
    await beats.head()
    assert (await beats.chunk()).startswith(b"retry: ")
    for _ in range(5):
        assert await beats.chunk() == BEAT
    beats.leave()
    await beats.ended()
    assert exchange.messages.empty()
    await beating.use_cases.processing.cancel_job(beating.job.id)
    assert json.loads(await exchange.chunk())["code"] == "job_cancelled"
    assert await exchange.chunk() == b""
    await exchange.ended()


async def test_a_client_that_leaves_frees_everything(server: Server) -> None:
    before = asyncio.all_tasks()
    exchange = server.events()
    await first_events(exchange)
    assert len(server.database.signals.listeners) == 1
    exchange.leave()
    await exchange.ended()
    assert len(server.database.signals.listeners) == 0
    assert asyncio.all_tasks() == before


async def test_a_client_that_leaves_while_it_is_sent_to_frees_everything(server: Server) -> None:
    exchange = server.events(reads=False)
    await exchange.stuck.wait()
    exchange.leave()
    await exchange.ended()
    assert len(server.database.signals.listeners) == 0


async def test_a_server_that_stops_ends_its_streams_also_those_that_nobody_reads(server: Server) -> None:
    reading, stuck = server.events(), server.events(reads=False)
    await first_events(reading)
    await stuck.stuck.wait()
    server.app.end_streams()
    assert await reading.chunk() == b""
    await reading.ended()
    await stuck.ended()
    late = server.events()
    await late.ended()


async def test_a_request_that_is_cancelled_frees_everything(server: Server) -> None:
    exchange = server.events()
    await first_events(exchange)
    assert exchange.task is not None
    exchange.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await exchange.task
    assert len(server.database.signals.listeners) == 0


async def test_a_stream_outlives_a_database_that_is_away_for_a_while(beating: Server) -> None:
    exchange = beating.events()
    await first_events(exchange)
    beating.units.away = True
    beating.database.signals.listeners.tell()
    for _ in range(5):
        assert await exchange.chunk() == BEAT
    away = beating.events()
    assert (await away.head())["status"] == 503
    await away.ended()
    beating.units.away = False
    await beating.use_cases.processing.cancel_job(beating.job.id)
    rest = b"".join([chunk async for chunk in chunks(exchange)])
    assert rest.replace(BEAT, b"").startswith(b"id: 3\nevent: job_cancelled\n")
    assert rest.count(b"id: ") == 1
    await exchange.ended()


async def test_a_stream_ends_when_its_job_was_deleted_while_the_database_was_away(beating: Server) -> None:
    exchange = beating.events()
    await first_events(exchange)
    beating.units.away = True
    assert await exchange.chunk() == BEAT
    beating.units.away = False
    await AsyncForebay(beating.use_cases, sweep_grace=timedelta()).delete_run(run_of(beating.job))
    assert b"".join([chunk async for chunk in chunks(exchange)]).replace(BEAT, b"") == b""
    await exchange.ended()


async def test_who_leaves_while_the_database_is_away_frees_everything(server: Server) -> None:
    before = asyncio.all_tasks()
    exchange = server.events()
    await first_events(exchange)
    server.units.away = True
    server.database.signals.listeners.tell()
    assert await exchange.chunk() == BEAT
    exchange.leave()
    await exchange.ended()
    assert len(server.database.signals.listeners) == 0
    assert asyncio.all_tasks() == before
    server.units.away = False


async def test_lines_break_off_when_the_database_goes_away(server: Server) -> None:
    """Else what is missing would look like the end."""
    exchange = server.events(accept="application/x-ndjson")
    await exchange.head()
    await exchange.chunk()
    server.units.away = True
    server.database.signals.listeners.tell()
    await exchange.ended()
    assert exchange.messages.empty()  # not even the end of the body
    server.units.away = False


async def test_streams_are_counted_but_their_time_is_not(server: Server) -> None:
    """It is that of the client's patience: the durations of requests would mean nothing any more."""
    exchange = server.events()
    await first_events(exchange)
    exchange.leave()
    await exchange.ended()
    page = get(server.app, f"/v1/jobs/{server.job.id}/events")
    await page.ended()
    metrics = get(server.app, "/metrics")
    await metrics.head()
    await metrics.ended()
    text: bytes = metrics.messages.get_nowait()["body"]
    route = b'method="GET",route="/v1/jobs/{job_id}/events"'
    assert b"forebay_http_requests_total{" + route + b',status="200"} 2.0' in text
    assert b"forebay_http_request_duration_seconds_count{" + route + b"} 1.0" in text


async def test_metrics_are_there_without_the_database(server: Server) -> None:
    async def page() -> bytes:
        exchange = get(server.app, "/metrics")
        assert (await exchange.head())["status"] == 200
        await exchange.ended()
        text: bytes = exchange.messages.get_nowait()["body"]
        return text

    assert b'forebay_queue_jobs{status="queued"} 1.0' in await page()
    server.units.away = True
    text = await page()
    assert b"forebay_queue" not in text
    assert b"forebay_http_requests_in_progress 1.0" in text
    server.units.away = False


async def chunks(exchange: Exchange) -> AsyncIterator[bytes]:
    while chunk := await exchange.chunk():
        yield chunk

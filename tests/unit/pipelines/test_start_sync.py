"""Starting syncs, by hand and by the clock, and what there is to see of them."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from forebay.application.pipelines.start_sync import StartSyncCommand
from forebay.application.ports.run_source import SourceScope
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import (
    ClientNotFoundError,
    PipelineNotFoundError,
    SourceRefusedError,
    UnknownSourceError,
)
from forebay.domain.pipelines.pipeline import Platform
from tests.unit.pipelines.sync_desk import Desk, Told, a_client, a_pipeline, page_of
from tests.unit.processing.virtual_time import in_virtual_time

AIRFLOW = SourceScope(client=None, platform=Platform.AIRFLOW)
NOBODYS = SourceScope(client="Nobody", platform=Platform.VENDOR_API)
QUIET = {f"p{number}": {None: [page_of(cursor=None)]} for number in range(1, 4)}


@in_virtual_time
async def test_all_sources_are_started_one_job_each() -> None:
    desk = await Desk(Told("acme"), Told("beta", scope=AIRFLOW)).furnish()
    started = await desk.start(StartSyncCommand())
    assert [(one.source, one.is_new, one.job.subject) for one in started] == [
        ("acme", True, "acme"),
        ("beta", True, "beta"),
    ]
    assert {job.kind for job in desk.rig.jobs} == {"pipeline_sync"}


@in_virtual_time
async def test_one_under_way_is_joined() -> None:
    desk = await Desk(Told()).furnish()
    (first,) = await desk.start(StartSyncCommand(source="acme"))
    (second,) = await desk.start(StartSyncCommand())
    assert second.job.id == first.job.id
    assert not second.is_new
    (third,) = await desk.start(StartSyncCommand(pipeline_id=UUID(int=101)))
    assert third.is_new, "it is about something else"


@in_virtual_time
async def test_a_pipeline_is_pulled_from_the_sources_that_serve_it() -> None:
    desk = await Desk(Told("acme"), Told("beta", scope=AIRFLOW), Told("copy")).furnish()
    started = await desk.start(StartSyncCommand(pipeline_id=UUID(int=101)))
    assert [one.source for one in started] == ["acme", "copy"]
    assert [one.pipeline_id for one in started] == [UUID(int=101)] * 2


@pytest.mark.parametrize(
    ("command", "error", "words"),
    [
        (StartSyncCommand(source="zeta"), UnknownSourceError, "No source of runs"),
        (StartSyncCommand(pipeline_id=UUID(int=9)), PipelineNotFoundError, "no pipeline"),
        (StartSyncCommand(pipeline_id=UUID(int=102)), InvalidInputError, "'Pipeline 2' is disabled; enable it first"),
        (StartSyncCommand(pipeline_id=UUID(int=103)), InvalidInputError, "client 'Client 2' is disabled"),
        (StartSyncCommand(pipeline_id=UUID(int=104)), InvalidInputError, "has no external_id.*set one"),
        (StartSyncCommand(pipeline_id=UUID(int=105)), InvalidInputError, "no source pulls runs of 'Client 1' on dbt"),
        (StartSyncCommand(source="beta", pipeline_id=UUID(int=101)), InvalidInputError, r"\(asked: beta\)"),
        (StartSyncCommand(source="lost"), ClientNotFoundError, "for the client 'Nobody', which does not exist"),
        (StartSyncCommand(), ClientNotFoundError, "'lost'"),
    ],
)
def test_what_cannot_be_synced_is_said_and_nothing_started(
    command: StartSyncCommand, error: type[Exception], words: str
) -> None:
    @in_virtual_time
    async def refused() -> None:
        desk = await Desk(Told("acme"), Told("beta", scope=AIRFLOW), Told("lost", scope=NOBODYS)).furnish(
            a_client(2, is_active=False),
            a_pipeline(2, is_active=False),
            a_pipeline(3, client_id=UUID(int=2)),
            a_pipeline(4, external_id=None),
            a_pipeline(5, platform=Platform.DBT),
        )
        with pytest.raises(error, match=words):
            await desk.start(command)
        assert desk.rig.jobs == []

    refused()


@in_virtual_time
async def test_without_any_source_the_setting_is_named() -> None:
    desk = await Desk().furnish()
    with pytest.raises(UnknownSourceError, match="FOREBAY_SOURCES_FILE"):
        await desk.start(StartSyncCommand())


@in_virtual_time
async def test_the_state_of_every_source_and_pipeline_is_shown() -> None:
    told = Told(tells={**QUIET, "p2": {None: [page_of(cursor="7"), SourceRefusedError("no")]}})
    desk = await Desk(told, Told("beta", scope=AIRFLOW), pipelines=2).furnish()
    await desk.synced(source="acme")
    acme, beta = await desk.show()
    assert (acme.source, acme.scope, beta.source, beta.scope) == ("acme", told.scope, "beta", AIRFLOW)
    assert [(one.name, one.state.cursor, one.state.error) for one in acme.pipelines] == [
        ("Pipeline 1", None, None),
        ("Pipeline 2", "7", "no"),
    ]
    assert list(beta.pipelines) == []
    assert [one.source for one in await desk.show("beta")] == ["beta"]
    with pytest.raises(UnknownSourceError):
        await desk.show("zeta")


@in_virtual_time
async def test_a_source_that_is_not_configured_any_more_is_still_shown() -> None:
    desk = await Desk(Told(tells=QUIET), Told("beta", scope=AIRFLOW)).furnish()
    await desk.synced(source="acme")
    desk.sources.forget("acme")
    assert [(one.source, one.scope) for one in await desk.show()] == [("beta", AIRFLOW), ("acme", None)]
    assert [one.source for one in await desk.show("acme")] == ["acme"]


@in_virtual_time
async def test_a_sync_is_started_whenever_the_interval_is_over_whoever_looks() -> None:
    source = Told(tells=QUIET)
    desk = await Desk(source).furnish()
    every = timedelta(minutes=10)
    first = await desk.schedule(every=every)
    assert (list(first.started), first.next_in) == (["acme"], every)
    await desk.rig.worked_off()
    await asyncio.sleep(240)
    second = await desk.schedule(every=every)
    assert (list(second.started), second.next_in) == ([], timedelta(minutes=6))
    await asyncio.sleep(360)
    assert list((await desk.schedule(every=every)).started) == ["acme"]
    assert list((await desk.schedule(every=every)).started) == []
    assert len(desk.rig.jobs) == 2


@in_virtual_time
async def test_one_that_takes_longer_than_the_interval_is_not_begun_twice() -> None:
    desk = await Desk(Told()).furnish()
    every = timedelta(minutes=10)
    await desk.schedule(every=every)
    await asyncio.sleep(3600)
    late = await desk.schedule(every=every)
    assert (list(late.started), list(late.failures)) == ([], [])
    assert len(desk.rig.jobs) == 1


@in_virtual_time
async def test_two_who_look_at_the_same_time_start_one() -> None:
    desk = await Desk(Told()).furnish()
    every = timedelta(minutes=10)
    both = await asyncio.gather(desk.schedule(every=every), desk.schedule(every=every))
    assert sum(len(one.started) for one in both) == 1
    assert len(desk.rig.jobs) == 1


@in_virtual_time
async def test_what_is_wrong_with_one_source_does_not_stop_the_others() -> None:
    desk = await Desk(Told("lost", scope=NOBODYS), Told("acme")).furnish()
    found = await desk.schedule(every=timedelta(minutes=10))
    assert list(found.started) == ["acme"]
    assert [(one.source, one.error.code) for one in found.failures] == [("lost", "client_not_found")]


@in_virtual_time
async def test_a_clock_that_was_set_back_delays_by_one_interval_at_most() -> None:
    desk = await Desk(Told()).furnish()
    await asyncio.sleep(10_000)
    await desk.schedule(every=timedelta(minutes=10))
    desk.clock.offset = timedelta(seconds=-9_000)
    assert (await desk.schedule(every=timedelta(minutes=10))).next_in == timedelta(minutes=10)

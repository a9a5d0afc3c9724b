"""How pipelines are, from their runs and what is expected of them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from forebay.application.pipelines.manage_clients import ChangeClientCommand
from forebay.application.pipelines.manage_pipelines import ChangePipelineCommand
from forebay.application.pipelines.show_health import PipelinesHealthQuery, SummaryQuery
from forebay.application.ports.pipelines import PipelineFilter
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import SortOrder
from forebay.domain.pipelines.errors import ClientNotFoundError
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.pipeline import Pipeline, Schedule
from forebay.domain.pipelines.report import ReportedStatus, RunReport
from tests.unit.pipelines.office import DAY, HOUR, MINUTE, NOON, Office

HOURLY = Schedule(expect_every=HOUR, start_grace=10 * MINUTE, finish_grace=30 * MINUTE)


async def report(office: Office, pipeline: Pipeline, status: ReportedStatus, *, run: str | None = None) -> None:
    """One that took the minute before now; one that is running began now."""
    now = office.clock.time
    running = status is ReportedStatus.RUNNING
    await office.record_run(
        pipeline.id,
        RunReport(
            external_run_id=run or now.isoformat(),
            status=status,
            started_at=now if running else now - MINUTE,
            finished_at=None if running else now,
        ),
    )


async def test_a_pipeline_is_as_its_latest_final_run() -> None:
    office = Office()
    pipeline = await office.pipeline()
    seen = [(await office.state(pipeline.id)).health]
    for status in (
        ReportedStatus.RUNNING,
        ReportedStatus.SUCCESS,
        ReportedStatus.FAILED,
        ReportedStatus.SKIPPED,
        ReportedStatus.CANCELED,
        ReportedStatus.RUNNING,
        ReportedStatus.SUCCESS,
    ):
        office.clock.time += HOUR
        await report(office, pipeline, status)
        seen.append((await office.state(pipeline.id)).health)
    assert seen == [
        Health.UNKNOWN,
        Health.UNKNOWN,
        Health.HEALTHY,
        Health.FAILING,
        Health.FAILING,
        Health.FAILING,
        Health.FAILING,
        Health.HEALTHY,
    ]


async def test_a_run_that_does_not_begin_is_late_and_then_missing() -> None:
    office = Office()
    pipeline = await office.pipeline(schedule=HOURLY)
    office.clock.time += 5 * MINUTE
    await report(office, pipeline, ReportedStatus.SUCCESS)
    began = NOON + 4 * MINUTE
    assert (await office.state(pipeline.id)).due_at == began + 70 * MINUTE
    for passed, expected in ((69, Health.HEALTHY), (70, Health.LATE), (129, Health.LATE), (130, Health.MISSING)):
        office.clock.time = began + passed * MINUTE
        assert (await office.state(pipeline.id)).health is expected, passed
    await report(office, pipeline, ReportedStatus.FAILED)
    assert (await office.state(pipeline.id)).health is Health.FAILING


async def test_a_pipeline_that_never_ran_is_late_from_when_it_was_enabled() -> None:
    office = Office()
    pipeline = await office.pipeline(schedule=HOURLY)
    assert (await office.state(pipeline.id)).health is Health.UNKNOWN
    office.clock.time += 70 * MINUTE
    assert (await office.state(pipeline.id)).health is Health.LATE
    for flag in (False, True):
        await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, is_active=flag))
    assert (await office.state(pipeline.id)).health is Health.UNKNOWN, "nothing is missed from before"


async def test_enabling_a_client_again_misses_nothing_from_before() -> None:
    office = Office()
    client = await office.create_client("Acme")
    pipeline = await office.pipeline(client=client, schedule=HOURLY)
    await report(office, pipeline, ReportedStatus.SUCCESS)
    await office.change_client(ChangeClientCommand(client_id=client.id, is_active=False))
    office.clock.time += 30 * DAY
    await office.change_client(ChangeClientCommand(client_id=client.id, is_active=True))
    assert (await office.state(pipeline.id)).health is Health.HEALTHY
    office.clock.time += 70 * MINUTE
    assert (await office.state(pipeline.id)).health is Health.LATE


async def test_a_run_that_goes_on_for_too_long_is_stuck() -> None:
    office = Office()
    pipeline = await office.pipeline(schedule=HOURLY)
    await report(office, pipeline, ReportedStatus.RUNNING, run="1")
    office.clock.time += 30 * MINUTE
    assert (await office.state(pipeline.id)).health is Health.STUCK
    await report(office, pipeline, ReportedStatus.SUCCESS, run="1")
    assert (await office.state(pipeline.id)).health is Health.HEALTHY


async def test_a_run_said_to_begin_at_the_end_of_time_breaks_nothing() -> None:
    office = Office()
    pipeline = await office.pipeline(schedule=HOURLY)
    for number, status in enumerate((ReportedStatus.SUCCESS, ReportedStatus.RUNNING)):
        await office.record_run(
            pipeline.id,
            RunReport(external_run_id=str(number), status=status, started_at=datetime.max.replace(tzinfo=UTC)),
        )
    state = await office.state(pipeline.id)
    assert (state.health, state.due_at) == (Health.HEALTHY, datetime.max.replace(tzinfo=UTC))


async def test_a_summary_counts_what_lies_in_its_window() -> None:
    office = Office()
    client = await office.create_client("Acme")
    one, other = [await office.pipeline(name, client=client, schedule=HOURLY) for name in ("one", "other")]
    await report(office, one, ReportedStatus.FAILED)
    office.clock.time += 8 * DAY
    for pipeline, status in (
        (one, ReportedStatus.SUCCESS),
        (other, ReportedStatus.FAILED),
        (one, ReportedStatus.SKIPPED),
    ):
        office.clock.time += MINUTE
        await report(office, pipeline, status)
    office.clock.time += MINUTE
    summary = await office.summarise(SummaryQuery(client_id=client.id))
    assert summary.window.until - summary.window.since == 7 * DAY
    assert dict(summary.figures.counts) == {
        ReportedStatus.SUCCESS: 1,
        ReportedStatus.FAILED: 1,
        ReportedStatus.SKIPPED: 1,
    }
    assert (summary.figures.total, summary.figures.success_rate) == (3, 0.5)
    assert (summary.figures.mean_seconds, summary.figures.p95_seconds) == (60.0, 60.0)
    assert [(state.pipeline.name, state.health) for state in summary.pipelines] == [
        ("other", Health.FAILING),
        ("one", Health.HEALTHY),
    ]
    assert summary.late == ()
    office.clock.time += 2 * HOUR
    late = await office.summarise(SummaryQuery(client_id=client.id, since=NOON))
    assert [state.pipeline.name for state in late.late] == ["one", "other"]
    assert late.figures.total == 4


async def test_until_is_exclusive_and_lies_behind_since() -> None:
    office = Office()
    client = await office.create_client("Acme")
    pipeline = await office.pipeline(client=client)
    await report(office, pipeline, ReportedStatus.SUCCESS)
    ended = await office.summarise(SummaryQuery(client_id=client.id, until=NOON))
    assert ended.figures.total == 0
    begun = await office.summarise(SummaryQuery(client_id=client.id, since=NOON, until=NOON + MINUTE))
    assert begun.figures.total == 1
    with pytest.raises(InvalidInputError):
        await office.summarise(SummaryQuery(client_id=client.id, since=NOON, until=NOON))


async def test_disabled_ones_leave_summaries_and_health() -> None:
    office = Office()
    client = await office.create_client("Acme")
    pipeline = await office.pipeline(client=client)
    await report(office, pipeline, ReportedStatus.FAILED)
    office.clock.time += MINUTE
    await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, is_active=False))
    summary = await office.summarise(SummaryQuery(client_id=client.id))
    assert (summary.pipelines, summary.figures.total) == ((), 0)
    assert (await office.pipelines_health(PipelinesHealthQuery())).items == ()
    await office.change_pipeline(ChangePipelineCommand(pipeline_id=pipeline.id, is_active=True))
    await office.change_client(ChangeClientCommand(client_id=client.id, is_active=False))
    assert (await office.state(pipeline.id)).health is Health.DISABLED


async def test_health_across_clients_can_be_asked_for_by_what_it_is() -> None:
    office = Office()
    for number in range(6):
        pipeline = await office.pipeline(f"p{number}")
        await report(office, pipeline, ReportedStatus.FAILED if number % 2 else ReportedStatus.SUCCESS)
        office.clock.time += MINUTE
    names: list[str] = []
    cursor: str | None = None
    while True:
        page = await office.pipelines_health(
            PipelinesHealthQuery(health=frozenset({Health.FAILING}), order=SortOrder.ASC, limit=2, cursor=cursor)
        )
        names.extend(state.pipeline.name for state in page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert names == ["p1", "p3", "p5"]


async def test_health_of_a_client_that_does_not_exist_is_not_just_empty() -> None:
    with pytest.raises(ClientNotFoundError):
        await Office().pipelines_health(PipelinesHealthQuery(where=PipelineFilter(client_id=uuid4())))


async def test_a_run_that_is_reported_without_its_start_counts_all_the_same() -> None:
    """It is not the latest beside one with a start; but it has come, and has failed."""
    office = Office()
    pipeline = await office.pipeline(schedule=HOURLY)
    await report(office, pipeline, ReportedStatus.SUCCESS)
    office.clock.time += 70 * MINUTE
    assert (await office.state(pipeline.id)).health is Health.LATE
    await office.record_run(pipeline.id, RunReport(external_run_id="bare", status=ReportedStatus.FAILED))
    found = await office.state(pipeline.id)
    assert found.health is Health.FAILING
    assert found.due_at == office.clock.time + 70 * MINUTE
    assert found.latest is not None
    assert found.latest.status is ReportedStatus.SUCCESS

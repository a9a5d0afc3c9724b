"""Events of OpenLineage become runs of pipelines, whatever order they come in and however often."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forebay.adapters.system.ids import SystemIds
from forebay.application.pipelines.manage_clients import CreateClient
from forebay.application.pipelines.manage_pipelines import CreatePipeline, PipelineDraft
from forebay.application.pipelines.show_lineage import PruneLineage, ShowLineage
from forebay.domain.errors import DatabaseUnavailableError, InvalidInputError
from forebay.domain.pipelines.errors import InvalidReportError, PipelineRunNotFoundError
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun, Verdict
from tests.unit.pipelines.lineage_desk import NOW, LineageDesk, StandingClock
from tests.unit.pipelines.lineage_examples import (
    RUN,
    Event,
    airflow_task,
    dataset_event,
    dbt_model,
    failure,
    job_event,
    output,
    run_event,
    spark_query,
)


class LaterClock:
    """A month after everything came."""

    def now(self) -> datetime:
        return NOW + timedelta(days=30)


async def found_run(desk: LineageDesk, run_id: str = RUN, pipeline: str = "analytics: orders.load") -> PipelineRun:
    run = await desk.run(run_id, pipeline)
    assert run is not None
    return run


async def test_a_run_from_its_start_to_its_end() -> None:
    desk = LineageDesk()
    [started] = await desk.receive(run_event("START"))
    assert (started.error, started.is_new, started.verdict) == (None, True, Verdict.CREATED)
    assert (await found_run(desk)).status is ReportedStatus.RUNNING
    [ended] = await desk.receive(run_event("COMPLETE", "2026-03-01T10:07:30Z", outputs=[output("a", rows=5)]))
    assert ended.verdict is Verdict.UPDATED
    run = await found_run(desk)
    assert run.status is ReportedStatus.SUCCESS
    assert run.started_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert run.finished_at == datetime(2026, 3, 1, 10, 7, 30, tzinfo=UTC)
    assert (run.elapsed_seconds, run.rows_processed) == (450.0, 5)


async def test_the_pipeline_and_its_client_are_created_on_first_sight() -> None:
    desk = LineageDesk()
    await desk.receive(airflow_task(), dbt_model(), spark_query(), job_event(), dataset_event())
    pipelines = await desk.pipelines()
    assert set(pipelines) == {
        "default: daily_orders.load_to_warehouse",
        "dbt: shop.marts.build.customers",
        "spark: etl_app.execute_insert_into_hadoop_fs_relation_command",
        "analytics: orders.load",
    }
    airflow = pipelines["default: daily_orders.load_to_warehouse"]
    assert airflow.external_id == "default/daily_orders.load_to_warehouse"
    assert (airflow.platform, airflow.pipeline_type) == (Platform.AIRFLOW, PipelineType.TRANSFORM)
    assert (airflow.environment, airflow.is_active) == (Environment.PROD, True)
    assert pipelines["dbt: shop.marts.build.customers"].platform is Platform.DBT
    assert pipelines["analytics: orders.load"].platform is Platform.CUSTOM


async def test_the_same_event_again_is_kept_once_and_changes_nothing() -> None:
    desk = LineageDesk()
    first, again, other = await desk.receive(run_event(), run_event(), run_event("RUNNING"))
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    before = await found_run(desk)
    [repeated] = await desk.receive(run_event())
    assert (repeated.error, repeated.is_new) == (None, False)
    assert await found_run(desk) == before
    assert {event.event_type for event in await desk.events(RUN)} == {"START", "RUNNING"}
    assert len(await desk.events(RUN)) == 2


async def test_events_that_say_nothing_of_the_run_are_kept_with_it() -> None:
    desk = LineageDesk()
    other, typeless, unknown = await desk.receive(run_event("OTHER"), run_event(None), run_event("NEW"))
    assert other.verdict is typeless.verdict is unknown.verdict is None
    assert await desk.run(RUN) is None
    assert len(await desk.events(RUN)) == 3
    await desk.receive(run_event("COMPLETE"), run_event("OTHER", "2026-03-01T11:00:00Z"))
    assert (await found_run(desk)).status is ReportedStatus.SUCCESS


async def test_a_failure_says_why() -> None:
    desk = LineageDesk()
    await desk.receive(run_event(), failure("out of memory", "at line 3"))
    run = await found_run(desk)
    assert (run.status, run.error_message) == (ReportedStatus.FAILED, "out of memory\n\nat line 3")


async def test_a_bad_event_keeps_no_other_out() -> None:
    desk = LineageDesk()
    verdicts = await desk.receive("x", run_event("START"), {}, run_event("COMPLETE"))
    assert [type(verdict.error) for verdict in verdicts] == [
        InvalidReportError,
        type(None),
        InvalidReportError,
        type(None),
    ]
    assert not any(verdict.may_be_repeated for verdict in verdicts)
    assert (await found_run(desk)).status is ReportedStatus.SUCCESS


async def test_one_that_cannot_be_stored_keeps_no_other_out() -> None:
    desk = LineageDesk(refusals={"poison": InvalidInputError("cannot be stored")})
    events = [run_event(run=uuid4()) for _ in range(20)]
    events[13] = run_event(producer="poison")
    verdicts = await desk.receive(*events)
    assert [index for index, verdict in enumerate(verdicts) if verdict.error is not None] == [13]
    assert await desk.run(RUN) is None
    assert all([await desk.run(event["run"]["runId"]) for index, event in enumerate(events) if index != 13])


async def test_an_outage_is_one_of_all_events_when_none_could_be_kept() -> None:
    desk = LineageDesk(refusals={"": DatabaseUnavailableError()})
    with pytest.raises(DatabaseUnavailableError):
        await desk.receive(run_event(), "bad")


async def test_an_outage_in_between_leaves_the_rest_to_be_repeated() -> None:
    desk = LineageDesk(refusals={"poison": InvalidInputError(), "outage": DatabaseUnavailableError()})
    events = [run_event(run=uuid4()) for _ in range(8)]
    events[2] = run_event(producer="poison")
    events[5] = run_event(producer="outage")
    verdicts = await desk.receive(*events)
    assert [verdict.error is None for verdict in verdicts] == [True, True, False, True] + [False] * 4
    assert [verdict.may_be_repeated for verdict in verdicts] == [False] * 4 + [True] * 4
    desk.refusals.clear()
    assert [verdict.is_new for verdict in await desk.receive(*events)] == [False, False, True, False] + [True] * 4


async def test_a_batch_is_one_transaction_and_two_when_pipelines_are_new() -> None:
    desk = LineageDesk()
    await desk.receive(run_event(job="warm up"))
    desk.commits = 0
    await desk.receive(*(run_event(job=f"job {n % 100}", run=uuid4()) for n in range(1000)))
    assert desk.commits == 2
    await desk.receive(*(run_event(job=f"job {n % 100}", run=uuid4()) for n in range(1000)))
    assert desk.commits == 3
    assert len(await desk.pipelines()) == 101


async def test_jobs_of_the_same_name_are_told_apart_by_their_namespace_and_then_by_a_number() -> None:
    desk = LineageDesk(rule="*=All")
    await desk.receive(run_event(namespace="a"), run_event(namespace="b"))
    await desk.receive(run_event(namespace="c"))
    await desk.receive(run_event(namespace="c/", job="ORDERS.load"))
    assert set(await desk.pipelines()) == {
        "All: orders.load",
        "All: b/orders.load",
        "All: c/orders.load",
        "All: c//ORDERS.load",
    }
    await desk.receive(run_event(namespace="B", job="Orders.Load"))
    assert "All: B/Orders.Load (2)" in await desk.pipelines()


async def test_a_job_stays_with_its_pipeline_when_that_is_renamed() -> None:
    desk = LineageDesk()
    await desk.receive(run_event("START"))
    pipeline = await desk.pipeline()
    async with desk.unit_of_work() as work:
        await work.pipelines.update(replace(pipeline, name="Orders", external_id=None, platform=Platform.CRON))
        await work.commit()
    await desk.receive(run_event("COMPLETE"))
    assert (await found_run(desk, RUN, "analytics: Orders")).status is ReportedStatus.SUCCESS
    assert len(await desk.pipelines()) == 1


@pytest.mark.parametrize("platform", [Platform.CUSTOM, Platform.AIRFLOW])
async def test_a_pipeline_that_was_created_for_the_job_is_taken(platform: Platform) -> None:
    desk = LineageDesk(rule="ana*=Acme")
    clock, ids = StandingClock(), SystemIds()
    client = await CreateClient(unit_of_work=desk.unit_of_work, clock=clock, ids=ids)("ACME")
    draft = PipelineDraft(client_id=client.id, name="Orders", external_id="analytics/orders.load", platform=platform)
    await CreatePipeline(unit_of_work=desk.unit_of_work, clock=clock, ids=ids)(draft)
    await desk.receive(run_event())
    assert set(await desk.pipelines()) == {"ACME: Orders"}
    assert await desk.run(RUN, "ACME: Orders") is not None


async def test_names_that_fit_nowhere_lose_no_event() -> None:
    desk = LineageDesk()
    events = [
        run_event(namespace=namespace, job=job)
        for namespace in ("n" * 5000, "a\nb\x00", "\ud800", "   ")
        for job in ("j" * 5000, "j" * 5000 + "k", "tab\there", "\x00", " ")
    ]
    verdicts = await desk.receive(*events)
    assert [verdict.error for verdict in verdicts] == [None] * len(events)
    assert len(await desk.pipelines()) == len(events)
    assert [verdict.is_new for verdict in await desk.receive(*events)] == [False] * len(events)
    assert len(await desk.pipelines()) == len(events)


async def test_several_who_see_a_job_for_the_first_time_get_one_pipeline() -> None:
    desk = LineageDesk()
    runs = [uuid4() for _ in range(12)]
    jobs = ("a", "b", "c")
    verdicts = await asyncio.gather(
        *(
            desk.receive(*(run_event(job=job, run=run) for job in random.Random(number).sample(jobs, 3)))
            for number, run in enumerate(runs)
        )
    )
    assert all(verdict.verdict is Verdict.CREATED for some in verdicts for verdict in some)
    assert sorted(await desk.pipelines()) == ["analytics: a", "analytics: b", "analytics: c"]


async def test_events_of_a_run_are_shown_by_their_time() -> None:
    desk = LineageDesk()
    await desk.receive(run_event("COMPLETE", "2026-03-01T10:01:00Z"), run_event("START"), run_event(run=uuid4()))
    show = ShowLineage(unit_of_work=desk.unit_of_work)
    pipeline, run = await desk.pipeline(), await found_run(desk)
    assert [event.event_type for event in await show(pipeline.id, run.id, limit=10)] == ["START", "COMPLETE"]
    assert len(await show(pipeline.id, run.id, limit=1)) == 1
    with pytest.raises(PipelineRunNotFoundError):
        await show(pipeline.id, uuid4(), limit=1)


async def test_events_are_forgotten_in_the_end_and_their_runs_are_not() -> None:
    desk = LineageDesk()
    await desk.receive(*(run_event(run=str(number)) for number in range(1500)))
    prune = PruneLineage(unit_of_work=desk.unit_of_work, clock=LaterClock())
    assert await prune(keep=timedelta(days=31)) == 0
    assert await prune(keep=timedelta(days=29)) == 1500
    before = await found_run(desk, "7")
    assert await desk.events("7") == ()
    await desk.receive(run_event(run="7"))
    assert await found_run(desk, "7") == before


_TIMES = [f"2026-03-01T10:0{minute}:00Z" for minute in range(4)]
_EVENT = st.builds(
    run_event,
    st.sampled_from(["START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER", None]),
    st.sampled_from(_TIMES),
    run=st.sampled_from([UUID(int=1), UUID(int=2)]),
    outputs=st.sampled_from([[], [output("a", rows=1)], [output("a", rows=2), output("b", rows=3)]]),
) | st.builds(failure, st.sampled_from(["one", "two"]), run=st.just(UUID(int=1)))


async def _state(desk: LineageDesk) -> list[Any]:
    if not await desk.pipelines():
        return []
    found: list[Any] = []
    for run_id in (str(UUID(int=1)), str(UUID(int=2))):
        run = await desk.run(run_id)
        found.append(None if run is None else replace(run, id=UUID(int=0), pipeline_id=UUID(int=0)))
        found.append([event.sha256 for event in await desk.events(run_id)])
    return found


@given(st.data(), st.lists(_EVENT, max_size=8))
@settings(deadline=None)
def test_any_order_and_repetition_ends_in_the_same_runs(data: st.DataObject, events: list[Event]) -> None:
    other = data.draw(
        st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=4) if events else st.just([])))
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(other)), max_size=3)))

    async def both() -> None:
        one, two = LineageDesk(), LineageDesk()
        await one.receive(*events)
        for begin, end in zip([0, *cuts], [*cuts, len(other)], strict=True):
            await two.receive(*other[begin:end])
        assert await _state(one) == await _state(two)

    asyncio.run(both())

"""Reports of runs: one, or many with a verdict each."""

from uuid import uuid4

import pytest

from forebay.application.pipelines.manage_pipelines import ListPipelinesQuery
from forebay.application.pipelines.missing_pipelines import NamedPipeline
from forebay.application.pipelines.record_runs import MAX_REPORTS, AddressedReport, RecordRunsCommand
from forebay.application.pipelines.show_runs import ListPipelineRunsQuery
from forebay.application.ports.pipelines import ClientFilter
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import SortOrder
from forebay.domain.pipelines.errors import InvalidReportError, NoRunYetError, PipelineNotFoundError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import ReportedStatus, RunReport
from forebay.domain.pipelines.run import Verdict
from tests.unit.pipelines.office import HOUR, MINUTE, NOON, Office

RUNNING = RunReport(external_run_id="1", status=ReportedStatus.RUNNING, started_at=NOON)
SUCCESS = RunReport(external_run_id="1", status=ReportedStatus.SUCCESS, finished_at=NOON + HOUR, rows_processed=7)


async def test_a_run_is_known_from_all_its_reports() -> None:
    office = Office()
    pipeline = await office.pipeline()
    first = await office.record_run(pipeline.id, RUNNING)
    second = await office.record_run(pipeline.id, SUCCESS)
    assert (first.verdict, second.verdict) == (Verdict.CREATED, Verdict.UPDATED)
    run = second.run
    assert run.id == first.run.id
    assert (run.status, run.started_at, run.finished_at) == (ReportedStatus.SUCCESS, NOON, NOON + HOUR)
    assert (run.rows_processed, run.elapsed_seconds, run.effective_at) == (7, 3600.0, NOON + HOUR)


async def test_a_final_run_does_not_run_again() -> None:
    office = Office()
    pipeline = await office.pipeline()
    await office.record_run(pipeline.id, SUCCESS)
    late = await office.record_run(pipeline.id, RUNNING)
    assert (late.verdict, late.run.status, late.run.started_at) == (Verdict.STALE, ReportedStatus.SUCCESS, NOON)
    again = await office.record_run(pipeline.id, SUCCESS)
    assert again.verdict is Verdict.UNCHANGED
    assert again.run == late.run


async def test_a_final_run_is_corrected_by_a_report_that_is_not_older() -> None:
    office = Office()
    pipeline = await office.pipeline()
    await office.record_run(pipeline.id, SUCCESS)
    worse = RunReport(
        external_run_id="1", status=ReportedStatus.FAILED, finished_at=NOON + HOUR, error_message="rows were missing"
    )
    corrected = await office.record_run(pipeline.id, worse)
    assert (corrected.verdict, corrected.run.status) == (Verdict.UPDATED, ReportedStatus.FAILED)
    assert corrected.run.rows_processed == 7, "what a later report leaves out is kept"
    older = RunReport(external_run_id="1", status=ReportedStatus.SUCCESS, finished_at=NOON)
    assert (await office.record_run(pipeline.id, older)).verdict is Verdict.STALE
    said_later = RunReport(
        external_run_id="1", status=ReportedStatus.SUCCESS, finished_at=NOON, reported_at=NOON + 2 * HOUR
    )
    assert (await office.record_run(pipeline.id, said_later)).run.status is ReportedStatus.SUCCESS


async def test_only_changes_ask_for_a_look_at_alerts() -> None:
    office = Office()
    pipeline = await office.pipeline()
    await office.record_run(pipeline.id, SUCCESS)
    assert await office.checks() == {pipeline.id}
    await office.record_run(pipeline.id, SUCCESS)
    assert await office.checks() == set()


async def test_each_report_of_a_batch_has_its_verdict_and_the_bad_ones_do_not_keep_the_others_out() -> None:
    office = Office()
    pipeline = await office.pipeline()
    nobody = uuid4()
    named = NamedPipeline("CLIENT OF NIGHTLY", Platform.CUSTOM, "nightly")
    unknown = NamedPipeline("nobody", Platform.CUSTOM, "nightly")
    unreadable = InvalidInputError("expected a number", field="rows_processed")
    verdicts = await office.record_runs(
        RecordRunsCommand(
            reports=[
                AddressedReport(pipeline.id, RUNNING),
                unreadable,
                AddressedReport(nobody, SUCCESS),
                AddressedReport(named, SUCCESS),
                AddressedReport(unknown, SUCCESS),
                AddressedReport(pipeline.id, SUCCESS),
                AddressedReport(pipeline.id, RUNNING),
            ]
        )
    )
    assert [verdict.index for verdict in verdicts] == list(range(7))
    assert [verdict.verdict.value for verdict in verdicts] == [
        "created",
        "rejected",
        "rejected",
        "updated",
        "rejected",
        "unchanged",
        "stale",
    ]
    assert verdicts[1].error is unreadable
    assert isinstance(verdicts[2].error, PipelineNotFoundError)
    assert verdicts[4].error is not None
    assert verdicts[4].error.field == "external_id"
    assert len({verdict.run_id for verdict in verdicts if verdict.run_id}) == 1
    assert (await office.latest_run(pipeline.id)).status is ReportedStatus.SUCCESS


async def test_a_replay_changes_nothing() -> None:
    office = Office()
    pipeline = await office.pipeline()
    reports = [
        AddressedReport(pipeline.id, RunReport(external_run_id=str(number), status=status, started_at=NOON))
        for number in range(50)
        for status in (ReportedStatus.RUNNING, ReportedStatus.FAILED)
    ]
    await office.record_runs(RecordRunsCommand(reports=reports))
    before = await office.list_runs(ListPipelineRunsQuery(pipeline_id=pipeline.id))
    office.clock.time += HOUR
    verdicts = await office.record_runs(RecordRunsCommand(reports=reports))
    assert {verdict.verdict for verdict in verdicts[::2]} == {Verdict.STALE}
    assert {verdict.verdict for verdict in verdicts[1::2]} == {Verdict.UNCHANGED}
    assert await office.list_runs(ListPipelineRunsQuery(pipeline_id=pipeline.id)) == before


async def test_what_is_missing_is_created_when_that_is_asked_for() -> None:
    office = Office()
    await office.create_client("Acme")
    names = [
        NamedPipeline("acme", Platform.AIRFLOW, "daily"),
        NamedPipeline("Acme", Platform.AIRFLOW, "daily"),
        NamedPipeline("Acme", Platform.DBT, "daily"),
        NamedPipeline("New one", Platform.CRON, "x" * 400),
        NamedPipeline("", Platform.CRON, "daily"),
    ]
    command = RecordRunsCommand(reports=[AddressedReport(name, SUCCESS) for name in names], create_missing=True)
    verdicts = await office.record_runs(command)
    assert [verdict.verdict.value for verdict in verdicts] == ["created", "unchanged", "created", "created", "rejected"]
    assert verdicts[4].error is not None
    assert verdicts[4].error.field == "client"
    made = await office.list_pipelines(ListPipelinesQuery(order=SortOrder.ASC))
    assert [pipeline.name for pipeline in made.items] == ["daily", "daily (dbt)", "x" * 160]
    assert {verdict.verdict for verdict in (await office.record_runs(command))[:4]} == {Verdict.UNCHANGED}
    assert len((await office.list_pipelines(ListPipelinesQuery())).items) == 3


async def test_a_name_that_is_taken_among_thousands_of_similar_ones_is_not_taken_again() -> None:
    office = Office()
    similar = [NamedPipeline("Acme", Platform.AIRFLOW, f"1{number}") for number in range(1_000)]
    last = [NamedPipeline("Acme", platform, "1") for platform in (Platform.AIRFLOW, Platform.DBT)]
    for names in (similar, last[:1], last):
        office.clock.time += MINUTE
        reports = [AddressedReport(name, SUCCESS) for name in names]
        verdicts = await office.record_runs(RecordRunsCommand(reports=reports, create_missing=True))
    assert [verdict.verdict for verdict in verdicts] == [Verdict.UNCHANGED, Verdict.CREATED]


async def test_ids_that_are_alike_become_names_that_are_not() -> None:
    office = Office()
    names = [
        NamedPipeline("Acme", platform, external_id)
        for external_id in ("x" * 200, "x" * 201, "X" * 202, "\U0001d160" * 160, "  ")
        for platform in (Platform.AIRFLOW, Platform.DBT)
    ]
    for pick in (slice(0, None, 3), slice(None)):
        reports = [AddressedReport(name, SUCCESS) for name in names[pick]]
        await office.record_runs(RecordRunsCommand(reports=reports, create_missing=True))
    made = (await office.list_pipelines(ListPipelinesQuery())).items
    assert {(one.platform, one.external_id) for one in made} == {(name.platform, name.external_id) for name in names}


async def test_two_who_create_the_same_do_so_in_the_same_order() -> None:
    """Or each would wait for the other."""
    orders: list[list[str]] = []
    for names in (("acme", "Beta"), ("Acme", "beta")):
        office = Office()
        reports = [AddressedReport(NamedPipeline(name, Platform.DBT, "x"), SUCCESS) for name in names]
        await office.record_runs(RecordRunsCommand(reports=reports, create_missing=True))
        async with office.units(write=False) as work:
            state = await work.clients.list(ClientFilter(), order=SortOrder.ASC, after=None, limit=9)
        orders.append([client.name.casefold() for client in state])
    assert orders[0] == orders[1] == ["acme", "beta"]


async def test_there_may_be_no_more_than_ten_thousand() -> None:
    office = Office()
    with pytest.raises(InvalidInputError, match="at most 10000"):
        await office.record_runs(RecordRunsCommand(reports=[InvalidInputError("x")] * (MAX_REPORTS + 1)))
    assert await office.record_runs(RecordRunsCommand(reports=[])) == []


async def test_runs_are_listed_by_when_they_ended_and_the_latest_is_the_one_that_began_last() -> None:
    office = Office()
    pipeline = await office.pipeline()
    with pytest.raises(NoRunYetError):
        await office.latest_run(pipeline.id)
    with pytest.raises(PipelineNotFoundError):
        await office.latest_run(uuid4())
    for name, start, minutes in (("long", NOON, 90), ("short", NOON + HOUR, 10)):
        await office.record_run(
            pipeline.id,
            RunReport(
                external_run_id=name,
                status=ReportedStatus.SUCCESS,
                started_at=start,
                finished_at=start + minutes * MINUTE,
            ),
        )
    listed = await office.list_runs(ListPipelineRunsQuery(pipeline_id=pipeline.id))
    assert [run.external_run_id for run in listed.items] == ["long", "short"]
    assert (await office.latest_run(pipeline.id)).external_run_id == "short"
    with pytest.raises(PipelineNotFoundError):
        await office.list_runs(ListPipelineRunsQuery(pipeline_id=uuid4()))


@pytest.mark.parametrize(
    ("report", "field"),
    [
        ({"external_run_id": ""}, "external_run_id"),
        ({"external_run_id": "a\0"}, "external_run_id"),
        ({"started_at": NOON, "finished_at": NOON - MINUTE}, "finished_at"),
        ({"duration_seconds": -0.1}, "duration_seconds"),
        ({"duration_seconds": float("nan")}, "duration_seconds"),
        ({"rows_processed": -1}, "rows_processed"),
        ({"rows_processed": 1 << 63}, "rows_processed"),
        ({"error_message": "\0"}, "error_message"),
        ({"error_message": "\ud800"}, "error_message"),
        ({"status_reason": "x" * 2001}, "status_reason"),
        ({"payload": "x" * ((1 << 18) + 1)}, "payload"),
    ],
)
def test_reports_that_cannot_be_true_are_refused(report: dict[str, object], field: str) -> None:
    with pytest.raises((InvalidReportError, InvalidInputError)) as refused:
        RunReport(**{"external_run_id": "1", "status": ReportedStatus.SUCCESS, **report})  # type: ignore[arg-type] # as the case says
    assert refused.value.field == field

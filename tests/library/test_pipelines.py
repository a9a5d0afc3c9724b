"""Clients, pipelines, the runs they report and how they are, as methods."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from forebay import (
    Client,
    ConflictError,
    Environment,
    Forebay,
    Health,
    InvalidInputError,
    NotFoundError,
    Pipeline,
    PipelineType,
    Platform,
    ReportedStatus,
    Schedule,
    SyncForebay,
    Verdict,
)

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)


async def acme(forebay: Forebay) -> tuple[Client, Pipeline]:
    client = await forebay.create_client("Acme")
    return client, await forebay.create_pipeline(client.id, "Nightly load", platform="airflow", external_id="nightly")


async def test_a_client_is_created_changed_and_disabled(forebay: Forebay) -> None:
    client = await forebay.create_client(" Acme ")
    assert (client.name, client.is_active, client.revision) == ("Acme", True, 1)
    changed = await forebay.change_client(client.id, name="Acme Ltd", is_active=False, revision=1)
    assert (changed.name, changed.is_active, changed.revision) == ("Acme Ltd", False, 2)
    assert await forebay.get_client(str(client.id)) == changed
    other = await forebay.create_client("Zoo")
    assert [found.name async for found in forebay.clients(order="asc")] == ["Acme Ltd", "Zoo"]
    assert [found async for found in forebay.clients(is_active=True)] == [other]
    assert [found async for found in forebay.clients(text="LTD")] == [changed]
    first = await forebay.list_clients(limit=1)
    assert [*first.items, *(await forebay.list_clients(cursor=first.next_cursor)).items] == [other, changed]
    with pytest.raises(ConflictError) as taken:
        await forebay.create_client("ZOO")
    assert taken.value.code == "client_exists"
    with pytest.raises(ConflictError) as stale:
        await forebay.change_client(client.id, name="x", revision=1)
    assert stale.value.code == "revision_mismatch"


async def test_a_pipeline_is_what_was_said_of_it_and_what_is_not_said_stays(forebay: Forebay) -> None:
    client = await forebay.create_client("Acme")
    made = await forebay.create_pipeline(
        client.id,
        "Load",
        platform=Platform.DBT,
        external_id="load",
        pipeline_type="transform",
        environment=Environment.STAGING,
        expect_every=24 * HOUR,
        start_grace=HOUR,
        finish_grace=2 * HOUR,
    )
    assert (made.platform, made.pipeline_type, made.environment) == (
        Platform.DBT,
        PipelineType.TRANSFORM,
        Environment.STAGING,
    )
    assert made.schedule == Schedule(expect_every=24 * HOUR, start_grace=HOUR, finish_grace=2 * HOUR)
    plain = await forebay.create_pipeline(client.id, "Plain")
    assert (plain.platform, plain.external_id, plain.schedule) == (Platform.CUSTOM, None, Schedule())
    changed = await forebay.change_pipeline(made.id, name="Loads", finish_grace=timedelta(0), revision=1)
    assert (changed.name, changed.external_id, changed.revision) == ("Loads", "load", 2)
    assert changed.schedule == Schedule(expect_every=24 * HOUR, start_grace=HOUR)
    changed = await forebay.change_pipeline(made.id, external_id="", is_active=False)
    assert (changed.external_id, changed.is_active) == (None, False)
    assert await forebay.get_pipeline(made.id) == changed
    assert [found.name async for found in forebay.pipelines(client_id=client.id, order="asc")] == ["Loads", "Plain"]
    assert [found async for found in forebay.pipelines(is_active=False)] == [changed]
    assert [found async for found in forebay.pipelines(platform="dbt", environment="staging", text="LOAD")] == [changed]
    assert (await forebay.list_pipelines(pipeline_type="ingestion", limit=1)).items == (plain,)
    with pytest.raises(ConflictError) as taken:
        await forebay.create_pipeline(client.id, "PLAIN")
    assert taken.value.code == "pipeline_exists"


async def test_reports_make_runs_that_are_read_back(forebay: Forebay) -> None:
    client, pipeline = await acme(forebay)
    with pytest.raises(NotFoundError) as none:
        await forebay.latest_run(pipeline.id)
    assert none.value.code == "no_run_yet"
    started = await forebay.report_run(pipeline.id, status="running", external_run_id="r1", started_at=NOW - HOUR)
    assert (started.verdict, started.run.status) == (Verdict.CREATED, ReportedStatus.RUNNING)
    ended = await forebay.report_run(
        str(pipeline.id),
        status=ReportedStatus.FAILED,
        external_run_id="r1",
        finished_at=NOW.isoformat(),
        rows_processed=7,
        error_message="out of memory",
        payload={"try": 2},
    )
    assert (ended.verdict, ended.run.id) == (Verdict.UPDATED, started.run.id)
    run = ended.run
    assert (run.started_at, run.finished_at, run.elapsed_seconds) == (NOW - HOUR, NOW, 3600)
    assert (run.rows_processed, run.error_message, run.payload) == (7, "out of memory", {"try": 2})
    assert await forebay.latest_run(pipeline.id) == await forebay.get_pipeline_run(pipeline.id, run.id) == run
    by_hand = (await forebay.report_run(pipeline.id, status="success", started_at=NOW - 3 * HOUR)).run
    assert by_hand.external_run_id.startswith("manual-")
    assert [each.id async for each in forebay.pipeline_runs(pipeline.id)] == [run.id, by_hand.id]
    assert [each async for each in forebay.pipeline_runs(pipeline.id, status="failed", since=NOW)] == [run]
    assert (await forebay.list_pipeline_runs(pipeline.id, until=NOW, limit=1)).items == (by_hand,)
    summary = await forebay.client_summary(client.id)
    assert summary.figures.counts == {ReportedStatus.FAILED: 1, ReportedStatus.SUCCESS: 1}
    assert (summary.figures.success_rate, summary.late) == (0.5, ())
    assert [(state.health, state.latest_run and state.latest_run.id) for state in summary.pipelines] == [
        (Health.FAILING, run.id)
    ]
    earlier = await forebay.client_summary(client.id, since=NOW - 9 * HOUR, until=NOW - 8 * HOUR)
    assert earlier.figures.total == 0


async def test_many_reports_have_a_verdict_each(forebay: Forebay) -> None:
    _, pipeline = await acme(forebay)
    named = {"client": "ACME", "platform": "airflow", "external_id": "nightly"}
    verdicts = await forebay.report_runs(
        [
            {"pipeline_id": pipeline.id, "external_run_id": "a", "status": "success", "started_at": NOW},
            {**named, "external_run_id": "a", "status": "success", "started_at": NOW.isoformat()},
            {**named, "external_run_id": "b", "status": "finished"},
            {**named, "external_run_id": "c", "status": "success", "colour": "red"},
            {"client": "Zoo", "platform": "cron", "external_id": "x", "external_run_id": "d", "status": "failed"},
        ]
    )
    assert [(one.index, one.verdict.value) for one in verdicts] == list(
        enumerate(["created", "unchanged", "rejected", "rejected", "rejected"])
    )
    assert verdicts[0].run_id == verdicts[1].run_id
    assert [(one.error.code, one.error.field) for one in verdicts if one.error] == [
        ("invalid_report", "status"),
        ("invalid_report", "colour"),
        ("pipeline_not_found", "external_id"),
    ]
    record = {"client": "Zoo", "platform": "cron", "external_id": "x", "status": "failed"}
    made = await forebay.report_runs(
        ({**record, "external_run_id": f"{number}"} for number in range(10_001)), create_missing=True
    )
    assert {one.verdict for one in made} == {Verdict.CREATED}
    assert [one.index for one in made] == list(range(10_001))
    assert [found.name async for found in forebay.clients()] == ["Zoo", "Acme"]


async def test_health_across_clients(forebay: Forebay) -> None:
    _, pipeline = await acme(forebay)
    zoo = await forebay.create_client("Zoo")
    fed = await forebay.create_pipeline(zoo.id, "Feeding", expect_every=timedelta(seconds=1))
    await forebay.report_run(pipeline.id, status="success", started_at=NOW)
    await forebay.report_run(fed.id, status="success", started_at=NOW - HOUR)
    await forebay.change_pipeline(fed.id, finish_grace=HOUR)
    states = {state.pipeline.name: state async for state in forebay.pipelines_health()}
    assert states["Nightly load"].health is Health.HEALTHY
    assert states["Feeding"].client == zoo
    assert states["Feeding"].due_at == fed.enabled_at + timedelta(seconds=1)
    assert await forebay.pipeline_state(pipeline.id) == states["Nightly load"]
    assert (await forebay.list_pipelines_health(health="healthy", client_id=pipeline.client_id)).items == (
        states["Nightly load"],
    )
    assert [state async for state in forebay.pipelines_health(health=["stuck", Health.FAILING])] == []


async def test_figures(forebay: Forebay) -> None:
    client, pipeline = await acme(forebay)
    for number, status in enumerate(("success", "failed", "success", "success")):
        at = NOW - timedelta(minutes=10 - number)
        await forebay.report_run(pipeline.id, status=status, started_at=at, finished_at=at, duration_seconds=30)
    days = await forebay.failures_over_time(client_id=client.id)
    assert (sum(day.failed for day in days), sum(day.total for day in days)) == (1, 4)
    hours = await forebay.failures_over_time(pipeline_id=pipeline.id, bucket="hour")
    assert sum(hour.total for hour in hours) == 4
    (flaky,) = await forebay.flakiest_pipelines(limit=5)
    assert (flaky.pipeline_name, flaky.flips, flaky.failed, flaky.total) == ("Nightly load", 2, 1, 4)
    (rate,) = await forebay.failure_rate_by_platform()
    assert (rate.platform, rate.failed, rate.total, rate.failure_rate) == (Platform.AIRFLOW, 1, 4, 0.25)
    bins = await forebay.duration_histogram(client_id=client.id)
    assert [(one.from_seconds, one.count) for one in bins if one.count] == [(15.0, 4)]
    assert await forebay.failure_rate_by_platform(until=NOW - 24 * HOUR) == ()


async def test_what_makes_no_sense_names_the_field(forebay: Forebay) -> None:
    client, pipeline = await acme(forebay)
    for call, field in (
        (forebay.create_client(" "), "name"),
        (forebay.change_client(client.id), "name"),
        (forebay.get_client("x"), "client_id"),
        (forebay.list_clients(text="\0"), "text"),
        (forebay.list_clients(cursor="x"), "cursor"),
        (forebay.client_summary(client.id, since=NOW, until=NOW), "since"),
        (forebay.create_pipeline(client.id, "x", platform="mainframe"), "platform"),
        (forebay.create_pipeline(client.id, "x", expect_every=timedelta(0)), "expect_every"),
        (forebay.create_pipeline(client.id, "x", external_id=""), "external_id"),
        (forebay.change_pipeline(pipeline.id, environment="moon"), "environment"),
        (forebay.list_pipelines(client_id="x"), "client_id"),
        (forebay.list_pipelines(order="up"), "order"),
        (forebay.report_run(pipeline.id, status="done"), "status"),
        (forebay.report_run(pipeline.id, status="failed", started_at="soon"), "started_at"),
        (forebay.report_run(pipeline.id, status="failed", rows_processed=-1), "rows_processed"),
        (forebay.report_run(pipeline.id, status="failed", payload={"x": {1}}), "payload"),
        (forebay.list_pipeline_runs(pipeline.id, status="done"), "status"),
        (forebay.list_pipelines_health(health=["sick"]), "health"),
        (forebay.failures_over_time(bucket="year"), "bucket"),
        (forebay.flakiest_pipelines(limit=0), "limit"),
    ):
        with pytest.raises(InvalidInputError) as error:
            await call
        assert error.value.field == field, error.value
    nobody = uuid4()
    for missing, code in (
        (forebay.get_client(nobody), "client_not_found"),
        (forebay.create_pipeline(nobody, "x"), "client_not_found"),
        (forebay.list_pipelines(client_id=nobody), "client_not_found"),
        (forebay.get_pipeline(nobody), "pipeline_not_found"),
        (forebay.report_run(nobody, status="failed"), "pipeline_not_found"),
        (forebay.latest_run(nobody), "pipeline_not_found"),
        (forebay.get_pipeline_run(pipeline.id, nobody), "pipeline_run_not_found"),
        (forebay.duration_histogram(pipeline_id=nobody), "pipeline_not_found"),
    ):
        with pytest.raises(NotFoundError) as gone:
            await missing
        assert gone.value.code == code
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        await forebay.report_run(pipeline.id, status="failed", colour="red")  # type: ignore[call-arg]


def test_a_script_does_it_all_without_an_event_loop(blocking: SyncForebay) -> None:
    client = blocking.create_client("Acme")
    assert blocking.change_client(client.id, name="Acme Ltd").revision == 2
    pipeline = blocking.create_pipeline(client.id, "Load", platform="cron", external_id="load")
    changed = blocking.change_pipeline(pipeline.id, name="Loads")
    assert blocking.get_pipeline(pipeline.id) == changed
    run = blocking.report_run(pipeline.id, status="failed", external_run_id="1", started_at=NOW).run
    record = {"client": "acme ltd", "platform": "cron", "external_id": "load", "external_run_id": "2"}
    (verdict,) = blocking.report_runs([{**record, "status": "success", "started_at": NOW - HOUR}])
    assert verdict.verdict is Verdict.CREATED
    assert blocking.latest_run(pipeline.id) == blocking.get_pipeline_run(pipeline.id, run.id) == run
    assert [each.external_run_id for each in blocking.pipeline_runs(pipeline.id)] == ["1", "2"]
    assert len(blocking.list_pipeline_runs(pipeline.id).items) == 2
    assert [found.name for found in blocking.clients()] == [found.name for found in blocking.list_clients().items]
    assert list(blocking.pipelines()) == [changed] == list(blocking.list_pipelines().items)
    assert blocking.client_summary(client.id).client == blocking.get_client(client.id)
    state = blocking.pipeline_state(pipeline.id)
    assert [state] == list(blocking.pipelines_health(health="failing"))
    assert (state,) == blocking.list_pipelines_health().items
    assert sum(each.total for each in blocking.failures_over_time()) == 2
    assert [each.flips for each in blocking.flakiest_pipelines()] == [1]
    assert [each.failed for each in blocking.failure_rate_by_platform()] == [1]
    assert sum(each.count for each in blocking.duration_histogram()) == 0

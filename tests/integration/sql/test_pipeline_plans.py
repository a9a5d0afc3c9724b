"""Runs of pipelines are found along their indexes: what it costs does not grow with the runs there were before."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.pipelines import Extent, PipelineRunFilter, RunIdentity
from forebay.domain.paging import SortOrder
from forebay.domain.pipelines.figures import Window
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import Monitor
from forebay.testing.pipeline_run_examples import FAILED, RUNNING, Ledger, a_report, a_run_of, ran
from tests.integration.sql.plans import PostgresPlans, SqlitePlans

LATEST, EFFECTIVE = "ix_pipeline_runs_latest", "ix_pipeline_runs_effective_at"
UNIQUE = "uq_pipeline_runs_pipeline_id_external_run_id"
HOUR = Window(since=MORNING, until=MORNING + timedelta(hours=1))


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[SqlitePlans]:
    plans = SqlitePlans(sqlite_url)
    yield plans
    await plans.database.dispose()


@pytest.fixture
async def postgres(migrated_postgres_url: str) -> AsyncIterator[PostgresPlans]:
    plans = PostgresPlans(migrated_postgres_url)
    yield plans
    await plans.database.dispose()


async def filled(plans: SqlitePlans | PostgresPlans) -> Sequence[Pipeline]:
    """Twenty pipelines of a client, a thousand runs each: the last is still running."""
    open_work = SqlUnitOfWorkFactory(plans.database)
    monitor, ledger = Monitor(open_work), Ledger(open_work)
    client = await monitor.client()
    pipelines = [await monitor.pipeline(client=client) for _ in range(20)]
    for pipeline in pipelines:
        over = [ran(pipeline, minute * 10, FAILED if minute % 9 == 0 else RUNNING, 1.0) for minute in range(999)]
        last = a_report("last", RUNNING, started_at=MORNING + timedelta(days=99))
        await ledger.add(*over, a_run_of(pipeline, last))
    if isinstance(plans, PostgresPlans):
        plans.analyse()
    return pipelines


async def of_each_question(plans: SqlitePlans | PostgresPlans, pipelines: Sequence[Pipeline]) -> dict[str, str]:
    """The plan of each."""
    one, ids = pipelines[0], [pipeline.id for pipeline in pipelines]
    found: dict[str, str] = {}
    async with SqlUnitOfWorkFactory(plans.database)(write=False) as work:
        await work.pipeline_runs.latest(one.id)
        found["latest"] = plans.of_last()
        await work.pipeline_runs.find(RunIdentity(one.id, "last"))
        found["find"] = plans.of_last()
        where = PipelineRunFilter(since=HOUR.since)
        await work.pipeline_runs.list(one.id, where, order=SortOrder.DESC, after=None, limit=10)
        found["list"] = plans.of_last()
        await work.figures.latest_runs(ids)
        found["latest of each"], found["by id"] = plans.of_last("telling_id"), plans.of_last()
        await work.figures.figures(Extent(client_id=one.client_id), HOUR)
        found["figures"] = plans.of_last()
        await work.figures.failed_counts(ids, HOUR)
        found["failed"] = plans.of_last()
    return found


@pytest.mark.adapter("sqlite")
async def test_sqlite_finds_runs_along_indexes(sqlite: SqlitePlans) -> None:
    plans = await of_each_question(sqlite, await filled(sqlite))
    for question, index in (
        ("latest", LATEST),
        ("find", "sqlite_autoindex_pipeline_runs_2"),
        ("list", EFFECTIVE),
        ("latest of each", LATEST),
        ("latest of each", EFFECTIVE),
        ("figures", EFFECTIVE),
        ("failed", EFFECTIVE),
    ):
        assert f"INDEX {index} (pipeline_id=?" in plans[question], question
        assert "SCAN pipeline_runs" not in plans[question], question
    for question in ("latest", "list", "latest of each"):
        assert "TEMP B-TREE" not in plans[question], question
    assert "INDEX sqlite_autoindex_pipeline_runs_1 (id=?)" in plans["by id"]


@pytest.mark.adapter("postgres")
async def test_postgres_finds_runs_along_indexes(postgres: PostgresPlans) -> None:
    plans = await of_each_question(postgres, await filled(postgres))
    for question, index in (
        ("latest", LATEST),
        ("find", UNIQUE),
        ("list", EFFECTIVE),
        ("latest of each", LATEST),
        ("latest of each", EFFECTIVE),
        ("figures", EFFECTIVE),
        ("failed", EFFECTIVE),
    ):
        assert f'"{index}"' in plans[question], question
        assert (
            '"Seq Scan", "Parallel Aware": false, "Async Capable": false, "Relation Name": "pipeline_runs"'
            not in (plans[question])
        ), question
    for question in ("figures", "failed", "latest of each"):
        assert '"Index Only Scan"' in plans[question], question
    for question in ("latest", "list", "latest of each"):
        assert '"Sort"' not in plans[question], question
    assert '"pk_pipeline_runs"' in plans["by id"]


@pytest.mark.adapter("postgres")
async def test_postgres_looks_for_the_runs_of_a_batch_along_an_index(postgres: PostgresPlans) -> None:
    """Though it would rather read the whole table: a hash join of a batch with millions of runs spills to the disk."""
    pipelines = await filled(postgres)
    known = [a_report(f"{number}") for number in range(2_000)]
    open_work = SqlUnitOfWorkFactory(postgres.database)
    await Ledger(open_work).record(pipelines[0], *known)
    async with open_work() as work:
        await work.pipeline_runs.add_missing([a_run_of(pipelines[0], report) for report in known])
        plan = await work._statements.fetch(text(f"EXPLAIN {postgres.seen[-1][0]}"))
    assert any(f"Index Scan using {UNIQUE}" in row[0] for row in plan)

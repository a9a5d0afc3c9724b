"""Work is found, and lists are read, along an index: their cost does not grow with what there was before."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.adapters.sql.engine import sqlite_path
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.jobs import JobFilter
from forebay.domain.intake.file import StoredFile
from forebay.domain.paging import Position, SortOrder
from forebay.domain.processing.job import JobStatus
from forebay.domain.processing.step import StepStatus
from forebay.testing.intake_examples import MORNING, a_run
from forebay.testing.job_examples import KIND, LATER, JobRecords, a_catalogue, a_job, a_member, a_step, an_event
from tests.integration.sql.plans import PostgresPlans, SqlitePlans

PLACE = Position(at=MORNING, id=uuid4())
MEMBERS = 4_000


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


async def filled(plans: SqlitePlans | PostgresPlans) -> tuple[JobRecords, StoredFile]:
    """Many members in two catalogues, many jobs that are over, a few that are not, and their events."""
    jobs = JobRecords(SqlUnitOfWorkFactory(plans.database))
    file = await jobs.uploaded()
    for _ in range(2):
        catalogue = a_catalogue(file, members=MEMBERS)
        await jobs.members(
            *(a_member(file, f"dir{n % 40:02}/file{n:05}", catalogue_id=catalogue.id) for n in range(MEMBERS))
        )
        await jobs.publish(catalogue)
    run = a_run(id=file.run_id)
    over = [
        a_job(
            run,
            status=JobStatus.SUCCEEDED,
            created_at=MORNING + timedelta(seconds=number),
            finished_at=LATER,
        )
        for number in range(3_000)
    ]
    await jobs.add(*over)
    for kind in (KIND, "other", KIND):
        await jobs.added(kind=kind)
    await jobs.record(*(an_event(run, job) for job in over))
    done = [replace(a_step(over[0], ordinal), status=StepStatus.SUCCEEDED) for ordinal in range(1, 2_001)]
    await jobs.steps(*done, a_step(over[0], 2_001))
    return jobs, file


@pytest.mark.adapter("sqlite")
async def test_sqlite_lists_members_along_the_index(sqlite: SqlitePlans) -> None:
    jobs, file = await filled(sqlite)
    for prefix, after, bounds in (
        ("", None, ""),
        ("dir07/", None, " AND path_head>? AND path_head<?"),
        ("", ("dir07/file00007", uuid4()), " AND path_head>?"),
        ("dir07/", ("dir07/file00007", uuid4()), " AND path_head>? AND path_head<?"),
    ):
        await jobs.paths(file.run_id, prefix=prefix, after=after, limit=50)
        plan = sqlite.of_last()
        assert f"members USING INDEX ix_members_run_id (run_id=? AND catalogue_id=?{bounds})" in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan  # only members with equal heads are sorted
        assert "SCAN" not in plan


@pytest.mark.adapter("postgres")
async def test_postgres_lists_members_along_the_index(postgres: PostgresPlans) -> None:
    jobs, file = await filled(postgres)
    postgres.analyse()
    for prefix, after in (
        ("", None),
        ("dir07/", None),
        ("", ("dir07/file00007", uuid4())),
        ("dir07/", ("dir07/file00007", uuid4())),
    ):
        await jobs.paths(file.run_id, prefix=prefix, after=after, limit=50)
        plan = postgres.of_last()
        assert '"Index Scan", "Parent Relationship": "Outer"' in plan
        assert '"Index Name": "ix_members_run_id"' in plan
        assert '"Relation Name": "members"' not in plan.partition('"Seq Scan"')[2].partition("}")[0]
        assert '"Node Type": "Sort"' not in plan
        assert ("path_head >=" in plan) == (prefix != "" or after is not None)


@pytest.mark.adapter("sqlite")
async def test_sqlite_finds_work_along_the_index_of_what_is_due(sqlite: SqlitePlans) -> None:
    jobs, file = await filled(sqlite)
    async with jobs.open() as work:
        await work.jobs.find_claimable(at=LATER, kinds=[KIND, "other"])
        assert "USING INDEX ix_jobs_due_at (due_at<?)" in sqlite.of_last()
        assert "TEMP B-TREE" not in sqlite.of_last()
        await work.jobs.list_claimable(at=LATER, kinds=[KIND], limit=10)
        assert "USING INDEX ix_jobs_due_at (due_at<?)" in sqlite.of_last()
        await work.jobs.next_due(kinds=[KIND])
        assert "INDEX ix_jobs_due_at" in sqlite.of_last()
        await work.jobs.depth(at=LATER)
        assert "INDEX ix_jobs_due_at" in sqlite.of_last()
        await work.jobs.depth(at=LATER, kinds=[KIND])
        assert "INDEX ix_jobs_due_at" in sqlite.of_last()
        await work.jobs.active_of_run(file.run_id)
        assert "(run_id=?)" in sqlite.of_last()
        await work.jobs.active_of_subject("x")
        assert "(subject=?)" in sqlite.of_last()
        await work.steps.list_open(uuid4(), limit=2)
        assert "USING INDEX ix_steps_open (job_id=?)" in sqlite.of_last()
        assert "TEMP B-TREE" not in sqlite.of_last()
        await work.jobs.find_by_key("x")
        assert "USING INDEX uq_jobs_idempotency_key_hash" in sqlite.of_last()


@pytest.mark.adapter("postgres")
async def test_postgres_finds_work_along_the_index_of_what_is_due(postgres: PostgresPlans) -> None:
    jobs, file = await filled(postgres)
    postgres.analyse()
    async with jobs.open() as work:
        await work.jobs.find_claimable(at=LATER, kinds=[KIND, "other"])
        assert '"Index Name": "ix_jobs_due_at"' in postgres.of_last()
        await work.jobs.next_due(kinds=[KIND])
        assert '"Index Name": "ix_jobs_due_at"' in postgres.of_last()
        await work.jobs.depth(at=LATER)
        assert "Seq Scan" not in postgres.of_last()
        await work.jobs.depth(at=LATER, kinds=[KIND])
        assert "Seq Scan" not in postgres.of_last()
        await work.jobs.active_of_run(file.run_id)
        assert "Seq Scan" not in postgres.of_last()
        await work.jobs.active_of_subject("x")
        assert "Seq Scan" not in postgres.of_last()
        (over,) = await work.jobs.list(JobFilter(kind=KIND), order=SortOrder.ASC, after=None, limit=1)
        await work.steps.list_open(over.id, limit=2)
        assert '"Index Name": "ix_steps_open"' in postgres.of_last()
        await work.jobs.find_by_key("x")
        assert '"Index Name": "uq_jobs_idempotency_key_hash"' in postgres.of_last()


@pytest.mark.adapter("sqlite")
@pytest.mark.parametrize("order", list(SortOrder))
@pytest.mark.parametrize("after", [None, PLACE], ids=["first", "deep"])
@pytest.mark.parametrize(
    ("where", "index"),
    [
        (JobFilter(), "ix_jobs_created_at"),
        (JobFilter(created_after=MORNING), "ix_jobs_created_at"),
        (JobFilter(run_id=UUID(int=1)), "ix_jobs_run_id"),
        (JobFilter(subject="x"), "ix_jobs_subject"),
        (JobFilter(kind=KIND), "ix_jobs_kind"),
        (JobFilter(status=JobStatus.FAILED), "ix_jobs_status"),
    ],
    ids=["all", "time", "run", "subject", "kind", "status"],
)
async def test_jobs_are_listed_along_an_index(
    sqlite: SqlitePlans, where: JobFilter, index: str, after: Position | None, order: SortOrder
) -> None:
    async with SqlUnitOfWorkFactory(sqlite.database)(write=False) as work:
        await work.jobs.list(where, order=order, after=after, limit=50)
    assert f"USING INDEX {index}" in sqlite.of_last()
    assert "TEMP B-TREE" not in sqlite.of_last()


@pytest.mark.adapter("sqlite")
async def test_events_are_listed_and_pruned_along_their_indexes(sqlite: SqlitePlans) -> None:
    async with SqlUnitOfWorkFactory(sqlite.database)() as work:
        await work.events.list(after=7, limit=10)
        assert "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)" in sqlite.of_last()
        await work.events.list(after=7, limit=10, job_id=uuid4())
        assert "USING INDEX ix_events_job_id (job_id=? AND position>?)" in sqlite.of_last()
        await work.events.list(after=7, limit=10, run_id=uuid4())
        assert "USING INDEX ix_events_run_id (run_id=? AND position>?)" in sqlite.of_last()
        await work.events.last_position()
        assert "SEARCH events" in sqlite.of_last()
        await work.events.prune(before=MORNING, limit=10)
        assert "USING COVERING INDEX ix_events_at (at<?)" in sqlite.of_last()


@pytest.mark.adapter("sqlite")
async def test_old_members_are_found_beside_those_that_are_shown(sqlite: SqlitePlans) -> None:
    jobs, file = await filled(sqlite)
    async with jobs.open() as work:
        assert await work.members.discard(file.run_id, limit=MEMBERS + 1) == MEMBERS
        plans = [sqlite.of_last()]
        sqlite.seen.pop()
        plans.append(sqlite.of_last())
    assert all("COVERING INDEX ix_members_run_id (run_id=? AND catalogue_id" in plan for plan in plans)


@pytest.mark.adapter("sqlite")
async def test_a_claim_does_not_look_at_jobs_that_are_over(sqlite: SqlitePlans) -> None:
    """SQLite counts the steps of its virtual machine: with 20,000 jobs that are over they are as many as with none."""
    jobs = JobRecords(SqlUnitOfWorkFactory(sqlite.database))
    waiting = await jobs.added()
    before = await _steps(sqlite, jobs)
    over = a_job(await jobs.run(), status=JobStatus.SUCCEEDED, run_after=MORNING - timedelta(1), finished_at=LATER)
    await jobs.add(*(replace(over, id=uuid4()) for _ in range(20_000)))
    assert await _steps(sqlite, jobs) == before
    claimed = await jobs.claim()
    assert claimed is not None
    assert claimed.id == waiting.id


async def _steps(plans: SqlitePlans, jobs: JobRecords) -> int:
    async with jobs.open() as work:
        await work.jobs.find_claimable(at=LATER, kinds=[KIND])
    statement, parameters = plans.seen[-1]
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection = sqlite3.connect(sqlite_path(plans._url))
    try:
        connection.execute(statement, parameters).fetchall()  # the first time also reads the schema
        connection.set_progress_handler(step, 1)
        connection.execute(statement, parameters).fetchall()
    finally:
        connection.close()
    return count

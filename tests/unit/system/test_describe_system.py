"""DescribeSystem: what waits, who works, and that it answers while the database does not."""

import asyncio
from datetime import datetime, timedelta

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.ports.system import SchemaVersion
from forebay.application.system.describe_system import DescribeSystem, SystemActivity, SystemReport
from forebay.application.system.installation import Installation
from forebay.domain.errors import DatabaseUnavailableError
from forebay.domain.processing.job import Job, JobStatus, Lease
from forebay.testing.intake_examples import MORNING
from forebay.testing.job_examples import a_job_about

NOW = MORNING + timedelta(hours=1)
INSTALLATION = Installation(
    version="1",
    python_version="3",
    platform="Linux",
    started_at=MORNING,
    database="memory",
    blobs="memory",
    queue="local",
    worker=None,
    settings=(),
    optional_parts=(),
)


class At:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


class Revision:
    async def revision(self) -> str | None:
        return "0042"


def held(subject: str, owner: str, *, since: datetime, until: datetime) -> Job:
    return a_job_about(
        subject,
        status=JobStatus.RUNNING,
        attempts=1,
        lease=Lease(owner=owner, expires_at=until),
        started_at=since,
        created_at=since,
    )


async def describe(*jobs: Job) -> SystemReport:
    unit_of_work = MemoryUnitOfWorkFactory(MemoryDatabase())
    async with unit_of_work() as work:
        for job in jobs:
            await work.jobs.add(job)
        await work.commit()
    return await DescribeSystem(installation=INSTALLATION, unit_of_work=unit_of_work, schema=Revision(), clock=At())()


async def activity_of(*jobs: Job) -> SystemActivity:
    activity = (await describe(*jobs)).activity
    assert activity is not None
    return activity


async def test_nothing_goes_on() -> None:
    report = await describe()
    assert report.installation is INSTALLATION
    assert report.activity is not None
    assert (report.activity.schema_revision, report.activity.waited_seconds) == ("0042", 0.0)
    assert (report.activity.depth.queued, report.activity.workers) == (0, ())


async def test_what_waits_is_counted_and_for_how_long() -> None:
    activity = await activity_of(
        a_job_about("a", run_after=NOW - timedelta(seconds=90)), a_job_about("b", run_after=NOW + timedelta(hours=1))
    )
    assert (activity.depth.queued, activity.depth.due, activity.waited_seconds) == (2, 1, 90.0)


async def test_workers_are_told_by_the_leases_of_running_jobs() -> None:
    later, soon = NOW + timedelta(seconds=60), NOW + timedelta(seconds=1)
    second = held("b", "host:1/aaaa", since=MORNING + timedelta(minutes=5), until=later)
    first = held("a", "host:1/bbbb", since=MORNING, until=soon)
    other = held("c", "a/host:2/cccc", since=MORNING, until=later)
    nameless = held("d", "odd", since=MORNING, until=later)
    activity = await activity_of(second, first, other, nameless, a_job_about("waits"))
    assert [(worker.name, [job.id for job in worker.jobs]) for worker in activity.workers] == [
        ("a/host:2", [other.id]),
        ("host:1", [first.id, second.id]),
        ("odd", [nameless.id]),
    ]
    one = activity.workers[1]
    assert (one.since, one.is_silent) == (MORNING, False)
    assert (one.jobs[0].subject, one.jobs[0].attempt, one.jobs[0].lease_expires_at) == ("a", 1, soon)


async def test_a_worker_is_silent_when_all_its_leases_ran_out() -> None:
    gone = held("a", "host:1/a", since=MORNING, until=NOW)
    late = held("b", "host:2/b", since=MORNING, until=NOW)
    alive = held("c", "host:2/c", since=MORNING, until=NOW + timedelta(seconds=1))
    activity = await activity_of(gone, late, alive)
    assert [(worker.name, worker.is_silent) for worker in activity.workers] == [("host:1", True), ("host:2", False)]


def gone(*, write: bool = True) -> ProcessingUnitOfWork:
    raise DatabaseUnavailableError("no route to the database")


class Silent:
    """A database that takes a question and never answers."""

    async def revision(self) -> str | None:
        await asyncio.Event().wait()
        return None


@pytest.mark.parametrize(
    ("unit_of_work", "schema"), [(gone, Revision()), (MemoryUnitOfWorkFactory(MemoryDatabase()), Silent())]
)
async def test_it_answers_while_the_database_does_not(
    unit_of_work: ProcessingUnitOfWorkFactory, schema: SchemaVersion
) -> None:
    describe = DescribeSystem(
        installation=INSTALLATION, unit_of_work=unit_of_work, schema=schema, clock=At(), timeout_seconds=0.01
    )
    assert await describe() == SystemReport(installation=INSTALLATION, activity=None)

"""What must be true in the end, whatever happened on the way."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg

from forebay.application.intake.list_files import ListFilesQuery
from forebay.application.intake.sweep import SweepCommand
from forebay.application.processing.follow_events import EventsQuery
from forebay.application.processing.show_jobs import ListJobsQuery
from forebay.application.use_cases import UseCases
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.schemes import choose_blobs
from forebay.bootstrap.settings import Settings
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import RunStatus
from forebay.domain.processing.event import FINAL_CODES, Event, EventCode
from forebay.domain.processing.job import Job, JobStatus
from forebay.testing.job_examples import run_of
from tests.e2e.faults.inputs import Archive

CATALOGUE_STEPS = ("catalogue", "manifest")


async def all_jobs(use_cases: UseCases) -> list[Job]:
    jobs: list[Job] = []
    cursor: str | None = None
    while True:
        page = await use_cases.processing.list_jobs(ListJobsQuery(cursor=cursor, limit=1000))
        jobs += page.items
        cursor = page.next_cursor
        if cursor is None:
            return jobs


async def all_events(use_cases: UseCases, *, job_id: UUID | None = None) -> list[Event]:
    events: list[Event] = []
    while True:
        after = events[-1].position if events else 0
        page = await use_cases.processing.list_events(EventsQuery(job_id=job_id, after=after, limit=1000))
        events += page.items
        if page.next_cursor is None:
            return events


async def prove_each_ended_once(
    use_cases: UseCases, job_ids: Sequence[UUID], steps: Sequence[str], *, outcome: JobStatus = JobStatus.SUCCEEDED
) -> None:
    """One status, one event that ends it and nothing behind that, each step's success recorded once and in order."""
    by_job: dict[UUID, list[Event]] = {job_id: [] for job_id in job_ids}
    for event in await all_events(use_cases):
        if event.job_id in by_job:
            by_job[event.job_id].append(event)
    wrong: list[str] = []
    for job_id, events in by_job.items():
        shown = await use_cases.processing.get_job(job_id)
        run = (await use_cases.intake.get_run(run_of(shown.job))).run
        codes = [event.code for event in events]
        succeeded = [event.payload["step"] for event in events if event.code == EventCode.STEP_SUCCEEDED]
        final = [code for code in codes if code in FINAL_CODES]
        is_right = (
            shown.job.status is outcome
            and shown.job.lease is None
            and final == [f"job_{outcome}"]
            and codes.count(EventCode.JOB_QUEUED) == 1
            and succeeded == (list(steps) if outcome is JobStatus.SUCCEEDED else succeeded[: len(set(succeeded))])
            and run.status is (RunStatus.COMPLETE if outcome is JobStatus.SUCCEEDED else RunStatus.FAILED)
        )
        # the run's own event is recorded with the job's, behind it
        if not is_right or codes[-1] not in FINAL_CODES:
            steps_shown = [f"{step.name} {step.status}" for step in shown.steps]
            wrong.append(f"{job_id} is {shown.job.status}, its run {run.status}, its steps {steps_shown}: {codes}")
    assert not wrong, "\n".join(wrong)


async def prove_run_events(use_cases: UseCases, run_ids: Sequence[UUID]) -> None:
    """Each run became complete once."""
    complete = Counter(event.run_id for event in await all_events(use_cases) if event.code == EventCode.RUN_COMPLETE)
    assert {run_id: complete[run_id] for run_id in run_ids} == dict.fromkeys(run_ids, 1)


async def prove_catalogues(use_cases: UseCases, archives: Mapping[UUID, Archive]) -> None:
    """Each run shows exactly what is in its archive."""
    for run_id, archive in archives.items():
        found: list[tuple[str, str]] = []
        cursor: str | None = None
        while True:
            query = ListFilesQuery(run_id=run_id, role=FileRole.MEMBER, cursor=cursor, limit=1000)
            page = await use_cases.intake.list_files(query)
            found += [(member.path, str(member.sha256)) for member in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == sorted(archive.digests.items()), f"run {run_id} does not show what {archive.name} holds"


async def prove_artifacts(use_cases: UseCases, expected: Mapping[UUID, Mapping[str, bytes]]) -> None:
    """Each job has exactly these artifacts (name and bytes), and they can be read."""
    for job_id, contents in expected.items():
        artifacts = (await use_cases.processing.list_artifacts(job_id)).items
        found: dict[str, bytes] = {}
        for artifact in artifacts:
            readable = await use_cases.processing.read_artifact(artifact.id)
            async with readable.open() as chunks:
                content = b"".join([chunk async for chunk in chunks])
            assert hashlib.sha256(content).hexdigest() == str(artifact.sha256)
            found[artifact.name] = content
        names = sorted(artifact.name for artifact in artifacts)
        assert names == sorted(contents), f"job {job_id} has the artifacts {names}"
        assert found == dict(contents), f"job {job_id} has artifacts with other bytes"


async def prove_catalogued(settings: Settings, use_cases: UseCases, archives: Mapping[UUID, Archive]) -> None:
    """All of the above for runs that were worked on once, and no row beyond what they show."""
    jobs = {run_of(job): job.id for job in await all_jobs(use_cases) if job.run_id in archives}
    assert sorted(jobs) == sorted(archives)
    await prove_each_ended_once(use_cases, list(jobs.values()), CATALOGUE_STEPS)
    await prove_run_events(use_cases, list(jobs))
    await prove_catalogues(use_cases, archives)
    manifests = {jobs[run_id]: {"SHA256SUMS": archive.manifest} for run_id, archive in archives.items()}
    await prove_artifacts(use_cases, manifests)
    members = sum(len(archive.digests) for archive in archives.values())
    assert count_rows(settings, "members") == members  # none that nobody sees
    assert count_rows(settings, "catalogues") == len(archives)


def count_rows(settings: Settings, table: str) -> int:
    """Past all use cases: how many rows there are."""
    query = f"SELECT count(*) FROM {table}"
    if settings.database_url.startswith("sqlite:///"):
        with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as connection:
            row = connection.execute(query).fetchone()
    else:
        with psycopg.connect(settings.database_url) as server:
            row = server.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def count_indexed(settings: Settings) -> int:
    """How many documents the search knows."""
    is_sqlite = settings.database_url.startswith("sqlite:///")
    return count_rows(settings, "document_texts" if is_sqlite else "document_vectors")


async def prove_nothing_is_left_over(settings: Settings) -> None:
    """After a sweep two hours later the store has an object for each blob's row, and nothing half written."""
    async with open_use_cases(settings, Replacements(clock=_TwoHoursLater())) as use_cases:
        await use_cases.intake.sweep(SweepCommand(grace=timedelta(hours=1)))
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(choose_blobs(settings)(settings))
        assert parts.incomplete is not None
        half_written = [item.name async for item in parts.incomplete.list_incomplete()]
        objects = [info async for info in parts.store.list_objects()]
    assert half_written == []
    assert len(objects) == count_rows(settings, "blobs")


class _TwoHoursLater:
    """The clock of a sweep long after the faults."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=2)


def children_of(pid: int) -> dict[int, str]:
    """The process's children with the moment of their start, by which they are known again. Linux only: else none.

    The system lists them under the thread that started each.
    """
    children: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread, or the process, has ended
            children += [int(child) for child in listed.read_text().split()]
    return {child: started for child in children if (started := start_of(child)) is not None}


def start_of(pid: int) -> str | None:
    """None when there is no such process, or only its exit code is left of it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]

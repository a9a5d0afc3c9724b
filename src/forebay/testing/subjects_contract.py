"""What is expected of jobs without a run: those of a subject, and their events."""

import asyncio
from dataclasses import replace

import pytest

from forebay.application.ports.jobs import JobFilter
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import SortOrder
from forebay.domain.processing.errors import JobActiveError
from forebay.domain.processing.event import NewEvent
from forebay.domain.processing.job import JobStatus
from forebay.testing.intake_examples import MORNING, a_blob
from forebay.testing.job_examples import KIND, LATER, JobRecords, a_job_about, a_lease, a_step, an_artifact

SUBJECT = "größe 🌊 of https://partner.example"


class SubjectsContract:
    """Jobs of subjects."""

    async def test_a_job_of_a_subject_comes_back_as_it_was_added(self, jobs: JobRecords) -> None:
        job = a_job_about(SUBJECT)
        await jobs.add(job)
        assert await jobs.job(job.id) == job
        claimed = await jobs.claim()
        assert claimed is not None
        assert (claimed.id, claimed.run_id, claimed.subject) == (job.id, None, SUBJECT)

    async def test_an_update_leaves_the_subject_alone(self, jobs: JobRecords) -> None:
        job = a_job_about(SUBJECT)
        await jobs.add(job)
        await jobs.update(replace(job, subject="another", attempts=2))
        assert await jobs.job(job.id) == replace(job, attempts=2)

    async def test_text_that_no_database_keeps_is_no_subject(self, jobs: JobRecords) -> None:
        with pytest.raises(InvalidInputError):
            await jobs.add(a_job_about("with \0 in it"))
        async with jobs.open(write=False) as work:
            assert list(await work.jobs.active_of_subject("with \0 in it")) == []
        assert await jobs.ids(JobFilter(subject="half a pair \ud800")) == []

    async def test_of_a_subject_and_kind_one_job_may_be_active(self, jobs: JobRecords) -> None:
        job = a_job_about(SUBJECT)
        await jobs.add(job)
        with pytest.raises(JobActiveError) as caught:
            await jobs.add(a_job_about(SUBJECT))
        assert (caught.value.run_id, caught.value.subject, caught.value.kind) == (None, SUBJECT, KIND)
        await jobs.update(replace(job, status=JobStatus.RUNNING, lease=a_lease()))
        with pytest.raises(JobActiveError):
            await jobs.add(a_job_about(SUBJECT))
        await jobs.add(a_job_about(SUBJECT, kind="other"))
        await jobs.add(a_job_about("another"))
        await jobs.added()
        await jobs.update(replace(job, status=JobStatus.SUCCEEDED, finished_at=LATER))
        await jobs.add(a_job_about(SUBJECT))

    async def test_of_many_of_a_subject_at_the_same_time_one_becomes_the_active_job(self, jobs: JobRecords) -> None:
        rivals = [a_job_about(SUBJECT) for _ in range(12)]
        outcomes = await asyncio.gather(*(jobs.add(job) for job in rivals), return_exceptions=True)
        (winner,) = [job for job, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
        assert {type(outcome) for outcome in outcomes} == {type(None), JobActiveError}
        assert await jobs.ids() == [winner.id]

    async def test_jobs_are_found_by_their_subject(self, jobs: JobRecords) -> None:
        over = a_job_about(SUBJECT, status=JobStatus.SUCCEEDED, finished_at=LATER)
        queued = a_job_about(SUBJECT, created_at=LATER)
        running = a_job_about(SUBJECT, kind="other", status=JobStatus.RUNNING, lease=a_lease())
        await jobs.add(over, queued, running, a_job_about("another"))
        of_run = await jobs.added()
        async with jobs.open(write=False) as work:
            assert list(await work.jobs.active_of_subject(SUBJECT)) == [running, queued]
            assert list(await work.jobs.active_of_subject("a third")) == []
            where = JobFilter(subject=SUBJECT, kind=KIND)
            assert list(await work.jobs.list(where, order=SortOrder.DESC, after=None, limit=9)) == [queued, over]
        assert await jobs.ids(JobFilter(run_id=of_run.run_id)) == [of_run.id]

    async def test_they_stay_when_runs_go(self, jobs: JobRecords) -> None:
        job, other = a_job_about(SUBJECT), await jobs.added()
        await jobs.add(job)
        assert other.run_id is not None
        await jobs.delete_run(other.run_id)
        assert await jobs.ids() == [job.id]

    async def test_their_events_have_no_run(self, jobs: JobRecords) -> None:
        job = a_job_about(SUBJECT)
        await jobs.add(job)
        await jobs.record(NewEvent(run_id=None, job_id=job.id, at=MORNING, code="job_queued", message="waits"))
        (event,) = await jobs.events()
        assert (event.run_id, event.job_id) == (None, job.id)
        async with jobs.open(write=False) as work:
            assert list(await work.events.list(after=0, limit=9, job_id=job.id)) == [event]

    async def test_they_have_artifacts_like_others(self, jobs: JobRecords) -> None:
        job, blob = a_job_about(SUBJECT), a_blob("report")
        await jobs.add(job)
        step = a_step(job)
        artifact = an_artifact(step, blob)
        async with jobs.open() as work:
            await work.steps.add(step)
            await work.blobs.claim(blob)
            await work.artifacts.add(artifact)
            await work.commit()
        async with jobs.open(write=False) as work:
            assert list(await work.artifacts.list(job.id, after=None, limit=9)) == [artifact]

"""What is expected of jobs: adding, changing and listing them. How they are claimed stands in claims_contract."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.jobs import JobFilter, QueueDepth
from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.intake.errors import RunNotFoundError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.processing.errors import JobActiveError, JobNotFoundError
from forebay.domain.processing.job import LONGEST_TRACE_CONTEXT, Job, JobError, JobStatus
from forebay.testing.intake_examples import MORNING, a_run
from forebay.testing.job_examples import KIND, LATER, JobRecords, a_job, a_job_about, a_lease, a_step, key_hash, run_of

ERROR = JobError(code="archive_broken", message="member 7: 期待 ≠ 実際")


class JobsContract:
    """Jobs of runs."""

    async def test_a_job_comes_back_as_it_was_added(self, jobs: JobRecords) -> None:
        run = await jobs.run()
        job = a_job(
            run,
            kind="größe 🌊",
            status=JobStatus.RUNNING,
            attempts=3,
            max_attempts=7,
            lease=a_lease(until=datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
            run_after=MORNING + timedelta(microseconds=1),
            cancel_requested=True,
            idempotency_key_hash=key_hash(),
            error=ERROR,
            updated_at=LATER,
            started_at=MORNING + timedelta(seconds=1),
            trace_context="x" * LONGEST_TRACE_CONTEXT,
        )
        ended = a_job(run, status=JobStatus.FAILED, error=ERROR, started_at=MORNING, finished_at=LATER)
        waiting = a_job(run)
        await jobs.add(job, ended, waiting)
        for expected in (job, ended, waiting):
            assert await jobs.job(expected.id) == expected

    async def test_a_job_that_is_not_there_is_not_found(self, jobs: JobRecords) -> None:
        missing = a_job(a_run())
        async with jobs.open() as work:
            with pytest.raises(JobNotFoundError, match=str(missing.id)):
                await work.jobs.get(missing.id)
            with pytest.raises(JobNotFoundError):
                await work.jobs.get(missing.id, for_update=True)
            with pytest.raises(JobNotFoundError):
                await work.jobs.update(missing)

    async def test_a_job_needs_its_run(self, jobs: JobRecords) -> None:
        with pytest.raises(RunNotFoundError):
            await jobs.add(a_job(a_run()))

    async def test_the_same_id_twice_is_a_conflict(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        with pytest.raises(ConflictError):
            await jobs.add(replace(a_job(await jobs.run()), id=job.id))
        assert await jobs.job(job.id) == job

    async def test_text_that_no_database_keeps_is_refused(self, jobs: JobRecords) -> None:
        with pytest.raises(InvalidInputError):
            await jobs.added(kind="with \0 in it")
        with pytest.raises(InvalidInputError):
            await jobs.added(error=JobError(code="x", message="half a pair: \ud83c"))
        with pytest.raises(InvalidInputError):
            await jobs.added(trace_context="with \0 in it")
        assert await jobs.ids() == []

    async def test_an_update_writes_all_but_what_a_job_is_for_ever(self, jobs: JobRecords) -> None:
        job, other = await jobs.added(trace_context="of its creator"), await jobs.run()
        changed = a_job(
            other,
            id=job.id,
            kind="other",
            status=JobStatus.RUNNING,
            attempts=2,
            max_attempts=9,
            lease=a_lease(),
            run_after=LATER,
            cancel_requested=True,
            idempotency_key_hash=key_hash(),
            error=ERROR,
            created_at=LATER,
            updated_at=LATER,
            started_at=MORNING,
            trace_context="another",
        )
        expected = replace(
            changed, kind=job.kind, run_id=job.run_id, created_at=job.created_at, trace_context="of its creator"
        )
        await jobs.update(changed)
        assert await jobs.job(job.id) == expected
        final = replace(expected, status=JobStatus.SUCCEEDED, lease=None, error=None, finished_at=LATER)
        await jobs.update(final)
        assert await jobs.job(job.id) == final

    async def test_of_a_run_and_kind_one_job_may_be_active(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        run = a_run(id=run_of(job))
        with pytest.raises(JobActiveError) as caught:
            await jobs.add(a_job(run))
        assert (caught.value.run_id, caught.value.kind) == (run.id, KIND)
        await jobs.update(replace(job, status=JobStatus.RUNNING, lease=a_lease()))
        with pytest.raises(JobActiveError):
            await jobs.add(a_job(run))
        await jobs.add(a_job(run, kind="other"))
        await jobs.add(a_job(run, status=JobStatus.CANCELLED, finished_at=LATER))
        await jobs.update(replace(job, status=JobStatus.SUCCEEDED, finished_at=LATER))
        await jobs.add(a_job(run))

    async def test_a_job_that_is_over_does_not_come_back_beside_an_active_one(self, jobs: JobRecords) -> None:
        over = await jobs.added(status=JobStatus.FAILED, error=ERROR, finished_at=LATER)
        await jobs.add(a_job(a_run(id=run_of(over))))
        with pytest.raises(JobActiveError) as caught:
            await jobs.update(over.retried(at=LATER))
        assert (caught.value.run_id, caught.value.kind) == (over.run_id, KIND)
        assert await jobs.job(over.id) == over

    async def test_of_many_at_the_same_time_one_becomes_the_active_job(self, jobs: JobRecords) -> None:
        run = await jobs.run()
        rivals = [a_job(run) for _ in range(12)]
        outcomes = await asyncio.gather(*(jobs.add(job) for job in rivals), return_exceptions=True)
        (winner,) = [job for job, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
        assert {type(outcome) for outcome in outcomes} == {type(None), JobActiveError}
        assert await jobs.ids() == [winner.id]

    async def test_a_key_stands_for_one_job(self, jobs: JobRecords) -> None:
        key = key_hash()
        job = await jobs.added(idempotency_key_hash=key)
        with pytest.raises(ConflictError):
            await jobs.added(idempotency_key_hash=key)
        async with jobs.open(write=False) as work:
            assert await work.jobs.find_by_key(key) == job
            assert await work.jobs.find_by_key(key_hash()) is None
            assert await work.jobs.find_by_key("\0\ud800") is None

    async def test_of_many_with_one_key_at_the_same_time_one_is_added(self, jobs: JobRecords) -> None:
        key = key_hash()
        rivals = [a_job(await jobs.run(), idempotency_key_hash=key) for _ in range(12)]
        outcomes = await asyncio.gather(*(jobs.add(job) for job in rivals), return_exceptions=True)
        (winner,) = [job for job, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
        assert {type(outcome) for outcome in outcomes} == {type(None), ConflictError}
        assert await jobs.ids() == [winner.id]

    async def test_a_key_is_free_again_once_its_run_is_deleted(self, jobs: JobRecords) -> None:
        key = key_hash()
        await jobs.delete_run(run_of(await jobs.added(idempotency_key_hash=key)))
        again = await jobs.added(idempotency_key_hash=key)
        assert await jobs.ids() == [again.id]

    async def test_each_filter_finds_its_own(self, jobs: JobRecords) -> None:
        plain = await jobs.added()
        other = await jobs.added(kind="other")
        failed = await jobs.added(status=JobStatus.FAILED, error=ERROR, finished_at=LATER)
        late = await jobs.added(created_at=LATER)
        assert await jobs.ids(JobFilter(run_id=other.run_id)) == [other.id]
        assert await jobs.ids(JobFilter(run_id=uuid4())) == []
        assert await jobs.ids(JobFilter(kind="other")) == [other.id]
        assert await jobs.ids(JobFilter(kind="\0")) == []
        assert await jobs.ids(JobFilter(status=JobStatus.FAILED)) == [failed.id]
        assert await jobs.ids(JobFilter(created_after=LATER)) == [late.id]
        assert set(await jobs.ids(JobFilter(created_before=LATER))) == {plain.id, other.id, failed.id}
        assert await jobs.ids(JobFilter(created_after=MORNING, created_before=LATER, kind="other")) == [other.id]
        assert await jobs.ids(JobFilter(status=JobStatus.FAILED, kind="other")) == []

    @pytest.mark.parametrize("order", list(SortOrder))
    async def test_pages_give_every_job_once_while_others_arrive(self, jobs: JobRecords, order: SortOrder) -> None:
        there = [await jobs.added(created_at=MORNING + timedelta(minutes=place // 3)) for place in range(11)]
        seen: list[UUID] = []
        after: Position | None = None
        while len(seen) < 100:
            async with jobs.open(write=False) as work:
                page = await work.jobs.list(JobFilter(), order=order, after=after, limit=3)
            seen += [job.id for job in page]
            if len(page) < 3:
                break
            after = Position(at=page[-1].created_at, id=page[-1].id)
            behind = MORNING - timedelta(days=1) if order is SortOrder.ASC else MORNING + timedelta(days=1)
            await jobs.added(created_at=behind)
        in_order = sorted(there, key=lambda job: (job.created_at, job.id), reverse=order is SortOrder.DESC)
        assert seen == [job.id for job in in_order]

    async def test_active_jobs_of_a_run_are_those_queued_or_running(self, jobs: JobRecords) -> None:
        run = await jobs.run()
        queued = a_job(run, kind="a", created_at=LATER)
        running = a_job(run, kind="b", status=JobStatus.RUNNING, lease=a_lease())
        over = a_job(run, kind="c", status=JobStatus.SUCCEEDED, finished_at=LATER)
        await jobs.add(queued, running, over)
        await jobs.added()
        async with jobs.open(write=False) as work:
            assert list(await work.jobs.active_of_run(run.id)) == [running, queued]
            assert list(await work.jobs.active_of_run(uuid4())) == []

    async def test_depth_counts_what_waits_and_says_since_when(self, jobs: JobRecords) -> None:
        async with jobs.open(write=False) as work:
            assert await work.jobs.depth(at=MORNING) == QueueDepth(queued=0, running=0, due=0, oldest_due=None)
        await jobs.added(run_after=MORNING)
        await jobs.added(run_after=MORNING - timedelta(hours=1))
        await jobs.added(run_after=LATER)
        await jobs.added(status=JobStatus.RUNNING, lease=a_lease(until=MORNING - timedelta(minutes=1)))
        await jobs.added(status=JobStatus.RUNNING, lease=a_lease(until=LATER))
        await jobs.added(status=JobStatus.SUCCEEDED, finished_at=MORNING, run_after=MORNING - timedelta(days=1))
        async with jobs.open(write=False) as work:
            depth = await work.jobs.depth(at=MORNING)
        assert depth == QueueDepth(queued=3, running=2, due=3, oldest_due=MORNING - timedelta(hours=1))

    async def test_depth_may_be_asked_for_some_kinds(self, jobs: JobRecords) -> None:
        await jobs.added(run_after=MORNING - timedelta(hours=1))
        await jobs.added(kind="other")
        await jobs.added(kind="other", status=JobStatus.RUNNING, lease=a_lease(until=LATER))
        async with jobs.open(write=False) as work:
            other = await work.jobs.depth(at=MORNING, kinds=["other"])
            assert other == QueueDepth(queued=1, running=1, due=1, oldest_due=MORNING)
            assert await work.jobs.depth(at=MORNING, kinds=["other", KIND]) == await work.jobs.depth(at=MORNING)
            assert (await work.jobs.depth(at=MORNING, kinds=[])).due == 0

    async def test_jobs_go_with_their_run(self, jobs: JobRecords) -> None:
        job, other = await jobs.added(), await jobs.added()
        await jobs.delete_run(run_of(job))
        with pytest.raises(JobNotFoundError):
            await jobs.job(job.id)
        assert await jobs.ids() == [other.id]
        assert await jobs.claim() == await jobs.job(other.id)

    async def test_old_jobs_without_a_run_are_pruned_and_no_others(self, jobs: JobRecords) -> None:
        old = a_job_about("partner", status=JobStatus.SUCCEEDED, finished_at=MORNING)
        young = a_job_about("partner", status=JobStatus.FAILED, finished_at=LATER)
        waiting = a_job_about("partner")
        await jobs.add(old, young, waiting)
        of_a_run = await jobs.added(status=JobStatus.SUCCEEDED, finished_at=MORNING)
        async with jobs.open() as work:
            await work.steps.add(a_step(old))
            await work.commit()
        assert [await self._prune_jobs(jobs, limit=limit) for limit in (0, 5, 5)] == [0, 1, 0]
        assert set(await jobs.ids()) == {young.id, waiting.id, of_a_run.id}
        async with jobs.open(write=False) as work:
            assert list(await work.steps.list(old.id)) == []

    async def _prune_jobs(self, jobs: JobRecords, *, limit: int) -> int:
        async with jobs.open() as work:
            count = await work.jobs.prune(before=LATER, limit=limit)
            await work.commit()
        return count

    async def test_changes_of_one_job_follow_each_other(self, jobs: JobRecords) -> None:
        job = await jobs.added(max_attempts=100)

        async def count() -> None:
            async with jobs.open() as work:
                found: Job = await work.jobs.get(job.id, for_update=True)
                await work.jobs.update(replace(found, attempts=found.attempts + 1))
                await work.commit()

        await asyncio.gather(*(count() for _ in range(20)))
        assert (await jobs.job(job.id)).attempts == 20

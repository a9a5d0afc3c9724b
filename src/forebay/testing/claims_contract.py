"""What is expected of claiming: each job is worked on by one worker at a time, the one due longest first."""

import asyncio
from datetime import timedelta

from forebay.domain.processing.errors import LeaseLostError
from forebay.domain.processing.job import Job, JobStatus
from forebay.testing.intake_examples import MORNING
from forebay.testing.job_examples import KIND, LATER, JobRecords, a_job, a_lease

BEFORE = MORNING - timedelta(minutes=1)
AFTER = MORNING + timedelta(microseconds=1)


class ClaimsContract:
    """Jobs that wait for a worker. `one_writer`: units of work that write wait for each other."""

    one_writer = False
    claimers = 16
    jobs_to_claim = 40

    async def test_the_job_due_longest_is_found_first(self, jobs: JobRecords) -> None:
        second = await jobs.added(run_after=BEFORE)
        third = await jobs.added(run_after=MORNING)
        first = await jobs.added(status=JobStatus.RUNNING, lease=a_lease(until=BEFORE - timedelta(hours=1)))
        assert [await self._next(jobs) for _ in range(4)] == [first.id, second.id, third.id, None]

    async def test_only_what_is_due_is_found(self, jobs: JobRecords) -> None:
        await jobs.added(run_after=AFTER)
        await jobs.added(status=JobStatus.RUNNING, lease=a_lease(until=AFTER))
        await jobs.added(status=JobStatus.SUCCEEDED, run_after=BEFORE, finished_at=MORNING)
        await jobs.added(status=JobStatus.CANCELLED, run_after=BEFORE, finished_at=MORNING)
        assert await jobs.claim(at=MORNING) is None
        assert await jobs.claim(at=AFTER) is not None

    async def test_only_the_kinds_asked_for_are_found(self, jobs: JobRecords) -> None:
        await jobs.added(kind="other", run_after=BEFORE)
        mine = await jobs.added()
        async with jobs.open() as work:
            assert await work.jobs.find_claimable(at=MORNING, kinds=[]) is None
            assert await work.jobs.find_claimable(at=MORNING, kinds=["none"]) is None
            assert await work.jobs.find_claimable(at=MORNING, kinds=["none", KIND]) == mine

    async def test_each_job_is_claimed_once_however_many_claim(self, jobs: JobRecords) -> None:
        there = {(await jobs.added()).id for _ in range(self.jobs_to_claim)}
        claimed: list[Job] = []

        async def work_on() -> None:
            while (job := await jobs.claim()) is not None:
                claimed.append(job)

        await asyncio.gather(*(work_on() for _ in range(self.claimers)))
        # A claimer may find that all jobs are held by others that then claim them: nobody waits, and none is left.
        while (job := await jobs.claim()) is not None:
            claimed.append(job)
        assert sorted(job.id for job in claimed) == sorted(there)
        assert {job.attempts for job in claimed} == {1}

    async def test_jobs_that_others_hold_are_passed_over(self, jobs: JobRecords) -> None:
        held, free = await jobs.added(run_after=BEFORE), await jobs.added()
        async with jobs.open() as holder:
            assert await holder.jobs.get(held.id, for_update=True) == held
            if self.one_writer:
                return  # who would look waits until the holder is done
            async with jobs.open() as work:
                assert await work.jobs.find_claimable(at=MORNING, kinds=[KIND]) == free
                async with jobs.open() as third:
                    assert await third.jobs.find_claimable(at=MORNING, kinds=[KIND]) is None

    async def test_what_was_found_is_held(self, jobs: JobRecords) -> None:
        first, second = await jobs.added(run_after=BEFORE), await jobs.added()
        async with jobs.open() as work:
            assert await work.jobs.find_claimable(at=MORNING, kinds=[KIND]) == first
            rival = asyncio.create_task(jobs.claim())
            if not self.one_writer:
                claimed = await rival
                assert claimed is not None
                assert claimed.id == second.id
            await work.jobs.update(first.claimed(a_lease(), at=MORNING))
            await work.commit()
        claimed = await rival
        assert claimed is not None
        assert claimed.id == second.id

    async def test_a_lease_that_ran_out_is_taken_over_and_its_owner_hears_of_it(self, jobs: JobRecords) -> None:
        await jobs.added()
        first = await jobs.claim()
        assert first is not None
        assert first.lease is not None
        assert await jobs.claim(at=first.lease.expires_at - timedelta(microseconds=1)) is None
        second = await jobs.claim(at=first.lease.expires_at)
        assert second is not None
        assert (second.id, second.attempts) == (first.id, 2)
        stored = await jobs.job(first.id)
        try:
            stored.check_owner(first.lease.owner)
        except LeaseLostError:
            pass
        else:
            raise AssertionError("the first owner still has the lease")

    async def test_a_claim_that_was_not_committed_leaves_the_job_free(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        async with jobs.open() as work:
            found = await work.jobs.find_claimable(at=MORNING, kinds=[KIND])
            assert found is not None
            await work.jobs.update(found.claimed(a_lease(), at=MORNING))
        claimed = await jobs.claim()
        assert claimed is not None
        assert (claimed.id, claimed.attempts) == (job.id, 1)

    async def test_claimable_jobs_are_listed_without_being_held(self, jobs: JobRecords) -> None:
        second, first = await jobs.added(), await jobs.added(run_after=BEFORE, kind="other")
        third = await jobs.added(status=JobStatus.RUNNING, lease=a_lease(until=AFTER))
        async with jobs.open(write=False) as work:
            both = [KIND, "other"]
            assert list(await work.jobs.list_claimable(at=MORNING, kinds=both, limit=10)) == [first, second]
            assert list(await work.jobs.list_claimable(at=MORNING, kinds=both, limit=1)) == [first]
            assert list(await work.jobs.list_claimable(at=MORNING, kinds=[KIND], limit=1)) == [second]
            assert list(await work.jobs.list_claimable(at=MORNING, kinds=[], limit=10)) == []
            assert list(await work.jobs.list_claimable(at=LATER, kinds=both, limit=10)) == [first, second, third]
            assert list(await work.jobs.list_claimable(at=BEFORE - timedelta(1), kinds=both, limit=10)) == []

    async def test_the_next_time_is_that_of_the_first_job_to_become_due(self, jobs: JobRecords) -> None:
        async with jobs.open(write=False) as work:
            assert await work.jobs.next_due(kinds=[KIND]) is None
        run = await jobs.run()
        await jobs.add(a_job(run, run_after=LATER), a_job(run, kind="other", run_after=BEFORE))
        await jobs.added(status=JobStatus.FAILED, finished_at=BEFORE, run_after=BEFORE)
        async with jobs.open(write=False) as work:
            assert await work.jobs.next_due(kinds=[KIND]) == LATER
        await jobs.added(status=JobStatus.RUNNING, run_after=BEFORE, lease=a_lease(until=AFTER))
        async with jobs.open(write=False) as work:
            assert await work.jobs.next_due(kinds=[KIND]) == AFTER
            assert await work.jobs.next_due(kinds=["other", KIND]) == BEFORE
            assert await work.jobs.next_due(kinds=[]) is None

    async def _next(self, jobs: JobRecords) -> object:
        job = await jobs.claim()
        return job.id if job is not None else None

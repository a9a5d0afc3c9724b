"""What is expected of change signals: nothing that was committed goes unnoticed."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.domain.processing.job import JobStatus
from forebay.testing.intake_examples import MORNING, a_run
from forebay.testing.job_examples import LATER, JobRecords, a_lease, an_event, run_of


class SignalsContract:
    """Changes of jobs and events. `notice_seconds`: longer than it takes to hear on a slow machine.

    `quiet_seconds`: this long without a report, and whatever was still on its way has arrived.
    """

    notice_seconds = 30.0
    quiet_seconds = 0.7

    async def test_who_listens_hears_of_a_new_job(self, jobs: JobRecords, signals: ChangeSignals) -> None:
        async with signals.listen(Topic.JOBS) as listener:
            await self._calm(listener)
            await jobs.added()
            assert await listener.wait(self.notice_seconds)

    async def test_who_listens_hears_of_events(self, jobs: JobRecords, signals: ChangeSignals) -> None:
        run = await jobs.run()
        async with signals.listen(Topic.EVENTS) as listener:
            await self._calm(listener)
            await jobs.record(an_event(run))
            assert await listener.wait(self.notice_seconds)

    async def test_who_waits_already_is_woken(self, jobs: JobRecords, signals: ChangeSignals) -> None:
        run = await jobs.run()
        async with signals.listen(Topic.EVENTS) as listener:
            await self._calm(listener)
            waiting = asyncio.create_task(listener.wait(self.notice_seconds))
            await asyncio.sleep(0)
            await jobs.record(an_event(run))
            assert await waiting

    async def test_a_change_between_two_calls_is_not_lost(self, jobs: JobRecords, signals: ChangeSignals) -> None:
        run = await jobs.run()
        async with signals.listen(Topic.EVENTS) as listener:
            for _ in range(5):
                await self._calm(listener)
                await jobs.record(an_event(run))
                await jobs.run()  # time passes, and nobody waits
                assert await listener.wait(self.notice_seconds)

    async def test_a_change_is_heard_of_from_the_moment_that_the_listener_was_made(
        self, jobs: JobRecords, signals: ChangeSignals
    ) -> None:
        run = await jobs.run()
        async with signals.listen(Topic.EVENTS) as listener:
            await jobs.record(an_event(run))
            assert await listener.wait(self.notice_seconds)

    async def test_a_job_that_waits_again_or_is_to_stop_is_told_of(
        self, jobs: JobRecords, signals: ChangeSignals
    ) -> None:
        job = await jobs.added(status=JobStatus.RUNNING, attempts=1, lease=a_lease())
        async with signals.listen(Topic.JOBS) as listener:
            await self._calm(listener)
            await jobs.update(job.asked_to_cancel(at=MORNING))
            assert await listener.wait(self.notice_seconds)
            await self._calm(listener)
            await jobs.update(job.released(at=MORNING))
            assert await listener.wait(self.notice_seconds)
            await self._calm(listener)
            await jobs.update(replace(job, status=JobStatus.FAILED, lease=None, finished_at=LATER).retried(at=LATER))
            assert await listener.wait(self.notice_seconds)

    async def test_a_job_that_went_with_its_run_is_told_of(
        self, jobs: JobRecords, signals: ChangeSignals, elsewhere: JobRecords
    ) -> None:
        job = await jobs.added(status=JobStatus.RUNNING, attempts=1, lease=a_lease())
        async with signals.listen(Topic.JOBS) as listener:
            await self._calm(listener)
            await elsewhere.delete_run(run_of(job))
            assert await listener.wait(self.notice_seconds)

    async def test_without_a_change_the_time_passes(self, signals: ChangeSignals) -> None:
        async with signals.listen(Topic.JOBS) as listener:
            await self._calm(listener)
            assert not await listener.wait(0)
            assert not await listener.wait(0.01)

    async def test_everybody_who_listens_hears(self, jobs: JobRecords, signals: ChangeSignals) -> None:
        run = await jobs.run()
        async with AsyncExitStack() as stack:
            listeners = [await stack.enter_async_context(signals.listen(Topic.EVENTS)) for _ in range(20)]
            await asyncio.gather(*(self._calm(listener) for listener in listeners))
            await jobs.record(an_event(run))
            assert all(await asyncio.gather(*(listener.wait(self.notice_seconds) for listener in listeners)))

    async def test_listeners_come_and_go(self, jobs: JobRecords, signals: ChangeSignals) -> None:
        run = await jobs.run()

        async def hear() -> bool:
            async with signals.listen(Topic.EVENTS) as listener:
                return await listener.wait(self.notice_seconds)

        for _ in range(5):
            first, second, _ = await asyncio.gather(hear(), hear(), jobs.record(an_event(run)))
            assert first
            assert second

    async def test_a_listener_that_is_cancelled_is_in_nobodys_way(
        self, jobs: JobRecords, signals: ChangeSignals
    ) -> None:
        run = await jobs.run()

        async def hang(entered: asyncio.Event) -> None:
            async with signals.listen(Topic.EVENTS) as listener:
                entered.set()
                while True:
                    await listener.wait(self.notice_seconds)

        for _ in range(3):
            entered = asyncio.Event()
            task = asyncio.create_task(hang(entered))
            await entered.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        async with signals.listen(Topic.EVENTS) as listener:
            await self._calm(listener)
            await jobs.record(an_event(run))
            assert await listener.wait(self.notice_seconds)

    async def test_what_another_process_commits_is_heard_of(
        self, jobs: JobRecords, signals: ChangeSignals, elsewhere: JobRecords
    ) -> None:
        run = await jobs.run()
        async with signals.listen(Topic.EVENTS) as events, signals.listen(Topic.JOBS) as listener:
            for _ in range(3):
                await self._calm(events)
                await elsewhere.record(an_event(run))
                assert await events.wait(self.notice_seconds)
            await self._calm(listener)
            await elsewhere.added()
            assert await listener.wait(self.notice_seconds)

    async def test_who_looks_whenever_told_sees_everything(
        self, jobs: JobRecords, signals: ChangeSignals, elsewhere: JobRecords
    ) -> None:
        run = a_run(id=(await jobs.run()).id)
        wanted = 60
        seen: list[str] = []

        async def follow() -> None:
            position = 0
            async with signals.listen(Topic.EVENTS) as listener:
                while len(seen) < wanted:
                    for event in await jobs.events(after=position):
                        seen.append(event.message)
                        position = event.position
                    if len(seen) < wanted:
                        assert await listener.wait(self.notice_seconds)

        following = asyncio.create_task(follow())
        for number in range(wanted):
            await (jobs if number % 2 else elsewhere).record(an_event(run, message=str(number)))
        await following
        assert seen == [str(number) for number in range(wanted)]

    async def _calm(self, listener: ChangeListener) -> None:
        """Until no report of what was before is on its way."""
        while await listener.wait(self.quiet_seconds):
            pass

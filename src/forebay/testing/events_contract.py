"""What is expected of the event log: nothing lost, nothing out of order, nothing that did not come true."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from forebay.domain.errors import InternalStateError, InvalidInputError
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.event import Event, EventLevel, NewEvent
from forebay.testing.intake_examples import MORNING, a_run
from forebay.testing.job_examples import JobRecords, a_job, a_step, an_event, run_of
from forebay.testing.job_results_contract import JSON


class EventsContract:
    """Events by position."""

    event_writers = 20
    commits_of_each = 12

    async def test_an_event_comes_back_as_it_was_recorded(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        full = NewEvent(
            run_id=job.run_id,
            at=MORNING + timedelta(microseconds=1),
            code="step_failed",
            message="größer 名前 🌊 \n second line",
            level=EventLevel.ERROR,
            job_id=job.id,
            step_id=a_step(job).id,
            payload=JSON,
        )
        bare = NewEvent(run_id=uuid4(), at=MORNING, code="run_deleted", message="")
        await jobs.record(full, bare)
        first, second = await jobs.events()
        assert (_new(first), _new(second)) == (full, bare)
        assert 0 < first.position < second.position

    async def test_events_are_written_with_the_commit_in_the_order_given(self, jobs: JobRecords) -> None:
        run = await jobs.run()
        events = [an_event(run) for _ in range(300)]
        async with jobs.open() as work:
            for event in events:
                work.events.record(event)
            assert await jobs.events() == ()
            await work.commit()
        assert [_new(event) for event in await jobs.events()] == events

    async def test_what_is_rolled_back_never_happened(self, jobs: JobRecords) -> None:
        run, other = await jobs.run(), a_run()
        async with jobs.open() as work:
            work.events.record(an_event(run))
        async with jobs.open() as work:
            await work.runs.add(other)
            work.events.record(an_event(other, a_job(other)))  # there is no such job
            with pytest.raises(JobNotFoundError):
                await work.commit()
        async with jobs.open() as work:
            work.events.record(an_event(run))
            with pytest.raises(InvalidInputError):
                work.events.record(replace(an_event(run), payload={"at": MORNING}))
        assert await jobs.events() == ()
        async with jobs.open(write=False) as work:
            assert await work.events.last_position() == 0

    async def test_nothing_is_recorded_where_nothing_can_be_written(self, jobs: JobRecords) -> None:
        run = await jobs.run()
        async with jobs.open(write=False) as work:
            with pytest.raises(InternalStateError):
                work.events.record(an_event(run))
        async with jobs.open() as work:
            work.events.record(an_event(run))
            await work.commit()
            with pytest.raises(InternalStateError):
                work.events.record(an_event(run))
        assert len(await jobs.events()) == 1

    async def test_events_of_a_job_or_run_are_listed_in_pages(self, jobs: JobRecords) -> None:
        job, other = await jobs.added(), await jobs.added()
        run = a_run(id=run_of(job))
        mine = [an_event(run, job) for _ in range(5)]
        of_run = an_event(run)
        await jobs.record(*mine[:2], an_event(a_run(id=run_of(other)), other), of_run, *mine[2:])
        async with jobs.open(write=False) as work:
            page = await work.events.list(after=0, limit=3, job_id=job.id)
            rest = await work.events.list(after=page[-1].position, limit=3, job_id=job.id)
            assert [_new(event) for event in (*page, *rest)] == mine
            assert len(await work.events.list(after=0, limit=10, run_id=run.id)) == 6
            assert len(await work.events.list(after=0, limit=10)) == 7
            assert len(await work.events.list(after=0, limit=10, job_id=job.id, run_id=other.run_id)) == 0
            last = await work.events.last_position()
            assert last == (await work.events.list(after=0, limit=10))[-1].position
            assert list(await work.events.list(after=last, limit=10)) == []

    async def test_who_follows_by_position_misses_nothing(self, jobs: JobRecords) -> None:
        """Many writers, some of which roll back or take long, and a reader that goes on from the last position."""
        run = await jobs.run()
        expected: list[list[str]] = []
        finished = asyncio.Event()

        async def write(writer: int) -> None:
            for number in range(self.commits_of_each):
                messages = [f"{writer} {number} {part}" for part in range(1 + (writer + number) % 3)]
                async with jobs.open() as work:
                    await work.runs.get(run.id)
                    for message in messages:
                        work.events.record(an_event(run, message=message))
                    if number % 5 == writer % 5:
                        continue
                    await work.commit()
                    expected.append(messages)

        async def follow() -> list[Event]:
            seen: list[Event] = []
            while True:
                last_round = finished.is_set()
                page = await jobs.events(after=seen[-1].position if seen else 0, limit=7)
                seen += page
                if not page and last_round:
                    return seen
                await asyncio.sleep(0)

        readers = [asyncio.create_task(follow()) for _ in range(3)]
        await asyncio.gather(*(write(writer) for writer in range(self.event_writers)))
        finished.set()
        everything = [event.message for event in await jobs.events()]
        assert sorted(everything) == sorted(message for messages in expected for message in messages)
        for reader in readers:
            assert [event.message for event in await reader] == everything
        for messages in expected:  # the events of one commit stand together
            start = everything.index(messages[0])
            assert everything[start : start + len(messages)] == messages

    async def test_positions_are_never_used_again(self, jobs: JobRecords) -> None:
        run = await jobs.run()
        await jobs.record(an_event(run), an_event(run))
        before = (await jobs.events())[-1].position
        assert await self._prune(jobs, limit=10) == 2
        await jobs.record(an_event(run))
        (event,) = await jobs.events(after=before)
        job = await jobs.added()
        await jobs.record(an_event(a_run(id=run_of(job)), job))
        newest = (await jobs.events())[-1].position
        await jobs.delete_run(run_of(job))
        await jobs.record(an_event(run))
        assert event.position < newest < (await jobs.events())[-1].position

    async def test_events_of_jobs_go_with_their_run_and_those_of_the_run_stay(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        run = a_run(id=run_of(job))
        stays, other = an_event(run), an_event(await jobs.run())
        await jobs.record(an_event(run, job), stays, other)
        async with jobs.open() as work:
            await work.runs.delete(run.id)
            deleted = an_event(run, message="deleted")
            work.events.record(deleted)
            await work.commit()
        assert [_new(event) for event in await jobs.events()] == [stays, other, deleted]

    async def test_old_events_are_pruned_oldest_first(self, jobs: JobRecords) -> None:
        run = await jobs.run()
        hours = [3, 1, 2, 0, -1]
        await jobs.record(*(an_event(run, message=str(h), at=MORNING - timedelta(hours=h)) for h in hours))
        assert await self._prune(jobs, limit=1, before=MORNING) == 1
        assert [event.message for event in await jobs.events()] == ["1", "2", "0", "-1"]
        async with jobs.open() as work:  # rolled back
            assert await work.events.prune(before=MORNING, limit=10) == 2
            assert [event.message for event in await work.events.list(after=0, limit=10)] == ["0", "-1"]
        assert await self._prune(jobs, limit=10, before=MORNING) == 2
        assert await self._prune(jobs, limit=10, before=MORNING) == 0
        assert [event.message for event in await jobs.events()] == ["0", "-1"]

    async def _prune(self, jobs: JobRecords, *, limit: int, before: object = None) -> int:
        until = MORNING if before is MORNING else MORNING + timedelta(days=1)
        async with jobs.open() as work:
            count = await work.events.prune(before=until, limit=limit)
            await work.commit()
        return count


def _new(event: Event) -> NewEvent:
    return NewEvent(
        run_id=event.run_id,
        at=event.at,
        code=event.code,
        message=event.message,
        level=event.level,
        job_id=event.job_id,
        step_id=event.step_id,
        payload=event.payload,
    )

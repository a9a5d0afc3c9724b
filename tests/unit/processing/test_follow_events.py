"""Events, a page at a time and as they happen: none is lost, none comes twice, and those of a job come to an end."""

import asyncio

import pytest

from forebay.application.processing.follow_events import EventsQuery, FollowEvents, ListEvents, parse_position
from forebay.domain.errors import CursorError, DatabaseUnavailableError, InvalidInputError
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.event import Event, EventCode, NewEvent
from tests.unit.processing.points import PointedDatabase, PointedSignals, Points
from tests.unit.processing.rig import Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor
from tests.unit.processing.virtual_time import in_virtual_time


async def tell(rig: Rig, code: str, *, times: int = 1) -> None:
    """Something happens to the newest run."""
    run_id = list(rig.database.state.runs)[-1]
    async with rig.units() as work:
        for number in range(times):
            work.events.record(NewEvent(run_id=run_id, at=rig.clock.now(), code=code, message=f"{number}"))
        await work.commit()


async def follow(rig: Rig, query: EventsQuery, seen: list[Event], *, until: str = "", beats: int = 1000) -> int:
    """Follows until an event of that code, or until so many heartbeats; says how many there were."""
    count = 0
    async with rig.follow(query) as batches:
        async for batch in batches:
            seen += batch
            count += not batch
            if count == beats or (until and until in {event.code for event in batch}):
                break
    return count


@in_virtual_time
async def test_a_job_is_followed_from_its_first_event_to_its_end() -> None:
    rig = Rig.of(processor(Telling("first"), Telling("second")))
    await rig.stored()
    seen: list[Event] = []
    following = asyncio.create_task(follow(rig, EventsQuery(job_id=rig.job.id), seen))
    async with rig.working():
        assert await following == 0
    assert [event.code for event in seen] == rig.codes(rig.job)
    assert seen[-1].code == EventCode.JOB_SUCCEEDED
    assert await rig.followed(rig.job.id) == seen, "also when all is over"


@in_virtual_time
async def test_going_on_behind_any_event_loses_nothing_and_repeats_nothing() -> None:
    rig = Rig.of(processor(Telling("first"), Telling("second")))
    await rig.stored()
    await rig.worked_off()
    whole = await rig.followed(rig.job.id)
    for index, event in enumerate(whole):
        rest: list[Event] = []
        await follow(rig, EventsQuery(job_id=rig.job.id, after=event.position), rest)
        assert rest == whole[index + 1 :]


@in_virtual_time
async def test_a_job_with_more_events_than_one_reading_takes_is_followed_whole() -> None:
    rig = Rig.of(processor())
    await rig.stored()
    job = rig.job
    async with rig.units() as work:
        for number in range(1234):
            work.events.record(
                NewEvent(run_id=job.run_id, job_id=job.id, at=rig.clock.now(), code="many", message=f"{number}")
            )
        await work.commit()
    await rig.worked_off()
    seen = await rig.followed(job.id)
    assert [event.message for event in seen if event.code == "many"] == [f"{number}" for number in range(1234)]


@in_virtual_time
async def test_everything_is_followed_from_now_on_and_for_ever() -> None:
    rig = Rig.of(processor())
    await rig.stored()
    await rig.worked_off()
    seen: list[Event] = []
    following = asyncio.create_task(follow(rig, EventsQuery(), seen, until="last"))
    await asyncio.sleep(1)
    before = len(rig.events)
    await rig.stored()
    await rig.worked_off()
    await tell(rig, "last")
    await following
    assert seen == list(rig.events[before:])


@in_virtual_time
async def test_a_run_is_followed_with_all_its_jobs_and_past_their_end() -> None:
    rig = Rig.of(processor())
    first = await rig.stored()
    await rig.stored()
    seen: list[Event] = []
    following = asyncio.create_task(follow(rig, EventsQuery(run_id=first, after=0), seen, until=EventCode.RUN_DELETED))
    await rig.worked_off()
    await rig.worked_off()
    await asyncio.sleep(1)
    await rig.delete_run(first)
    await following
    assert {event.run_id for event in seen} == {first}
    assert [event.code for event in seen][-2:] == [EventCode.RUN_COMPLETE, EventCode.RUN_DELETED]


@in_virtual_time
async def test_following_a_job_ends_when_it_is_deleted() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    seen: list[Event] = []
    following = asyncio.create_task(follow(rig, EventsQuery(job_id=rig.job.id), seen))
    async with rig.working():
        await gate.reached.wait()
        await rig.delete_run(rig.run.id)
        await following
        gate.go.set()
    assert EventCode.STEP_STARTED in {event.code for event in seen}


@in_virtual_time
async def test_a_job_that_is_tried_again_is_followed_on() -> None:
    rig = Rig.of(processor())
    await rig.stored()
    await rig.cancel_job(rig.job.id)
    await rig.retry_job(rig.job.id)
    following = asyncio.create_task(rig.followed(rig.job.id))
    await rig.worked_off()
    codes = [event.code for event in await following]
    assert codes[1:3] == [EventCode.JOB_CANCELLED, EventCode.JOB_RETRIED]
    assert codes[-1] == EventCode.JOB_SUCCEEDED


@in_virtual_time
async def test_silence_has_a_heartbeat() -> None:
    rig = Rig.of(processor())
    await rig.stored()
    started = asyncio.get_running_loop().time()
    seen: list[Event] = []
    assert await follow(rig, EventsQuery(job_id=rig.job.id), seen, beats=3) == 3
    assert asyncio.get_running_loop().time() - started == pytest.approx(45)


@in_virtual_time
async def test_what_happens_elsewhere_does_not_swallow_the_heartbeat() -> None:
    rig = Rig.of(processor())
    await rig.stored()
    quiet = rig.job.id
    await rig.stored()
    seen: list[Event] = []

    async def noise() -> None:
        while True:
            await tell(rig, "noise")
            await asyncio.sleep(1)

    noisy = asyncio.create_task(noise())
    started = asyncio.get_running_loop().time()
    async with asyncio.timeout(100):
        assert await follow(rig, EventsQuery(job_id=quiet), seen, beats=3) == 3
    assert asyncio.get_running_loop().time() - started == pytest.approx(45)
    noisy.cancel()
    await asyncio.wait({noisy})


@in_virtual_time
async def test_a_job_that_does_not_exist_is_not_found_on_entering() -> None:
    rig = Rig.of(processor())
    with pytest.raises(JobNotFoundError):
        await rig.followed(rig.ids.new_id())
    assert len(rig.database.signals.listeners) == 0


@in_virtual_time
async def test_without_a_database_following_ends_with_an_error_and_can_go_on_later() -> None:
    rig = Rig.of(processor(Telling("first")))
    await rig.stored()
    seen: list[Event] = []
    points = Points()
    following = FollowEvents(
        unit_of_work=PointedDatabase(rig.database, points), signals=PointedSignals(rig.database.signals, points)
    )

    async def follow_until_it_breaks() -> None:
        async with following(EventsQuery(job_id=rig.job.id)) as batches:
            async for batch in batches:
                seen.extend(batch)
                points.away = True

    with pytest.raises(DatabaseUnavailableError):
        await follow_until_it_breaks()
    await rig.worked_off()
    await follow(rig, EventsQuery(job_id=rig.job.id, after=seen[-1].position), seen)
    assert [event.code for event in seen] == rig.codes(rig.job)


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
@in_virtual_time
async def test_pages_together_are_all_events(limit: int) -> None:
    rig = Rig.of(processor(Telling("first")))
    await rig.stored()
    await rig.worked_off()
    await tell(rig, "of the run", times=3)
    listing = ListEvents(unit_of_work=rig.units)
    for query, expected in (
        (EventsQuery(limit=limit), list(rig.events)),
        (EventsQuery(limit=limit, job_id=rig.job.id), [event for event in rig.events if event.job_id == rig.job.id]),
        (EventsQuery(limit=limit, run_id=rig.run.id, after=3), list(rig.events[3:])),
        (EventsQuery(limit=limit, run_id=rig.ids.new_id()), []),
    ):
        listed: list[Event] = []
        after = query.after
        while True:
            page = await listing(EventsQuery(limit=limit, job_id=query.job_id, run_id=query.run_id, after=after))
            listed += page.items
            if page.next_cursor is None:
                break
            assert len(page.items) == limit
            after = parse_position(page.next_cursor, field="cursor")
        assert listed == expected


@in_virtual_time
async def test_pages_have_bounds_and_a_job_that_does_not_exist_has_none() -> None:
    rig = Rig.of()
    listing = ListEvents(unit_of_work=rig.units)
    with pytest.raises(JobNotFoundError):
        await listing(EventsQuery(job_id=rig.ids.new_id()))
    for limit in (0, 1001):
        with pytest.raises(InvalidInputError, match="expected 1 to 1000"):
            await listing(EventsQuery(limit=limit))


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "1e3", "٣", "9223372036854775808", "1" * 5000, "x"])
def test_what_is_no_position_is_refused_by_name(text: str) -> None:
    with pytest.raises(CursorError) as refused:
        parse_position(text, field="Last-Event-ID")
    assert refused.value.field == "Last-Event-ID"
    assert len(refused.value.message) < 300


def test_positions_are_whole_numbers() -> None:
    assert [parse_position(text, field="cursor") for text in ("0", "007", "9223372036854775807")] == [0, 7, 2**63 - 1]

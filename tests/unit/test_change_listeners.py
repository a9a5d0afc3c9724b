"""Who waits in this process, and what they hear when nothing can be heard."""

import asyncio

from forebay.application.change_listeners import ChangeListeners
from forebay.application.ports.signals import Topic


async def test_only_listeners_of_the_topic_are_told() -> None:
    listeners = ChangeListeners()
    with listeners.added(Topic.JOBS) as jobs, listeners.added(Topic.EVENTS) as events:
        listeners.tell([Topic.JOBS])
        assert await jobs.wait(0)
        assert not await jobs.wait(0)
        assert not await events.wait(0)
        listeners.tell()
        assert await jobs.wait(0)
        assert await events.wait(0)


async def test_several_changes_are_one_report() -> None:
    listeners = ChangeListeners()
    with listeners.added(Topic.JOBS) as listener:
        listeners.tell()
        listeners.tell()
        assert await listener.wait(0)
        assert not await listener.wait(0)


async def test_who_has_left_is_forgotten() -> None:
    listeners = ChangeListeners()
    with listeners.added(Topic.JOBS), listeners.added(Topic.JOBS):
        assert len(listeners) == 2
    assert not listeners


async def test_losing_and_regaining_hearing_are_reasons_to_look() -> None:
    listeners = ChangeListeners()
    with listeners.added(Topic.JOBS) as listener:
        waiting = asyncio.create_task(listener.wait(60))
        await asyncio.sleep(0)
        listeners.lose_hearing()
        assert await waiting
        listeners.regain_hearing()
        assert await listener.wait(0)
        assert not await listener.wait(0)


async def test_the_deaf_look_every_second_however_short_they_wait() -> None:
    listeners = ChangeListeners(deaf=True)
    loop = asyncio.get_running_loop()
    with listeners.added(Topic.JOBS) as listener:
        start, reports = loop.time(), 0
        while reports < 2:
            reports += await listener.wait(0.05)
        assert loop.time() - start >= 1.9  # no sooner; how late depends on the machine


async def test_a_cancelled_wait_leaves_the_change_for_the_next() -> None:
    listeners = ChangeListeners()
    with listeners.added(Topic.JOBS) as listener:
        waiting = asyncio.create_task(listener.wait(60))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        listeners.tell()
        assert await listener.wait(0)

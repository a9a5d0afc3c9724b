"""A large upload shows that it is alive for as long as it streams."""

import asyncio
from datetime import timedelta

import pytest

from forebay.application.intake.touch_run import TouchRun
from forebay.domain.errors import DatabaseUnavailableError
from forebay.domain.intake.run import RunStatus
from tests.unit.intake.faults import Stubborn
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import SMALL, ScriptedSource, archive


def heart_of(rig: Rig) -> TouchRun:
    return TouchRun(unit_of_work=rig.units, clock=rig.clock, limits=rig.limits)


async def several_beats(rig: Rig, *, beats: int = 3) -> None:
    """Waits for so many commits, which are all the heart's."""
    for _ in range(beats):
        beat = rig.faults.pause("commit", after=True)
        await beat.reached.wait()
        beat.go.set()


async def test_a_pending_run_is_touched_while_bytes_are_awaited(rig: Rig) -> None:
    rig.heartbeat = timedelta(0)

    async def wait() -> None:
        before = rig.only_run
        await several_beats(rig)
        assert rig.only_run.status is RunStatus.PENDING
        assert rig.only_run.updated_at > before.updated_at
        assert rig.only_run.created_at == before.created_at

    await rig.upload(ScriptedSource(archive(SMALL), wait, archive(SMALL)))
    await rig.assert_tidy()


async def test_a_heartbeat_that_fails_is_made_up_for_by_the_next(rig: Rig) -> None:
    rig.heartbeat = timedelta(0)
    rig.faults.fail("begin", DatabaseUnavailableError(), skip=1, times=2)
    await rig.upload(ScriptedSource(archive(SMALL), lambda: several_beats(rig)))
    assert rig.only_run.status is RunStatus.STORED
    await rig.assert_tidy()


async def test_the_heart_stops_with_the_upload(rig: Rig) -> None:
    rig.heartbeat = timedelta(0)
    await rig.upload(ScriptedSource(archive(SMALL), lambda: several_beats(rig)))
    stored = rig.only_run
    for _ in range(50):
        await asyncio.sleep(0)
    assert rig.only_run == stored
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_heartbeat_that_is_under_way_does_not_undo_the_end_of_the_upload(rig: Rig) -> None:
    rig.heartbeat = timedelta(0)
    beat = rig.faults.pause("commit", skip=1)
    go = asyncio.Event()
    upload = asyncio.create_task(rig.upload(ScriptedSource(archive(SMALL), lambda: _wait(go))))
    await beat.reached.wait()
    go.set()
    await upload
    assert rig.only_run.status is RunStatus.STORED
    await rig.assert_tidy()


@pytest.mark.parametrize("cancellations", [0, 1, 2])
async def test_the_run_is_not_recorded_before_the_heart_has_stopped(rig: Rig, cancellations: int) -> None:
    rig.heartbeat = timedelta(0)
    beat = Stubborn()
    rig.faults.on("commit", beat, skip=1)
    upload = asyncio.create_task(rig.upload(ScriptedSource(archive(SMALL), lambda: _wait(beat.reached))))
    await beat.reached.wait()
    for _ in range(30):
        await asyncio.sleep(0)
    assert "finish" in rig.faults.calls
    for _ in range(cancellations):
        upload.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert not upload.done()
    assert "claim" not in rig.faults.calls
    assert "delete" not in rig.faults.calls
    beat.go.set()
    await asyncio.wait([upload])
    assert upload.cancelled() == (cancellations > 0)
    assert rig.only_run.status is (RunStatus.FAILED if cancellations else RunStatus.STORED)
    await rig.assert_tidy()


async def test_a_run_that_is_not_pending_any_more_is_not_touched(rig: Rig) -> None:
    run = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    await heart_of(rig)(run.id)
    assert rig.only_run == run


async def _wait(event: asyncio.Event) -> None:
    await event.wait()

"""An upload that is cancelled, wherever it is, is stored or gone; and what was begun says what became of it."""

import asyncio
from datetime import timedelta

import pytest

from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.errors import UploadStalledError
from forebay.domain.intake.run import RunStatus
from tests.unit.intake.cancelling import cancel_at
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, SMALL, ScriptedSource, archive

SMALL_ONE = archive(1000)
LARGE_ONE = archive(3 * SMALL + 17)
KEY = "k-1"
MOST_STEPS = 400


def source(data: bytes, *, late: bool) -> ScriptedSource:
    return ScriptedSource(data, ARCHIVE, details=UploadDetails()) if late else ScriptedSource(data)


CASES = pytest.mark.parametrize(
    ("data", "late", "earlier", "key"),
    [
        pytest.param(SMALL_ONE, False, None, None, id="small"),
        pytest.param(LARGE_ONE, False, None, None, id="large"),
        pytest.param(SMALL_ONE, True, None, None, id="small, type last"),
        pytest.param(LARGE_ONE, True, None, None, id="large, type last"),
        pytest.param(SMALL_ONE, False, SMALL_ONE, None, id="small, known bytes"),
        pytest.param(LARGE_ONE, False, LARGE_ONE, None, id="large, known bytes"),
        pytest.param(SMALL_ONE, False, SMALL_ONE, KEY, id="small, repeated"),
        pytest.param(LARGE_ONE, False, LARGE_ONE, KEY, id="large, repeated"),
    ],
)


async def prepared(earlier: bytes | None, key: str | None) -> Rig:
    rig = Rig()
    if earlier is not None:
        await rig.upload(ScriptedSource(earlier), key=key)
    return rig


async def check_one_more_cancelled(rig: Rig, *, stored_before: int) -> None:
    """The second run, if there is one, is stored after all (nobody was left to tell) or says that it was cancelled."""
    await rig.assert_tidy()
    stored = [run for run in rig.runs if run.status is RunStatus.STORED]
    failed = [run for run in rig.runs if run.status is RunStatus.FAILED]
    assert len(stored) - stored_before + len(failed) <= 1
    assert [run.error.code for run in failed if run.error] == ["upload_cancelled"] * len(failed)


@CASES
@pytest.mark.parametrize("again_after", [None, 0, 1, 2, 3, 5, 8, 13])
async def test_cancelled_at_any_step_it_is_tidy(
    data: bytes, late: bool, earlier: bytes | None, key: str | None, again_after: int | None
) -> None:
    for step in range(MOST_STEPS):
        rig = await prepared(earlier, key)
        running, receipt = await cancel_at(rig.upload(source(data, late=late), key=key), step, again_after=again_after)
        await check_one_more_cancelled(rig, stored_before=0 if earlier is None else 1)
        assert rig.faults.cut_off <= {"write", "read"}, "what has to end is not cut off"
        if not running:
            assert receipt is not None
            assert step > 3
            return
    pytest.fail("the upload does not end")


@pytest.mark.parametrize("late", [False, True], ids=["typed", "type last"])
@pytest.mark.parametrize("data", [SMALL_ONE, LARGE_ONE], ids=["small", "large"])
async def test_cancelled_while_it_fails_it_is_tidy(data: bytes, late: bool) -> None:
    for step in range(MOST_STEPS):
        rig = Rig()
        steps = (data, ARCHIVE, UploadStalledError()) if late else (data, UploadStalledError())
        work = rig.upload(ScriptedSource(*steps, details=UploadDetails() if late else ARCHIVE))
        try:
            await cancel_at(work, step)
        except UploadStalledError:
            return
        await rig.assert_tidy()
        assert await rig.objects() == set()
        assert [run.error.code for run in rig.runs if run.error] <= ["upload_stalled"]
    pytest.fail("the upload does not end")


@CASES
async def test_when_the_program_ends_at_any_step_the_sweep_finds_all_that_is_left(
    data: bytes, late: bool, earlier: bytes | None, key: str | None
) -> None:
    for step in range(MOST_STEPS):
        rig = await prepared(earlier, key)
        running, _ = await cancel_at(rig.upload(source(data, late=late), key=key), step, everything=True)
        await rig.assert_true()
        assert rig.blocks.out == []
        assert [run for run in rig.runs if run.status is RunStatus.PENDING] == []
        await rig.swept()
        await check_one_more_cancelled(rig, stored_before=0 if earlier is None else 1)
        if not running:
            return
    pytest.fail("the upload does not end")


@CASES
async def test_cancelled_beside_a_heartbeat_it_is_tidy(
    data: bytes, late: bool, earlier: bytes | None, key: str | None
) -> None:
    """The heart beats as fast as it can, so that it is under way wherever the upload is cut off."""
    for step in range(MOST_STEPS):
        rig = await prepared(earlier, key)
        rig.heartbeat = timedelta(0)
        running, _ = await cancel_at(rig.upload(source(data, late=late), key=key), step)
        await check_one_more_cancelled(rig, stored_before=0 if earlier is None else 1)
        if not running:
            return
    pytest.fail("the upload does not end")


@pytest.mark.parametrize("data", [SMALL_ONE, LARGE_ONE], ids=["small", "large"])
async def test_a_run_whose_typed_upload_was_cancelled_says_so(rig: Rig, data: bytes) -> None:
    hold = asyncio.Event()

    async def wait() -> None:
        hold.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(rig.upload(ScriptedSource(data, wait)))
    await hold.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert rig.only_run.id == rig.told[0]
    assert rig.only_run.error is not None
    assert rig.only_run.error.detail == "The server stopped before the upload was complete; send it again."
    await rig.assert_tidy()


@pytest.mark.parametrize("data", [SMALL_ONE, LARGE_ONE], ids=["small", "large"])
async def test_once_the_commit_is_under_way_the_run_is_stored_although_the_client_has_gone(
    rig: Rig, data: bytes
) -> None:
    commit = rig.faults.pause("commit", skip=0 if data is SMALL_ONE else 1)
    task = asyncio.create_task(rig.upload(ScriptedSource(data)))
    await commit.reached.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    commit.go.set()
    await asyncio.wait([task])
    assert task.cancelled()
    assert rig.only_run.status is RunStatus.STORED
    await rig.assert_tidy()


async def test_a_run_whose_creation_was_cut_off_in_its_commit_does_not_stay_pending(rig: Rig) -> None:
    commit = rig.faults.pause("commit", after=True)
    task = asyncio.create_task(rig.upload(ScriptedSource(LARGE_ONE)))
    await commit.reached.wait()
    task.cancel()
    await asyncio.sleep(0)
    commit.go.set()
    await asyncio.wait([task])
    assert rig.only_run.status is RunStatus.FAILED
    await rig.assert_tidy()


async def test_a_timeout_around_an_upload_still_ends_as_a_timeout(rig: Rig) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await rig.upload(ScriptedSource(LARGE_ONE, never))
    assert rig.only_run.status is RunStatus.FAILED
    await rig.assert_tidy()

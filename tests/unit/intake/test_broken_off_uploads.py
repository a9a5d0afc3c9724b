"""A client that goes away or stalls leaves a failed run that says so, and no bytes."""

import pytest

from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import DatabaseUnavailableError, ForebayError
from forebay.domain.intake.errors import UploadInterruptedError, UploadStalledError
from forebay.domain.intake.run import RunStatus
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, KIB, SMALL, ScriptedSource, archive

KINDS = pytest.mark.parametrize("kind", [UploadInterruptedError, UploadStalledError])
PLACES = [1000, SMALL - 1, SMALL, SMALL + 1, 2 * SMALL, 300 * KIB, 5_000_000]


@KINDS
@pytest.mark.parametrize("eager", [False, True], ids=["after a wait", "at once"])
@pytest.mark.parametrize("place", PLACES)
async def test_a_typed_upload_that_breaks_off_leaves_a_failed_run(
    rig: Rig, kind: type[ForebayError], place: int, eager: bool
) -> None:
    with pytest.raises(kind):
        await rig.upload(ScriptedSource(archive(place), kind("it broke off"), eager=eager))
    run = rig.only_run
    assert (run.id, run.status) == (rig.told[0], RunStatus.FAILED)
    assert run.error is not None
    assert (run.error.code, run.error.detail) == (kind.code, "it broke off")
    assert await rig.objects() == set()
    await rig.assert_tidy()


@KINDS
@pytest.mark.parametrize("place", [0, *PLACES])
async def test_without_a_type_there_is_no_run_to_fail(rig: Rig, kind: type[ForebayError], place: int) -> None:
    with pytest.raises(kind):
        await rig.upload(ScriptedSource(archive(place), kind(), details=UploadDetails()))
    assert rig.runs == ()
    assert await rig.objects() == set()
    await rig.assert_tidy()


@pytest.mark.parametrize("place", PLACES)
async def test_a_type_that_came_behind_the_bytes_is_enough_for_a_failed_run(rig: Rig, place: int) -> None:
    with pytest.raises(UploadInterruptedError):
        await rig.upload(ScriptedSource(archive(place), ARCHIVE, UploadInterruptedError(), details=UploadDetails()))
    assert rig.only_run.status is RunStatus.FAILED
    await rig.assert_tidy()


async def test_an_upload_that_breaks_off_before_its_first_byte_leaves_nothing(rig: Rig) -> None:
    with pytest.raises(UploadInterruptedError):
        await rig.upload(ScriptedSource(UploadInterruptedError()))
    assert rig.runs == ()


async def test_bytes_that_do_not_fit_the_type_leave_nothing_when_they_break_off(rig: Rig) -> None:
    with pytest.raises(UploadInterruptedError):
        await rig.upload(ScriptedSource(b"text", UploadInterruptedError()))
    assert rig.runs == ()


async def test_a_run_cannot_be_failed_without_a_database_and_the_sweep_does_it_later(rig: Rig) -> None:
    rig.faults.fail("begin", DatabaseUnavailableError("gone"), skip=1)
    with pytest.raises(UploadInterruptedError) as caught:
        await rig.upload(ScriptedSource(archive(SMALL), UploadInterruptedError()))
    assert caught.value.__notes__ == [f"and run {rig.told[0]} could not be marked failed: gone"]
    assert rig.only_run.status is RunStatus.PENDING
    assert await rig.objects() == set()

"""The store or the database fails while an upload is received: what is recorded stays true, and the rest goes."""

import pytest

from forebay.application.intake.fail_ingestion_run import FailIngestionRunCommand
from forebay.domain.errors import (
    DatabaseUnavailableError,
    ForebayError,
    InternalStateError,
    StorageFullError,
    StorageUnavailableError,
)
from forebay.domain.intake.errors import ParentRunNotFoundError, UploadAbandonedError
from forebay.domain.intake.run import RunStatus
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import SMALL, ScriptedSource, archive

SMALL_ONE = archive(1000)
LARGE_ONE = archive(3 * SMALL + 17)
STORE_ERRORS = pytest.mark.parametrize("kind", [StorageUnavailableError, StorageFullError])
WHEN = pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
BOTH = pytest.mark.parametrize("data", [SMALL_ONE, LARGE_ONE], ids=["small", "large"])


async def failing(rig: Rig, data: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await rig.upload(ScriptedSource(data))


@STORE_ERRORS
@WHEN
@pytest.mark.parametrize(
    ("operation", "skip", "data"),
    [
        pytest.param("put", 0, SMALL_ONE, id="put"),
        pytest.param("create", 0, LARGE_ONE, id="create"),
        pytest.param("write", 0, LARGE_ONE, id="the first write"),
        pytest.param("write", 1, LARGE_ONE, id="the last write"),
        pytest.param("finish", 0, LARGE_ONE, id="commit"),
    ],
)
async def test_a_store_that_fails_leaves_a_failed_run_and_no_object(
    operation: str, skip: int, data: bytes, kind: type[ForebayError], after: bool
) -> None:
    rig = Rig()
    rig.faults.fail(operation, kind("the disk"), skip=skip, after=after)
    await failing(rig, data, kind)
    assert rig.only_run.error is not None
    assert (rig.only_run.error.code, rig.only_run.error.detail) == (kind.code, "the disk")
    assert await rig.objects() == set()
    await rig.assert_tidy()


@STORE_ERRORS
@BOTH
async def test_a_store_that_stays_away_leaves_an_orphan_for_the_sweep(
    rig: Rig, data: bytes, kind: type[ForebayError]
) -> None:
    rig.faults.fail("put" if data is SMALL_ONE else "finish", kind("no answer"), after=True)
    rig.faults.fail("delete", kind("no answer"))
    await failing(rig, data, kind)
    assert rig.only_run.status is RunStatus.FAILED
    assert len(await rig.objects()) == 1
    await rig.swept()
    await rig.assert_tidy()


async def test_a_source_and_a_store_that_fail_together_give_the_sources_error(rig: Rig) -> None:
    rig.faults.fail("write", StorageFullError(), skip=1)
    with pytest.raises(ZeroDivisionError):
        await rig.upload(ScriptedSource(LARGE_ONE, ZeroDivisionError(), eager=True))
    await rig.assert_tidy()


@BOTH
@pytest.mark.parametrize("begun", [False, True], ids=["at its begin", "before its commit"])
async def test_a_database_that_fails_before_it_was_asked_to_commit_leaves_no_object(
    rig: Rig, data: bytes, begun: bool
) -> None:
    """Nothing can point at the object then, so it need not wait for the sweep."""
    recording = 0 if data is SMALL_ONE else 1
    rig.faults.fail("claim" if begun else "begin", DatabaseUnavailableError(), skip=0 if begun else recording)
    await failing(rig, data, DatabaseUnavailableError)
    assert await rig.objects() == set()
    await rig.swept()
    await rig.assert_tidy()


@BOTH
@pytest.mark.parametrize("kind", [DatabaseUnavailableError, InternalStateError, ZeroDivisionError])
async def test_a_commit_whose_answer_got_lost_keeps_the_object_that_is_recorded(
    rig: Rig, data: bytes, kind: type[Exception]
) -> None:
    rig.faults.fail("commit", kind(), skip=0 if data is SMALL_ONE else 1, after=True)
    await failing(rig, data, kind)
    assert rig.only_run.status is RunStatus.STORED
    await rig.assert_tidy()


@BOTH
async def test_a_commit_that_did_not_happen_leaves_an_orphan_for_the_sweep(rig: Rig, data: bytes) -> None:
    rig.faults.fail("commit", DatabaseUnavailableError(), skip=0 if data is SMALL_ONE else 1)
    await failing(rig, data, DatabaseUnavailableError)
    assert [run.status for run in rig.runs] == [RunStatus.FAILED] * (data is LARGE_ONE)
    assert len(await rig.objects()) == 1
    await rig.swept()
    await rig.assert_tidy()
    assert await rig.objects() == set()


@BOTH
async def test_a_commit_that_was_refused_leaves_no_object(rig: Rig, data: bytes) -> None:
    """A database may check what rows refer to as late as at the commit."""
    rig.faults.fail("commit", ParentRunNotFoundError(), skip=0 if data is SMALL_ONE else 1)
    await failing(rig, data, ParentRunNotFoundError)
    assert await rig.objects() == set()
    await rig.assert_tidy()


@BOTH
async def test_a_client_that_sends_again_after_a_lost_answer_gets_the_run_that_is_there(rig: Rig, data: bytes) -> None:
    rig.faults.fail("commit", DatabaseUnavailableError(), skip=0 if data is SMALL_ONE else 1, after=True)
    with pytest.raises(DatabaseUnavailableError):
        await rig.upload(ScriptedSource(data), key="again")
    receipt = await rig.upload(ScriptedSource(data), key="again")
    assert receipt.replayed
    assert receipt.stored.run == rig.only_run
    await rig.assert_tidy()


@WHEN
async def test_a_run_whose_creation_has_no_answer_does_not_stay_pending(rig: Rig, after: bool) -> None:
    rig.faults.fail("commit", DatabaseUnavailableError("lost"), after=after)
    source = ScriptedSource(LARGE_ONE)
    with pytest.raises(DatabaseUnavailableError):
        await rig.upload(source)
    assert source.delivered == SMALL
    assert [run.status for run in rig.runs] == [RunStatus.FAILED] * after
    await rig.assert_tidy()


async def test_a_database_that_stays_away_leaves_a_pending_run_for_the_sweep(rig: Rig) -> None:
    rig.faults.fail("begin", DatabaseUnavailableError("gone"), skip=1, times=9)
    with pytest.raises(DatabaseUnavailableError) as caught:
        await rig.upload(ScriptedSource(LARGE_ONE))
    assert caught.value.__notes__ == [f"and run {rig.told[0]} could not be marked failed: gone"]
    rig.faults.clear()
    await rig.swept()
    assert rig.only_run.error is not None
    assert rig.only_run.error.code == "upload_abandoned"
    await rig.assert_tidy()


@BOTH
async def test_a_second_copy_that_cannot_be_discarded_is_an_orphan_and_the_run_is_stored(rig: Rig, data: bytes) -> None:
    first = (await rig.upload(ScriptedSource(data))).stored
    rig.faults.fail("delete", StorageFullError())
    second = (await rig.upload(ScriptedSource(data))).stored
    assert second.run.status is RunStatus.STORED
    assert second.files[0].sha256 == first.files[0].sha256
    assert len(await rig.objects()) == 2
    await rig.swept()
    await rig.assert_tidy()
    assert len(await rig.objects()) == 1


@pytest.mark.parametrize("deleted", [False, True], ids=["failed", "failed and deleted"])
async def test_an_upload_whose_run_was_given_up_meanwhile_keeps_nothing_and_hears_why(rig: Rig, deleted: bool) -> None:
    async def give_up() -> None:
        await rig.fail_run(FailIngestionRunCommand(run_id=rig.told[0], error=UploadAbandonedError()))
        if deleted:
            await rig.delete_run(rig.told[0])

    with pytest.raises(UploadAbandonedError, match="longer than the grace period; send it again"):
        await rig.upload(ScriptedSource(LARGE_ONE, give_up))
    assert [run.error.code for run in rig.runs if run.error] == ["upload_abandoned"] * (not deleted)
    assert await rig.objects() == set()
    await rig.assert_tidy()

"""An Idempotency-Key makes an upload happen once; the same bytes are kept once."""

import asyncio
from dataclasses import replace

import pytest

from forebay.application.intake.receive_upload import UploadReceipt
from forebay.application.intake.replay_upload import ReplayUpload
from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import ConflictError, DatabaseUnavailableError, ForebayError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import (
    DigestMismatchError,
    IdempotencyKeyReusedError,
    MissingFieldError,
    UploadInterruptedError,
    UploadTooLargeError,
    WrongContentError,
)
from forebay.domain.intake.run import RunStatus, RunType
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, KIB, SMALL, ScriptedSource, archive

SIZES = pytest.mark.parametrize(
    "size",
    [pytest.param(1000, id="small"), pytest.param(SMALL, id="exactly small"), pytest.param(300 * KIB, id="large")],
)
KEY = "order-17"


@SIZES
async def test_the_same_upload_again_gives_the_first_run(rig: Rig, size: int) -> None:
    first = await rig.upload(ScriptedSource(archive(size)), key=KEY)
    calls = len(rig.faults.calls)
    again = await rig.upload(ScriptedSource(archive(size)), key=KEY)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.stored == first.stored
    assert rig.faults.calls[calls:] == ["read", "read"]
    await rig.assert_tidy()


@SIZES
async def test_a_repetition_is_told_as_the_first_run(rig: Rig, size: int) -> None:
    first = (await rig.upload(ScriptedSource(archive(size)), key=KEY)).stored.run
    rig.told.clear()
    await rig.upload(ScriptedSource(archive(size)), key=KEY)
    assert rig.told[-1] == first.id


@SIZES
@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"seed": 1}, id="other bytes"),
        pytest.param({"file_name": "other.tar.gz"}, id="another name"),
        pytest.param({"details": replace(ARCHIVE, type=RunType.APP_BUNDLE)}, id="another type"),
        pytest.param({"details": replace(ARCHIVE, label="x")}, id="another label"),
        pytest.param({"details": replace(ARCHIVE, notes="x")}, id="other notes"),
        pytest.param({"details": replace(ARCHIVE, owner="x")}, id="another owner"),
    ],
)
async def test_the_key_with_other_content_is_refused_and_keeps_nothing(
    rig: Rig, size: int, other: dict[str, object]
) -> None:
    first = (await rig.upload(ScriptedSource(archive(size)), key=KEY)).stored.run
    seed, details = other.get("seed", 0), other.get("details", ARCHIVE)
    assert isinstance(seed, int)
    assert isinstance(details, UploadDetails)
    source = ScriptedSource(archive(size, seed), details=details, file_name=str(other.get("file_name", "app.tar.gz")))
    with pytest.raises(IdempotencyKeyReusedError, match=f"used for run {first.id} with other content") as refused:
        await rig.upload(source, key=KEY)
    assert refused.value.field == "Idempotency-Key"
    assert rig.only_run == first
    await rig.assert_tidy()


@SIZES
async def test_the_key_with_another_parent_is_refused(rig: Rig, size: int) -> None:
    parent = (await rig.upload(ScriptedSource(archive(10)))).stored.run
    await rig.upload(ScriptedSource(archive(size)), key=KEY)
    with pytest.raises(IdempotencyKeyReusedError):
        await rig.upload(ScriptedSource(archive(size), details=replace(ARCHIVE, parent_run_id=parent.id)), key=KEY)


@SIZES
async def test_a_promised_digest_is_not_content(rig: Rig, size: int) -> None:
    first = await rig.upload(ScriptedSource(archive(size)), key=KEY)
    promised = replace(ARCHIVE, sha256=first.stored.files[0].sha256)
    assert (await rig.upload(ScriptedSource(archive(size), details=promised), key=KEY)).replayed


@SIZES
async def test_a_key_is_free_again_after_an_upload_that_failed(rig: Rig, size: int) -> None:
    with pytest.raises(UploadInterruptedError):
        await rig.upload(ScriptedSource(archive(size), UploadInterruptedError()), key=KEY)
    assert not (await rig.upload(ScriptedSource(archive(size)), key=KEY)).replayed
    assert sorted(run.status for run in rig.runs) == [RunStatus.FAILED, RunStatus.STORED]
    await rig.assert_tidy()


async def test_a_key_is_free_again_when_its_run_was_deleted(rig: Rig) -> None:
    first = (await rig.upload(ScriptedSource(archive(1000)), key=KEY)).stored.run
    await rig.delete_run(first.id)
    again = await rig.upload(ScriptedSource(archive(1000)), key=KEY)
    assert not again.replayed
    assert again.stored.run.id != first.id
    await rig.assert_tidy()


async def test_other_keys_make_other_runs(rig: Rig) -> None:
    for key in ("a", "A", "a ", "ä", "x" * 255, None, None):
        await rig.upload(ScriptedSource(archive(1000)), key=key)
    assert len(rig.runs) == 7
    assert len(await rig.objects()) == 1


async def test_a_key_is_not_kept_as_it_was_sent(rig: Rig) -> None:
    await rig.upload(ScriptedSource(archive(1000)), key="secret customer name")
    assert "secret" not in repr(rig.database.state.keys)


@SIZES
@pytest.mark.parametrize("clients", [2, 5])
async def test_of_many_at_once_with_one_key_one_is_stored(rig: Rig, size: int, clients: int) -> None:
    receipts = await asyncio.gather(
        *(rig.upload(ScriptedSource(archive(size)), key=KEY) for _ in range(clients)),
    )
    assert [receipt.replayed for receipt in receipts].count(False) == 1
    assert {receipt.stored.run.id for receipt in receipts} == {rig.only_run.id}
    await rig.assert_tidy()


@SIZES
async def test_of_two_at_once_with_one_key_and_other_content_one_is_refused(rig: Rig, size: int) -> None:
    outcomes = await asyncio.gather(
        rig.upload(ScriptedSource(archive(size, 1)), key=KEY),
        rig.upload(ScriptedSource(archive(size, 2)), key=KEY),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} == {UploadReceipt, IdempotencyKeyReusedError}
    assert rig.only_run.status is RunStatus.STORED
    await rig.assert_tidy()


async def test_a_repetition_whose_pending_run_cannot_be_dropped_says_so_in_the_run(rig: Rig) -> None:
    started = asyncio.Event()
    go = asyncio.Event()

    async def wait() -> None:
        started.set()
        await go.wait()

    second = asyncio.create_task(rig.upload(ScriptedSource(archive(SMALL), wait), key=KEY))
    await started.wait()
    await rig.upload(ScriptedSource(archive(SMALL)), key=KEY)
    rig.faults.fail("begin", DatabaseUnavailableError(), skip=1)
    go.set()
    with pytest.raises(DatabaseUnavailableError):
        await second
    assert sorted(run.status for run in rig.runs) == [RunStatus.FAILED, RunStatus.STORED]
    await rig.assert_tidy()


@SIZES
@pytest.mark.parametrize("kind", [UploadInterruptedError, MissingFieldError, WrongContentError, DigestMismatchError])
async def test_a_repetition_that_is_refused_keeps_no_object(rig: Rig, size: int, kind: type[ForebayError]) -> None:
    await rig.upload(ScriptedSource(archive(size)), key=KEY)
    sources: dict[type[ForebayError], ScriptedSource] = {
        UploadInterruptedError: ScriptedSource(archive(size), UploadInterruptedError()),
        MissingFieldError: ScriptedSource(archive(size), details=UploadDetails()),
        WrongContentError: ScriptedSource(b"text" * size),
        DigestMismatchError: ScriptedSource(archive(size), details=replace(ARCHIVE, sha256=Sha256("0" * 64))),
    }
    with pytest.raises(kind):
        await rig.upload(sources[kind], key=KEY)
    assert len(await rig.objects()) == 1
    await rig.assert_tidy()


async def test_a_repetition_that_is_too_large_is_refused_by_the_size_it_announces(rig: Rig) -> None:
    rig.max_bytes = 300 * KIB
    await rig.upload(ScriptedSource(archive(1000)), key=KEY)
    for announced, read in ((10_000_000, SMALL), (None, SMALL + 256 * KIB)):
        source = ScriptedSource(archive(10_000_000), size_hint=announced)
        with pytest.raises(UploadTooLargeError):
            await rig.upload(source, key=KEY)
        assert source.delivered <= read


@SIZES
async def test_a_first_run_that_is_deleted_during_the_repetition_is_a_conflict(rig: Rig, size: int) -> None:
    first = (await rig.upload(ScriptedSource(archive(size)), key=KEY)).stored.run

    async def delete() -> None:
        await rig.delete_run(first.id)

    rig.faults.on("read", delete, skip=1)
    with pytest.raises(ConflictError, match=f"run {first.id} was deleted .* send it again"):
        await rig.upload(ScriptedSource(archive(size)), key=KEY)
    assert rig.runs == ()
    await rig.assert_tidy()


async def test_a_key_that_nobody_used_is_not_found(rig: Rig) -> None:
    assert await ReplayUpload(unit_of_work=rig.units).find("0" * 64) is None


@SIZES
async def test_the_same_bytes_are_kept_once(rig: Rig, size: int) -> None:
    first = (await rig.upload(ScriptedSource(archive(size)))).stored
    second = (await rig.upload(ScriptedSource(archive(size), file_name="copy.tgz"))).stored
    assert first.files[0].sha256 == second.files[0].sha256
    assert first.files[0].id != second.files[0].id
    (key,) = await rig.objects()
    assert str(first.run.id) in str(key)
    await rig.assert_tidy()


@SIZES
@pytest.mark.parametrize("clients", [2, 7])
async def test_the_same_bytes_sent_many_times_at_once_are_kept_once(rig: Rig, size: int, clients: int) -> None:
    await asyncio.gather(*(rig.upload(ScriptedSource(archive(size))) for _ in range(clients)))
    assert len(rig.runs) == clients
    assert len(await rig.objects()) == 1
    await rig.assert_tidy()


@SIZES
async def test_bytes_whose_last_run_is_deleted_while_they_arrive_again_are_kept(rig: Rig, size: int) -> None:
    first = (await rig.upload(ScriptedSource(archive(size)))).stored.run

    async def delete() -> None:
        await rig.delete_run(first.id)

    await rig.upload(ScriptedSource(archive(size), delete))
    assert rig.only_run.status is RunStatus.STORED
    await rig.assert_tidy()


@pytest.mark.parametrize("step", range(40))
async def test_deleting_beside_an_upload_of_the_same_bytes_never_loses_them(step: int) -> None:
    rig = Rig()
    first = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    upload = asyncio.create_task(rig.upload(ScriptedSource(archive(1000))))
    for _ in range(step):
        await asyncio.sleep(0)
    await rig.delete_run(first.id)
    await upload
    await rig.assert_tidy()

"""Verifying: what is damaged is told with whose it is, what only seemed so is not, and what was sound is noted."""

import asyncio
import hashlib
from datetime import datetime, timedelta

import pytest

from forebay.application.intake.verify_blobs import VerifyBlobs, VerifyCommand
from forebay.application.intake.verify_report import DamagedBlob, VerifyReport
from forebay.application.ports.fixity import ReferenceKind
from forebay.domain.errors import DatabaseUnavailableError, StorageUnavailableError
from forebay.domain.intake.blob import Blob
from forebay.domain.intake.fixity import DamageKind, Sample
from tests.unit.intake.verify_bench import Bench


async def test_where_all_is_well_all_is_noted(bench: Bench) -> None:
    blobs = await bench.uploads(7)
    report, found = await bench.verify()
    assert (found, bench.pauses) == ([], [])
    assert (report.due, report.verified, report.damaged, report.is_finished) == (7, 7, 0, True)
    assert report.due_bytes == report.verified_bytes == report.read_bytes == 7 * 1000
    assert bench.verified() == {blob.sha256 for blob in blobs}
    assert 2 <= bench.store.most_at_once <= 4


async def test_an_empty_forebay_is_whole(bench: Bench) -> None:
    report, _ = await bench.verify()
    assert (report.due, report.verified, report.is_finished) == (0, 0, True)
    report, _ = await bench.verify(VerifyCommand(sample=Sample.parse("5%")))
    assert (report.due, report.is_finished) == (0, True)


async def test_a_flipped_bit_is_found_looked_at_again_and_told_with_whose_it_is(bench: Bench) -> None:
    file = await bench.upload(1, label="nightly")
    sound, blob = bench.blob(await bench.upload(2)), bench.blob(file)
    flipped = await bench.flip_a_bit(blob)
    bench.store.reads = 0
    report, (damaged,) = await bench.verify()
    assert (report.corrupt, report.verified, report.is_finished) == (1, 1, True)
    assert (damaged.kind, damaged.sha256, damaged.object_key) == (
        DamageKind.CORRUPT,
        blob.sha256.hex,
        blob.object_key.value,
    )
    assert (damaged.size_bytes, damaged.actual_size_bytes) == (1000, 1000)
    assert damaged.actual_sha256 == hashlib.sha256(flipped).hexdigest()
    assert damaged.reason == f"it has 1000 bytes with the SHA-256 {damaged.actual_sha256}"
    (reference,) = damaged.references
    assert (reference.kind, reference.id, reference.run_id) == (ReferenceKind.FILE, file.id, file.run_id)
    assert (reference.name, reference.label, reference.owner) == (file.path, "nightly", "ops")
    assert not damaged.more_references
    assert (bench.pauses, bench.store.reads) == ([1.0], 3)
    assert bench.verified() == {sound.sha256}


async def test_an_object_that_was_cut_off_is_corrupt(bench: Bench) -> None:
    (blob,) = await bench.uploads(1)
    await bench.store.replace(blob.object_key, (await bench.rig.content(blob.object_key))[:600])
    report, (damaged,) = await bench.verify()
    assert (damaged.kind, damaged.actual_size_bytes, report.corrupt) == (DamageKind.CORRUPT, 600, 1)


async def test_what_is_not_there_is_missing_and_everything_that_needs_it_is_counted(bench: Bench) -> None:
    for number in range(11):
        missing = bench.blob(await bench.upload(1, label=f"copy {number}"))
    await bench.upload(2)
    await bench.store.delete(missing.object_key)
    report, (damaged,) = await bench.verify()
    assert (damaged.kind, damaged.reason) == (DamageKind.MISSING, "the blob store has no such object")
    assert (damaged.actual_sha256, damaged.actual_size_bytes, damaged.verified_at) == (None, None, None)
    assert (len(damaged.references), damaged.more_references) == (10, True)
    assert (report.missing, report.verified) == (1, 1)


async def test_the_loss_of_many_does_not_take_for_ever(bench: Bench) -> None:
    """They wait for their second look side by side, and sound ones are read meanwhile."""
    blobs = sorted(await bench.uploads(60), key=lambda blob: blob.sha256.hex)
    for blob in blobs[:50]:
        await bench.store.delete(blob.object_key)
    waiting = asyncio.Event()

    async def all_wait() -> None:
        await waiting.wait()

    def watch(report: VerifyReport) -> None:
        if report.verified == 10:
            waiting.set()

    bench.in_pause.append(all_wait)  # the first of those that are missing waits until all others were read
    report, _ = await bench.verify(VerifyCommand(on_progress=watch))
    assert (report.missing, report.verified) == (50, 10)
    assert bench.store.most_at_once <= 4


async def test_damage_is_told_each_time_with_when_it_was_sound(bench: Bench) -> None:
    blob, _ = await bench.uploads(2)
    await bench.verify()
    (was,) = {one.verified_at for one in bench.blobs().values() if one.sha256 == blob.sha256}
    await bench.flip_a_bit(blob)
    for _ in range(2):
        _, (damaged,) = await bench.verify()
        assert damaged.verified_at == was is not None


async def test_what_was_wrong_once_is_sound(bench: Bench) -> None:
    blobs = await bench.uploads(3)
    good = await bench.rig.content(blobs[1].object_key)
    await bench.flip_a_bit(blobs[1])

    async def heal() -> None:
        await bench.store.replace(blobs[1].object_key, good)

    bench.in_pause.append(heal)
    report, found = await bench.verify()
    assert (found, report.verified, report.recovered) == ([], 3, 1)
    assert len(bench.verified()) == 3


@pytest.mark.parametrize("times", [1, 2, 3, 4])
async def test_a_read_that_fails_for_a_while_is_no_damage(bench: Bench, times: int) -> None:
    blobs = await bench.uploads(3)
    bench.store.failures[blobs[0].object_key] = times
    report, found = await bench.verify()
    assert (found, report.verified, report.recovered) == ([], 3, 1)
    assert bench.pauses == [1.0, 2.0, 4.0][:times]


@pytest.mark.parametrize("count", [1, 2, 30])
async def test_what_cannot_be_read_while_the_store_answers_is_unreadable(bench: Bench, count: int) -> None:
    blobs = await bench.uploads(count)
    bench.store.failures[blobs[0].object_key] = 1000
    report, (damaged,) = await bench.verify()
    assert (damaged.kind, damaged.reason) == (DamageKind.UNREADABLE, "the disk says input/output error")
    assert (report.unreadable, report.verified) == (1, count - 1)
    assert blobs[0].sha256 not in bench.verified()


async def test_several_that_cannot_be_read_do_not_hide_each_other(bench: Bench) -> None:
    blobs = sorted(await bench.uploads(20), key=lambda blob: blob.sha256.hex)
    for blob in blobs[:6]:
        bench.store.failures[blob.object_key] = 1000
    report, found = await bench.verify()
    assert {damaged.sha256 for damaged in found} == {blob.sha256.hex for blob in blobs[:6]}
    assert (report.unreadable, report.verified) == (6, 14)


@pytest.mark.parametrize("count", [2, 30])
async def test_a_store_that_is_down_ends_it_with_its_error(bench: Bench, count: int) -> None:
    await bench.uploads(count)
    bench.store.is_down = True
    found: list[DamagedBlob] = []
    with pytest.raises(StorageUnavailableError, match="input/output error"):
        await bench.verify(into=found)
    assert (found, bench.verified()) == ([], set())
    assert bench.pauses.count(4.0) >= 1  # not before it was asked again and again


async def test_a_store_that_goes_down_on_the_way_ends_it_and_what_was_verified_is_kept(bench: Bench) -> None:
    await bench.uploads(30)
    found: list[DamagedBlob] = []

    def watch(report: VerifyReport) -> None:
        bench.store.is_down = report.verified >= 12

    with pytest.raises(StorageUnavailableError):
        await bench.verify(VerifyCommand(on_progress=watch), into=found)
    assert found == []
    assert 12 <= len(bench.verified()) <= 16
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_empty_store_is_a_wrong_address_and_no_loss_of_everything(bench: Bench) -> None:
    for blob in await bench.uploads(5):
        await bench.store.delete(blob.object_key)
    found: list[DamagedBlob] = []
    with pytest.raises(StorageUnavailableError, match=r"is empty, but the database knows 5 blobs.*FOREBAY_BLOB_URL"):
        await bench.verify(into=found)
    assert found == []


async def test_a_run_that_is_deleted_meanwhile_is_no_damage(bench: Bench) -> None:
    blobs = await bench.uploads(3)
    await bench.store.delete(blobs[1].object_key)

    async def delete() -> None:
        await bench.delete_run(blobs[1])

    bench.in_pause.append(delete)
    report, found = await bench.verify()
    assert (found, report.gone, report.verified, report.is_finished) == ([], 1, 2, True)


async def test_a_run_that_is_deleted_between_its_row_and_its_bytes_is_no_damage(bench: Bench) -> None:
    """At every point of the verification, between any two of its steps."""
    for point in range(60):
        blobs = await bench.uploads(2)

        async def delete(point: int = point, doomed: Blob = blobs[0]) -> None:
            for _ in range(point):
                await asyncio.sleep(0)
            await bench.delete_run(doomed)

        deleting = asyncio.ensure_future(delete())
        found: list[DamagedBlob] = []
        await VerifyBlobs(
            unit_of_work=bench.units,
            blobs=bench.store,
            hashing=bench.rig.hashing,
            clock=bench.rig.clock,
            sleep=bench.sleep,
        )(VerifyCommand(on_damage=found.append))
        await deleting
        assert found == []
        await bench.delete_run(blobs[1])


async def test_bytes_that_came_again_under_another_key_are_looked_for_there(bench: Bench) -> None:
    blobs = await bench.uploads(2)

    async def come_again() -> None:
        await bench.delete_run(blobs[0])
        assert bench.blob(await bench.upload(0)).object_key != blobs[0].object_key

    await bench.store.delete(blobs[0].object_key)
    bench.in_pause.append(come_again)
    report, found = await bench.verify()
    assert (found, report.verified, report.recovered) == ([], 2, 0)


async def test_what_comes_meanwhile_is_not_due(bench: Bench) -> None:
    blobs = await bench.uploads(1)
    bench.store.failures[blobs[0].object_key] = 1

    async def upload() -> None:
        await bench.upload(77)

    bench.in_pause.append(upload)
    report, _ = await bench.verify()
    assert (report.due, report.verified) == (1, 1)


async def test_cut_short_it_keeps_what_was_verified_and_goes_on_from_there(bench: Bench) -> None:
    await bench.uploads(30)

    def stop(report: VerifyReport) -> None:
        if report.verified == 11:
            task.cancel()

    task = asyncio.ensure_future(bench.verify(VerifyCommand(on_progress=stop)))
    await asyncio.wait([task])
    assert task.cancelled()
    done = len(bench.verified())
    assert 11 <= done < 30
    assert bench.store.open_at_once == 0
    report, _ = await bench.verify(VerifyCommand(older_than=timedelta(minutes=1)))
    assert (report.due, report.verified) == (30 - done, 30 - done)


async def test_marks_are_written_on_the_way_too(bench: Bench) -> None:
    await bench.uploads(450)
    most_open = 0

    def watch(report: VerifyReport) -> None:
        nonlocal most_open
        most_open = max(most_open, report.verified - len(bench.verified()))

    await bench.verify(VerifyCommand(on_progress=watch))
    assert most_open <= 204
    assert len(bench.verified()) == 450


async def test_a_mark_says_no_later_time_than_its_blob_was_read(bench: Bench) -> None:
    await bench.uploads(3)
    read_at: list[datetime] = []
    await bench.verify(VerifyCommand(on_progress=lambda _: read_at.append(bench.rig.clock.now())))
    for blob in bench.blobs().values():
        assert blob.verified_at is not None
        assert read_at[0] <= blob.verified_at <= read_at[-1]


async def test_a_database_that_goes_away_ends_it_with_its_error(bench: Bench) -> None:
    await bench.uploads(3)
    bench.rig.database.wait_seconds = 0
    async with bench.units() as work:  # somebody who does not let go
        await work.fixity.mark_verified([], at=bench.rig.clock.now())
        with pytest.raises(DatabaseUnavailableError):
            await bench.verify()


async def test_no_more_is_read_in_a_second_than_allowed(bench: Bench) -> None:
    await bench.upload(1, size=4_000_000)
    report, _ = await bench.verify(VerifyCommand(max_bytes_per_second=1_000_000))
    assert report.read_bytes == 4_000_000
    assert 3.8 <= sum(bench.pauses) <= 4.001
    assert max(bench.pauses) < 1.0

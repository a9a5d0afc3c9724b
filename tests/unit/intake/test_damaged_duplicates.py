"""Bytes that came once and were lost since: who sends them again is not told that they are kept when they are not."""

import pytest

from forebay.domain.errors import DatabaseUnavailableError, StorageUnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import KIB, SMALL, ScriptedSource, archive

SIZES = pytest.mark.parametrize("size", [pytest.param(SMALL, id="small"), pytest.param(300 * KIB, id="large")])


async def first_key(rig: Rig, size: int) -> ObjectKey:
    await rig.upload(ScriptedSource(archive(size)))
    return only_blob(rig).object_key


def only_blob(rig: Rig) -> Blob:
    (blob,) = rig.database.state.blobs.values()
    return blob


@SIZES
async def test_a_second_copy_takes_the_place_of_an_object_that_is_gone(rig: Rig, size: int) -> None:
    gone = await first_key(rig, size)
    await rig.memory.delete(gone)
    await rig.upload(ScriptedSource(archive(size)))
    assert only_blob(rig).object_key != gone
    assert only_blob(rig).verified_at is not None
    assert await rig.content(only_blob(rig).object_key) == archive(size)
    await rig.assert_tidy()


@SIZES
async def test_a_second_copy_takes_the_place_of_an_object_that_was_cut_short(rig: Rig, size: int) -> None:
    cut = await first_key(rig, size)
    await rig.memory.delete(cut)
    await rig.memory.put(cut, archive(size)[:100])
    await rig.upload(ScriptedSource(archive(size)))
    assert only_blob(rig).object_key != cut
    assert await rig.content(only_blob(rig).object_key) == archive(size)
    await rig.assert_tidy()


@SIZES
async def test_a_second_copy_of_sound_bytes_is_discarded(rig: Rig, size: int) -> None:
    sound = await first_key(rig, size)
    await rig.upload(ScriptedSource(archive(size)))
    assert only_blob(rig).object_key == sound
    assert only_blob(rig).verified_at is None
    await rig.assert_tidy()


@SIZES
async def test_an_upload_is_not_acknowledged_when_its_copy_cannot_take_that_place(rig: Rig, size: int) -> None:
    gone = await first_key(rig, size)
    await rig.memory.delete(gone)
    rig.faults.fail("relocate", DatabaseUnavailableError("the database went away"))
    with pytest.raises(DatabaseUnavailableError):
        await rig.upload(ScriptedSource(archive(size)))
    await rig.upload(ScriptedSource(archive(size)))  # the client tries again
    assert await rig.content(only_blob(rig).object_key) == archive(size)


@SIZES
async def test_a_store_that_does_not_say_what_it_has_is_believed(rig: Rig, size: int) -> None:
    sound = await first_key(rig, size)
    rig.faults.fail("stat", StorageUnavailableError("the store went away"))
    await rig.upload(ScriptedSource(archive(size)))
    assert only_blob(rig).object_key == sound
    await rig.assert_tidy()

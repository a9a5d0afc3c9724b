"""Bytes that came once and were lost since: who sends them again is not told that they are kept when they are not."""

import pytest

from forebay.domain.errors import StorageUnavailableError
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
async def test_a_store_that_has_hardly_anything_is_the_wrong_one(rig: Rig, size: int) -> None:
    """A disk that is not mounted: when it is back, what it has must still be what the database points at."""
    known = await first_key(rig, size)
    for seed in range(1, 4):
        await rig.upload(ScriptedSource(archive(size, seed)))
    mounted = {key: await rig.content(key) for key in await rig.objects()}
    for key in mounted:
        await rig.memory.delete(key)
    await rig.upload(ScriptedSource(archive(size)))
    assert await rig.objects() == set()
    for key, data in mounted.items():
        await rig.memory.put(key, data)
    assert known in {blob.object_key for blob in rig.database.state.blobs.values()}
    await rig.assert_tidy()


@SIZES
async def test_one_object_is_replaced_in_a_store_that_has_the_others(rig: Rig, size: int) -> None:
    gone = await first_key(rig, size)
    for seed in range(1, 4):
        await rig.upload(ScriptedSource(archive(size, seed)))
    await rig.memory.delete(gone)
    await rig.upload(ScriptedSource(archive(size)))
    assert gone not in {blob.object_key for blob in rig.database.state.blobs.values()}
    await rig.assert_tidy()


@SIZES
async def test_a_store_that_does_not_say_what_it_has_is_believed(rig: Rig, size: int) -> None:
    sound = await first_key(rig, size)
    rig.faults.fail("stat", StorageUnavailableError("the store went away"))
    await rig.upload(ScriptedSource(archive(size)))
    assert only_blob(rig).object_key == sound
    await rig.assert_tidy()

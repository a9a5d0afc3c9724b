"""Deleting a run: rows first, then the bytes that nothing refers to any more."""

from dataclasses import replace
from uuid import uuid4

import pytest

from forebay.domain.errors import DatabaseUnavailableError, StorageFullError, StorageUnavailableError
from forebay.domain.intake.errors import (
    BlobNotFoundError,
    FileNotFoundInRunError,
    RunInProgressError,
    RunNotFoundError,
    UploadInterruptedError,
)
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, SMALL, ScriptedSource, archive


async def test_a_run_goes_with_its_file_and_its_bytes(rig: Rig) -> None:
    stored = (await rig.upload(ScriptedSource(archive(1000)))).stored
    readable = await rig.read_file(stored.files[0].id)
    await rig.delete_run(stored.run.id)
    assert rig.runs == ()
    assert await rig.objects() == set()
    with pytest.raises(RunNotFoundError):
        await rig.get_run(stored.run.id)
    with pytest.raises(FileNotFoundInRunError):
        await rig.read_file(stored.files[0].id)
    with pytest.raises(BlobNotFoundError):
        async with readable.open():
            pytest.fail("the bytes are gone")
    await rig.assert_tidy()


async def test_bytes_that_another_run_refers_to_stay_until_the_last_one_goes(rig: Rig) -> None:
    runs = [(await rig.upload(ScriptedSource(archive(1000)))).stored.run for _ in range(3)]
    for run in runs[:2]:
        await rig.delete_run(run.id)
        assert len(await rig.objects()) == 1
        await rig.assert_tidy()
    await rig.delete_run(runs[2].id)
    assert await rig.objects() == set()


async def test_a_failed_run_can_be_deleted(rig: Rig) -> None:
    with pytest.raises(UploadInterruptedError):
        await rig.upload(ScriptedSource(archive(SMALL), UploadInterruptedError()))
    await rig.delete_run(rig.only_run.id)
    assert rig.runs == ()


async def test_a_run_that_is_being_received_is_not_deleted(rig: Rig) -> None:
    async def delete() -> None:
        with pytest.raises(RunInProgressError, match=f"run {rig.only_run.id} is still being received"):
            await rig.delete_run(rig.only_run.id)

    await rig.upload(ScriptedSource(archive(SMALL), delete))
    await rig.assert_tidy()


async def test_a_run_that_does_not_exist_is_not_found(rig: Rig) -> None:
    with pytest.raises(RunNotFoundError):
        await rig.delete_run(uuid4())


async def test_a_run_is_deleted_once(rig: Rig) -> None:
    run = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    await rig.delete_run(run.id)
    with pytest.raises(RunNotFoundError):
        await rig.delete_run(run.id)


async def test_the_children_of_a_run_stay_without_a_parent(rig: Rig) -> None:
    parent = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    details = replace(ARCHIVE, parent_run_id=parent.id)
    await rig.upload(ScriptedSource(archive(1000, 1), details=details))
    await rig.delete_run(parent.id)
    assert rig.only_run.parent_run_id is None


@pytest.mark.parametrize("kind", [StorageUnavailableError, StorageFullError])
async def test_bytes_that_the_store_does_not_delete_now_are_swept_later(
    rig: Rig, kind: type[StorageUnavailableError]
) -> None:
    run = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    rig.faults.fail("delete", kind())
    await rig.delete_run(run.id)
    assert rig.runs == ()
    assert len(await rig.objects()) == 1
    await rig.swept()
    assert await rig.objects() == set()


async def test_without_a_database_nothing_is_deleted(rig: Rig) -> None:
    run = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    rig.faults.fail("commit", DatabaseUnavailableError())
    with pytest.raises(DatabaseUnavailableError):
        await rig.delete_run(run.id)
    assert rig.only_run == run
    await rig.assert_tidy()

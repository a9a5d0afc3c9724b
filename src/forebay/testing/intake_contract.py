"""The contract of the unit of work of intake. To hold an adapter to it:

    class TestMine(IntakeContract):
        @pytest.fixture
        def open_work(self) -> IntakeUnitOfWorkFactory:
            return my_factory_on_an_empty_database

The attributes are tolerances; set them in the subclass. Needs pytest and pytest-asyncio.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.intake.errors import RunNotFoundError
from forebay.testing.intake_examples import MORNING, Records, a_blob, a_file, a_run
from forebay.testing.intake_files_contract import BlobsContract, FilesContract, IdempotencyContract
from forebay.testing.intake_runs_contract import RunsContract


class UnitOfWorkContract:
    """All or nothing, visible when committed, safe to cancel, many at the same time."""

    concurrent_writers = 200
    cancellation_points = 60
    hang_seconds = 60.0  # longer than anything here takes on a slow machine

    async def test_what_is_not_committed_is_not_there(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run = a_run()
        async with open_work() as work:
            await work.runs.add(run)
            assert await work.runs.get(run.id) == run
        assert await records.ids() == []

    async def test_an_exception_rolls_back(self, open_work: IntakeUnitOfWorkFactory, records: Records) -> None:
        kept, blob = a_run(), a_blob()
        await records.add(kept)

        async def fail() -> None:
            async with open_work() as work:
                await work.runs.add(a_run())
                await work.blobs.claim(blob)
                await work.runs.delete(kept.id)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert await records.ids() == [kept.id]
        assert not await records.has_blob(blob)

    async def test_others_see_it_after_the_commit_and_not_before(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run = a_run()
        async with open_work() as work:
            await work.runs.add(run)
            async with asyncio.timeout(self.hang_seconds):  # a writer that is open keeps no reader waiting
                assert await records.ids() == []
                with pytest.raises(RunNotFoundError):
                    await records.run(run.id)
            await work.commit()
            assert await records.ids() == [run.id]

    async def test_readers_see_the_old_state_while_a_writer_changes_it(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run = a_run(label="old")
        await records.add(run)
        async with open_work() as work:
            await work.runs.get(run.id, for_update=True)
            await work.runs.update(replace(run, label="new"))
            async with asyncio.timeout(self.hang_seconds):
                assert (await records.run(run.id)).label == "old"
            await work.commit()
        assert (await records.run(run.id)).label == "new"

    async def test_nothing_is_a_fine_unit_of_work(self, open_work: IntakeUnitOfWorkFactory) -> None:
        async with open_work():
            pass
        async with open_work() as work:
            await work.commit()
        async with open_work(write=False):
            pass

    async def test_after_the_commit_nothing_is_written(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        first = a_run()
        async with open_work() as work:
            await work.runs.add(first)
            await work.commit()
            with pytest.raises(InternalStateError):
                await work.runs.add(a_run())
            with pytest.raises(InternalStateError):
                await work.commit()
        assert await records.ids() == [first.id]

    async def test_who_promised_to_only_read_cannot_write(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        async with open_work(write=False) as work:
            with pytest.raises(InternalStateError):
                await work.runs.add(a_run())
        assert await records.ids() == []

    async def test_after_a_write_that_failed_nothing_can_be_committed(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        there = a_run()
        await records.add(there)
        async with open_work() as work:
            await work.runs.add(a_run())
            with pytest.raises(ConflictError):
                await work.runs.add(there)
            with pytest.raises(InternalStateError):
                await work.commit()
        assert await records.ids() == [there.id]

    async def test_one_that_fails_takes_no_other_with_it(self, records: Records) -> None:
        there, good = a_run(), [a_run() for _ in range(20)]
        await records.add(there)
        bad = [replace(there, label="again") for _ in range(20)]
        outcomes = await asyncio.gather(
            *(records.add(run) for pair in zip(good, bad, strict=True) for run in pair), return_exceptions=True
        )
        assert outcomes[0::2] == [None] * 20
        assert {type(outcome) for outcome in outcomes[1::2]} == {ConflictError}
        assert set(await records.ids()) == {there.id, *(run.id for run in good)}

    async def test_a_cancelled_one_leaves_nothing(self, open_work: IntakeUnitOfWorkFactory, records: Records) -> None:
        added = asyncio.Event()

        async def hang() -> None:
            async with open_work() as work:
                await work.runs.add(a_run())
                added.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hang())
        await added.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        after = a_run()
        await records.add(after)
        assert await records.ids() == [after.id]

    async def test_cancelled_at_any_point_it_is_whole_or_nothing(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        for point in range(self.cancellation_points):
            run, blob, other = a_run(), a_blob(), a_run()
            task = asyncio.create_task(records.upload(run, blob))
            beside = asyncio.create_task(records.add(other))  # shares whatever can be shared with the victim
            for _ in range(point):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            async with asyncio.timeout(self.hang_seconds):
                await beside
            async with open_work(write=False) as work:
                files = await work.files.list([run.id], role=None, after=None, limit=10)
            there = run.id in await records.ids()
            assert (there, len(files), await records.has_blob(blob)) in {(True, 1, True), (False, 0, False)}
            assert there or task.cancelled()
            assert (await records.run(other.id)) == other

    async def test_readers_that_were_cancelled_are_in_nobodys_way(self, records: Records) -> None:
        run = a_run()
        await records.add(run)
        for point in range(self.cancellation_points):
            readers = [asyncio.create_task(records.ids()) for _ in range(3)]
            for _ in range(point):
                await asyncio.sleep(0)
            for reader in readers:
                reader.cancel()
            await asyncio.wait(readers)
        async with asyncio.timeout(self.hang_seconds):
            assert await asyncio.gather(*(records.ids() for _ in range(30))) == [[run.id]] * 30

    async def test_many_writers_at_the_same_time_all_land(self, records: Records) -> None:
        runs = [a_run() for _ in range(self.concurrent_writers)]
        blobs = [a_blob(str(place % 7)) for place in range(self.concurrent_writers)]
        await asyncio.gather(*(records.upload(run, blob) for run, blob in zip(runs, blobs, strict=True)))
        assert set(await records.ids()) == {run.id for run in runs}
        assert {file.run_id for file in await records.files(*runs)} == {run.id for run in runs}

    async def test_changes_of_one_run_follow_each_other(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run = a_run(notes="")
        await records.add(run)

        async def append(letter: str) -> None:
            async with open_work() as work:
                found = await work.runs.get(run.id, for_update=True)
                later = found.updated_at + timedelta(seconds=1)
                await work.runs.update(replace(found, notes=(found.notes or "") + letter, updated_at=later))
                await work.commit()

        letters = "abcdefghijklmnop"
        await asyncio.gather(*(append(letter) for letter in letters))
        final = await records.run(run.id)
        assert sorted(final.notes or "") == sorted(letters)
        assert final.updated_at == MORNING + timedelta(seconds=len(letters))

    async def test_reading_and_writing_at_the_same_time(self, records: Records) -> None:
        runs = [a_run() for _ in range(40)]

        async def read() -> None:
            for _ in range(10):
                await records.ids()

        async with asyncio.timeout(self.hang_seconds):
            await asyncio.gather(*(records.add(run) for run in runs), *(read() for _ in range(12)))
        assert len(await records.ids()) == len(runs)

    async def test_several_steps_of_one_unit_of_work_see_each_other(self, open_work: IntakeUnitOfWorkFactory) -> None:
        run, blob = a_run(), a_blob()
        file = a_file(run, blob)
        async with open_work() as work:
            await work.runs.add(run)
            await work.blobs.claim(blob)
            await work.files.add(file)
            assert list(await work.files.list([run.id], role=None, after=None, limit=10)) == [file]
            assert list(await work.blobs.digests_of_run(run.id)) == [blob.sha256]
            await work.runs.delete(run.id)
            assert await work.blobs.release(blob.sha256) == blob.object_key
            await work.commit()


@pytest.mark.asyncio
class IntakeContract(UnitOfWorkContract, RunsContract, FilesContract, BlobsContract, IdempotencyContract):
    """Everything that is expected of an adapter; `open_work` gives it a factory on an empty database."""

    @pytest.fixture
    def open_work(self) -> IntakeUnitOfWorkFactory:
        raise NotImplementedError("the subclass overrides this fixture")

    @pytest.fixture
    def records(self, open_work: IntakeUnitOfWorkFactory) -> Records:
        return Records(open_work)

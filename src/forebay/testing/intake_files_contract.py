"""What is expected of files, blobs and idempotency keys."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.errors import ConflictError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import (
    BlobNotFoundError,
    FileNotFoundInRunError,
    IdempotencyReplayError,
    RunNotFoundError,
)
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import IngestionRun
from forebay.testing.intake_examples import MORNING, Records, a_blob, a_file, a_key, a_run


class FilesContract:
    """Files of runs."""

    async def test_a_file_comes_back_as_it_was_added(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run, blob = a_run(), replace(a_blob("bytes"), size_bytes=2**40 + 1)
        file = a_file(run, blob, path="größer 名前 🌊.tar.gz")
        await records.upload(run, blob, file)
        async with open_work(write=False) as work:
            assert await work.files.get(file.id) == file

    async def test_a_file_that_is_not_there_is_not_found(self, open_work: IntakeUnitOfWorkFactory) -> None:
        async with open_work(write=False) as work:
            with pytest.raises(FileNotFoundInRunError):
                await work.files.get(uuid4())

    async def test_a_file_that_was_removed_is_not_there_and_its_blob_may_go(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run, blob = a_run(), a_blob()
        file, other = a_file(run, blob), a_file(run, blob, path="other.tar")
        await records.upload(run, blob, file)
        await records.add_file(other)
        async with open_work() as work:
            await work.files.remove(file.id)
            assert await work.blobs.release(blob.sha256) is None
            await work.files.remove(other.id)
            assert await work.blobs.release(blob.sha256) == blob.object_key
            with pytest.raises(FileNotFoundInRunError):
                await work.files.remove(uuid4())

    async def test_a_file_needs_its_run_and_its_blob(self, records: Records) -> None:
        run, blob = a_run(), a_blob()
        await records.upload(run, blob)
        with pytest.raises(RunNotFoundError):
            await records.add_file(a_file(a_run(), blob))
        with pytest.raises(BlobNotFoundError):
            await records.add_file(a_file(run, a_blob()))

    async def test_the_same_file_id_twice_is_a_conflict(self, records: Records) -> None:
        run, blob = a_run(), a_blob()
        file = a_file(run, blob)
        await records.upload(run, blob, file)
        with pytest.raises(ConflictError):
            await records.add_file(replace(file, path="other.tar"))

    async def test_files_of_several_runs_are_listed_by_id_in_pages(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        runs, blob = [a_run() for _ in range(3)], a_blob()
        files = {run.id: [a_file(run, blob, path=f"{n}.tar") for n in range(4)] for run in runs}
        for run in runs:
            await records.upload(run, blob, *files[run.id])
        wanted = sorted([*files[runs[0].id], *files[runs[2].id]], key=lambda file: file.id)
        ids = [runs[2].id, runs[0].id, uuid4()]
        seen: list[UUID] = []
        while True:
            async with open_work(write=False) as work:
                page = await work.files.list(ids, role=None, after=seen[-1] if seen else None, limit=3)
            seen += [file.id for file in page]
            if len(page) < 3:
                break
        assert seen == [file.id for file in wanted]

    async def test_files_of_very_many_runs_are_listed(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run, blob = a_run(), a_blob()
        file = a_file(run, blob)
        await records.upload(run, blob, file)
        async with open_work(write=False) as work:
            ids = [*(uuid4() for _ in range(2_000)), run.id, run.id]
            assert list(await work.files.list(ids, role=None, after=None, limit=10)) == [file]
            assert list(await work.files.list([], role=None, after=None, limit=10)) == []

    async def test_files_are_listed_by_role(self, open_work: IntakeUnitOfWorkFactory, records: Records) -> None:
        run, blob = a_run(), a_blob()
        upload, member = a_file(run, blob), a_file(run, blob, role=FileRole.MEMBER)
        await records.upload(run, blob, upload, member)
        async with open_work(write=False) as work:
            assert list(await work.files.list([run.id], role=FileRole.MEMBER, after=None, limit=10)) == [member]
            assert list(await work.files.list([run.id], role=FileRole.UPLOAD, after=None, limit=10)) == [upload]


class BlobsContract:
    """Blobs by digest: claimed, shared, released."""

    rounds_of_claim_and_release = 40

    async def test_a_new_blob_is_claimed_as_given(self, open_work: IntakeUnitOfWorkFactory, records: Records) -> None:
        run, blob = a_run(), replace(a_blob("x"), verified_at=MORNING)
        assert await records.upload(run, blob) == blob
        async with open_work(write=False) as work:
            assert await work.blobs.get(blob.sha256) == blob

    async def test_a_known_digest_gives_the_blob_that_was_there(self, records: Records) -> None:
        first, second = a_blob("same"), a_blob("same")
        await records.upload(a_run(), first)
        assert await records.upload(a_run(), second) == first
        assert await records.has_blob(first)
        assert not await records.has_blob(second)

    async def test_a_digest_that_is_not_there_is_not_found(self, open_work: IntakeUnitOfWorkFactory) -> None:
        blob = a_blob()
        async with open_work() as work:
            with pytest.raises(BlobNotFoundError):
                await work.blobs.get(blob.sha256)
            assert await work.blobs.release(blob.sha256) is None

    async def test_one_object_cannot_stand_for_two_digests(self, records: Records) -> None:
        first = a_blob()
        await records.upload(a_run(), first)
        with pytest.raises(ConflictError):
            await records.upload(a_run(), replace(a_blob(), object_key=first.object_key))

    async def test_a_blob_is_released_with_its_last_file(self, records: Records) -> None:
        blob, first, second = a_blob("shared"), a_run(), a_run()
        await records.upload(first, blob)
        await records.upload(second, a_blob("shared"))
        assert await records.delete(first) == []
        assert await records.delete(second) == [blob.object_key]
        assert not await records.has_blob(blob)
        again = a_blob("shared")
        assert await records.upload(a_run(), again) == again

    async def test_a_blob_that_a_file_refers_to_is_not_released(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        blob = a_blob()
        await records.upload(a_run(), blob)
        async with open_work() as work:
            assert await work.blobs.release(blob.sha256) is None
            await work.commit()
        assert await records.has_blob(blob)

    async def test_what_was_released_without_a_commit_is_still_there(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run, blob = a_run(), a_blob()
        await records.upload(run, blob)
        async with open_work() as work:
            await work.runs.delete(run.id)
            assert await work.blobs.release(blob.sha256) == blob.object_key
        assert await records.has_blob(blob)

    async def test_referenced_tells_which_objects_a_row_points_at(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        known, unknown = [a_blob() for _ in range(3)], [a_blob().object_key for _ in range(1_500)]
        for blob in known:
            await records.upload(a_run(), blob)
        keys = [blob.object_key for blob in known]
        async with open_work(write=False) as work:
            assert await work.blobs.referenced([*keys, *unknown]) == set(keys)
            assert await work.blobs.referenced([]) == frozenset()

    async def test_digests_of_a_run_are_distinct_and_sorted(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run, blobs = a_run(), [a_blob(str(n)) for n in range(4)]
        async with open_work() as work:
            await work.runs.add(run)
            for blob in blobs:
                await work.blobs.claim(blob)
                await work.files.add(a_file(run, blob))
                await work.files.add(a_file(run, blob, role=FileRole.MEMBER))
            await work.commit()
        await records.upload(a_run(), a_blob("other"))
        async with open_work(write=False) as work:
            digests = await work.blobs.digests_of_run(run.id)
            assert list(digests) == sorted((blob.sha256 for blob in blobs), key=str)
            assert list(await work.blobs.digests_of_run(uuid4())) == []

    async def test_a_claim_is_never_lost_to_a_release_at_the_same_time(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        """Uploads of the same bytes while the runs that hold them are deleted: no file may lose its object."""
        released: set[ObjectKey] = set()

        async def upload() -> tuple[IngestionRun, ObjectKey]:
            run = a_run()
            return run, (await records.upload(run, a_blob("contested"))).object_key

        holders = [(await upload())[0]]
        for _ in range(self.rounds_of_claim_and_release):
            uploads = [asyncio.create_task(upload()) for _ in range(2)]
            deletions = [asyncio.create_task(records.delete(run)) for run in holders]
            for deletion in deletions:
                released.update(await deletion)
            results = [await task for task in uploads]
            holders = [run for run, _ in results]
            kept = {key for _, key in results}
            assert len(kept) == 1
            assert not kept & released
            async with open_work(write=False) as work:
                assert await work.blobs.referenced([*kept, *released]) == kept


class IdempotencyContract:
    """One key, one run."""

    async def test_a_key_is_found_once_it_was_added(self, open_work: IntakeUnitOfWorkFactory, records: Records) -> None:
        run = a_run()
        record = a_key(run, key="k")
        async with open_work() as work:
            assert await work.idempotency.find(record.key_hash) is None
            await work.runs.add(run)
            await work.idempotency.add(record)
            await work.commit()
        async with open_work(write=False) as work:
            assert await work.idempotency.find(record.key_hash) == record
            assert await work.idempotency.find("0" * 64) is None
            assert await work.idempotency.find("\0\ud800") is None

    async def test_a_key_that_is_taken_gives_the_first_run(self, records: Records) -> None:
        first, second = a_run(), a_run()
        await records.add_with_key(first, a_key(first, key="k", fingerprint="first content"))
        with pytest.raises(IdempotencyReplayError) as caught:
            await records.add_with_key(second, a_key(second, key="k", fingerprint="second content"))
        assert (caught.value.run_id, caught.value.fingerprint) == (first.id, "first content")
        assert await records.ids() == [first.id]

    async def test_a_key_needs_its_run(self, records: Records) -> None:
        with pytest.raises(RunNotFoundError):
            await records.add_key(a_key(a_run()))

    async def test_of_many_at_the_same_time_one_wins_and_the_rest_hear_of_it(self, records: Records) -> None:
        runs = [a_run() for _ in range(12)]
        outcomes = await asyncio.gather(
            *(records.add_with_key(run, a_key(run, key="contested", fingerprint=str(run.id))) for run in runs),
            return_exceptions=True,
        )
        (winner,) = [run for run, outcome in zip(runs, outcomes, strict=True) if outcome is None]
        replays = [outcome for outcome in outcomes if isinstance(outcome, IdempotencyReplayError)]
        assert len(replays) == len(runs) - 1
        assert {(replay.run_id, replay.fingerprint) for replay in replays} == {(winner.id, str(winner.id))}
        assert await records.ids() == [winner.id]

    async def test_a_key_whose_first_user_rolls_back_is_free(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run, given_up = a_run(), a_run()
        async with open_work() as work:
            await work.runs.add(given_up)
            await work.idempotency.add(a_key(given_up, key="k"))
        await records.add_with_key(run, a_key(run, key="k"))
        assert await records.ids() == [run.id]

    async def test_a_deleted_run_takes_its_files_and_keys_along(
        self, open_work: IntakeUnitOfWorkFactory, records: Records
    ) -> None:
        run, other, blob = a_run(), a_run(), a_blob("shared")
        await records.upload(run, blob)
        await records.upload(other, blob)
        await records.add_key(a_key(run, key="k"), a_key(other, key="l"))
        await records.delete(run)
        async with open_work(write=False) as work:
            assert await work.idempotency.find(a_key(run, key="k").key_hash) is None
            assert await work.idempotency.find(a_key(other, key="l").key_hash) is not None
        assert await records.files(run) == ()
        assert len(await records.files(other)) == 1

"""The contract of blobs by their proofs: what is due, in an order that proving does not change, and who needs it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from forebay.application.ports.fixity import DueBlobs, ReferenceKind
from forebay.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from forebay.domain.intake.blob import Blob, Sha256
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.testing.document_examples import a_document, a_learned_model, a_text
from forebay.testing.intake_examples import MORNING, a_blob, a_file, a_run
from forebay.testing.job_examples import a_job, a_job_about, a_model, a_step, an_artifact

DAY = timedelta(days=1)
NOW = MORNING + 100 * DAY


def proven(at: datetime, content: str = "") -> Blob:
    return replace(a_blob(content or str(uuid4())), created_at=MORNING - DAY, verified_at=at)


@pytest.mark.asyncio
class FixityContract:
    """Everything that is expected of an adapter; `open_work` gives it a factory on a database without blobs."""

    @pytest.fixture
    def open_work(self) -> UnitOfWorkFactory:
        raise NotImplementedError("the subclass overrides this fixture")

    async def test_where_there_is_nothing_nothing_is_due(self, open_work: UnitOfWorkFactory) -> None:
        for limit in (None, 1, 1000):
            due = await _due(open_work, limit=limit)
            assert (due.count, due.size_bytes, due.last) == (0, 0, None)
            assert await _digests(open_work, due) == []

    async def test_due_is_what_was_proven_before_and_new_bytes_were_as_they_came(
        self, open_work: UnitOfWorkFactory
    ) -> None:
        old, young = proven(NOW - 2 * DAY, "old"), proven(NOW, "young")
        never, new = a_blob("never"), replace(a_blob("new"), created_at=NOW + DAY)
        await _add(open_work, old, young, never, new)
        due = await _due(open_work)
        assert (due.count, due.size_bytes) == (2, len("old") + len("never"))
        assert await _digests(open_work, due) == _sorted(old, never)
        assert (await _due(open_work, since=NOW - 2 * DAY)).count == 1

    async def test_a_limit_takes_those_whose_proof_is_oldest(self, open_work: UnitOfWorkFactory) -> None:
        blobs = [proven(MORNING + day * DAY, "x" * (day + 1)) for day in range(6)]
        await _add(open_work, *blobs)
        due = await _due(open_work, limit=3)
        assert (due.count, due.size_bytes, due.last) == (3, 1 + 2 + 3, blobs[2])
        assert await _digests(open_work, due) == _sorted(*blobs[:3])
        assert await _digests(open_work, await _due(open_work, limit=6)) == _sorted(*blobs)
        assert await _digests(open_work, await _due(open_work, limit=7)) == _sorted(*blobs)

    async def test_of_proofs_of_one_time_the_lower_digests_come_first(self, open_work: UnitOfWorkFactory) -> None:
        blobs = [proven(MORNING) for _ in range(7)]
        await _add(open_work, *blobs)
        assert await _digests(open_work, await _due(open_work, limit=4)) == _sorted(*blobs)[:4]

    async def test_what_is_proven_meanwhile_neither_repeats_nor_hides_one(self, open_work: UnitOfWorkFactory) -> None:
        blobs = [a_blob() for _ in range(9)]
        await _add(open_work, *blobs)
        due = await _due(open_work)
        seen: list[Sha256] = []
        while True:
            async with open_work() as work:
                page = await work.fixity.list_due(due, after=seen[-1] if seen else None, limit=2)
                await work.fixity.mark_verified([blob.object_key for blob in page], at=NOW)
                await work.commit()
            seen += [blob.sha256 for blob in page]
            if len(page) < 2:
                break
        assert seen == _sorted(*blobs)
        assert (await _due(open_work)).count == 0

    async def test_a_mark_is_kept_and_changes_nothing_else(self, open_work: UnitOfWorkFactory) -> None:
        blobs = [a_blob() for _ in range(3)]
        await _add(open_work, *blobs)
        gone = [a_blob().object_key for _ in range(1_200)]
        async with open_work() as work:
            await work.fixity.mark_verified([*gone, blobs[0].object_key, blobs[1].object_key], at=NOW)
            await work.fixity.mark_verified([], at=NOW)
            await work.commit()
        async with open_work(write=False) as work:
            assert [await work.blobs.get(blob.sha256) for blob in blobs] == [
                replace(blobs[0], verified_at=NOW),
                replace(blobs[1], verified_at=NOW),
                blobs[2],
            ]

    async def test_a_mark_without_a_commit_is_none(self, open_work: UnitOfWorkFactory) -> None:
        blob = a_blob()
        await _add(open_work, blob)
        async with open_work() as work:
            await work.fixity.mark_verified([blob.object_key], at=NOW)
        async with open_work(write=False) as work:
            assert await work.blobs.get(blob.sha256) == blob

    async def test_marks_and_deletions_at_the_same_time_are_in_nobodys_way(self, open_work: UnitOfWorkFactory) -> None:
        for _ in range(10):
            blobs = [a_blob() for _ in range(12)]
            await _add(open_work, *blobs)

            async def mark(some: Sequence[Blob]) -> None:
                async with open_work() as work:
                    for blob in some:
                        await work.fixity.mark_verified([blob.object_key], at=NOW)
                    await work.commit()

            async def release(some: Sequence[Blob]) -> None:
                async with open_work() as work:
                    for blob in some:
                        assert await work.blobs.release(blob.sha256) == blob.object_key
                    await work.commit()

            async with asyncio.timeout(60):
                await asyncio.gather(mark(blobs[::-1]), release(blobs[:6]), mark(blobs), release(blobs[6:]))
            async with open_work(write=False) as work:
                for blob in blobs:
                    with pytest.raises(BlobNotFoundError):
                        await work.blobs.get(blob.sha256)

    async def test_a_blob_moves_to_another_object_and_is_proven(self, open_work: UnitOfWorkFactory) -> None:
        blob, copy = a_blob("damaged"), a_blob("damaged")
        await _add(open_work, blob)
        async with open_work() as work:
            assert await work.fixity.relocate(blob.sha256, old=blob.object_key, new=copy.object_key, at=NOW)
            await work.commit()
        async with open_work(write=False) as work:
            moved = await work.blobs.get(blob.sha256)
            assert moved == replace(blob, object_key=copy.object_key, verified_at=NOW)
            assert await work.blobs.referenced([blob.object_key, copy.object_key]) == {copy.object_key}

    async def test_a_blob_that_is_elsewhere_by_now_stays_there(self, open_work: UnitOfWorkFactory) -> None:
        blob, copy, unknown = a_blob("damaged"), a_blob("damaged"), a_blob("unknown")
        await _add(open_work, blob)
        async with open_work() as work:
            for other in (copy, unknown):
                assert not await work.fixity.relocate(other.sha256, old=other.object_key, new=copy.object_key, at=NOW)
            await work.commit()
        async with open_work(write=False) as work:
            assert await work.blobs.get(blob.sha256) == blob

    async def test_nothing_refers_to_a_blob_that_nobody_needs(self, open_work: UnitOfWorkFactory) -> None:
        blob = a_blob()
        await _add(open_work, blob)
        async with open_work(write=False) as work:
            assert list(await work.fixity.references(blob.sha256, limit=10)) == []
            assert list(await work.fixity.references(a_blob().sha256, limit=10)) == []

    async def test_whatever_needs_a_blob_is_named_with_whose_it_is(self, open_work: UnitOfWorkFactory) -> None:
        run, other = a_run(label="nightly", owner="ops"), a_run()
        blob, another = a_blob(), a_blob()
        files = [a_file(run, blob, path="a.tgz"), a_file(other, blob, path="b.tgz")]
        job, lone_job = a_job(run), a_job_about("a subject")
        steps = [a_step(job), a_step(lone_job)]
        artifacts = [an_artifact(steps[0], blob, name="x.json"), an_artifact(steps[1], blob, name="y.json")]
        model = a_model()
        document = a_document(files[0], text=a_text(blob, model))
        learned = a_learned_model(blob, model, version=3)
        async with open_work() as work:
            for one in (run, other):
                await work.runs.add(one)
            for claimed in (blob, another):
                await work.blobs.claim(claimed)
            for file in (*files, a_file(run, another)):
                await work.files.add(file)
            await work.jobs.add(job)
            await work.jobs.add(lone_job)
            await work.steps.add(*steps)
            for artifact in artifacts:
                await work.artifacts.add(artifact)
            await work.models.ensure(model)
            await work.documents.add(document)
            await work.learned.add(learned)
            await work.commit()
        async with open_work(write=False) as work:
            found = await work.fixity.references(blob.sha256, limit=10)
            fewer = await work.fixity.references(blob.sha256, limit=3)
        by_id = {(one.kind, one.id): (one.name, one.run_id, one.label, one.owner) for one in found}
        assert by_id == {
            (ReferenceKind.FILE, files[0].id): ("a.tgz", run.id, "nightly", "ops"),
            (ReferenceKind.FILE, files[1].id): ("b.tgz", other.id, None, None),
            (ReferenceKind.ARTIFACT, artifacts[0].id): ("x.json", run.id, "nightly", "ops"),
            (ReferenceKind.ARTIFACT, artifacts[1].id): ("y.json", None, None, None),
            (ReferenceKind.DOCUMENT_TEXT, document.id): (document.path, run.id, "nightly", "ops"),
            (ReferenceKind.LEARNED_MODEL, model.id): ("version 3", None, None, None),
        }
        kinds = [one.kind for one in found]
        assert kinds == sorted(kinds, key=list(ReferenceKind).index)
        assert [one.id for one in found[:2]] == sorted(file.id for file in files)
        assert list(fewer) == list(found[:3])


async def _add(open_work: UnitOfWorkFactory, *blobs: Blob) -> None:
    async with open_work() as work:
        await _claim(work, *blobs)
        await work.commit()


async def _claim(work: UnitOfWork, *blobs: Blob) -> None:
    for blob in blobs:
        await work.blobs.claim(blob)


async def _due(open_work: UnitOfWorkFactory, *, since: datetime = NOW, limit: int | None = None) -> DueBlobs:
    async with open_work(write=False) as work:
        return await work.fixity.due(unproven_since=since, limit=limit)


async def _digests(open_work: UnitOfWorkFactory, due: DueBlobs) -> list[Sha256]:
    async with open_work(write=False) as work:
        return [blob.sha256 for blob in await work.fixity.list_due(due, after=None, limit=1000)]


def _sorted(*blobs: Blob) -> list[Sha256]:
    return sorted((blob.sha256 for blob in blobs), key=str)

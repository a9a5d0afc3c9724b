"""What is expected of steps, artifacts and models."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.domain.processing.errors import ArtifactNotFoundError, JobNotFoundError
from forebay.domain.processing.job import JobError
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step
from forebay.testing.intake_examples import MORNING, a_blob, a_run
from forebay.testing.job_examples import LATER, JobRecords, a_job, a_model, a_step, an_artifact, run_of

ERROR = JobError(code="partner_unavailable", message="期待 ≠ 実際")
JSON: dict[str, object] = {
    "text": 'größer 名前 🌊 \0 \ud800 " \\ \x1f',
    "numbers": [0, -1, 2**53 + 1, 1.5, 1e300, -0.0],
    "nested": {"empty": {}, "list": [], "none": None, "yes": True},
}


class StepsContract:
    """Steps of jobs."""

    async def test_steps_come_back_in_their_order(self, jobs: JobRecords) -> None:
        job, other = await jobs.added(), await jobs.added()
        model = a_model()
        first = replace(a_step(job, 1).running(at=MORNING).succeeded(JSON, at=LATER), model_id=model.id)
        second = a_step(job, 2, name="größe").running(at=LATER)
        third = a_step(job, 10)
        async with jobs.open() as work:
            await work.models.ensure(model)
            for step in (third, first, a_step(other), second):
                await work.steps.add(step)
            assert list(await work.steps.list(job.id)) == [first, second, third]
            await work.commit()
        async with jobs.open(write=False) as work:
            assert list(await work.steps.list(job.id)) == [first, second, third]
            assert list(await work.steps.list(uuid4())) == []

    async def test_a_step_needs_its_job(self, jobs: JobRecords) -> None:
        with pytest.raises(JobNotFoundError):
            await jobs.steps(a_step(a_job(a_run())))

    async def test_an_ordinal_is_taken_once(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        await jobs.steps(a_step(job, 1))
        with pytest.raises(ConflictError):
            await jobs.steps(a_step(job, 1))

    async def test_many_steps_are_added_at_once_or_not_at_all(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        many = [a_step(job, ordinal) for ordinal in range(1, 1_001)]
        async with jobs.open() as work:
            await work.steps.add()
            await work.steps.add(*many)
            await work.commit()
        async with jobs.open() as work:
            with pytest.raises(ConflictError):
                await work.steps.add(a_step(job, 2_000), a_step(job, 1_000))
        async with jobs.open(write=False) as work:
            assert list(await work.steps.list(job.id)) == many

    async def test_open_steps_are_those_pending_or_running(self, jobs: JobRecords) -> None:
        job, other = await jobs.added(), await jobs.added()
        done = a_step(job, 1).running(at=MORNING).succeeded({}, at=LATER)
        failed = a_step(job, 2).running(at=MORNING).failed(ERROR, at=LATER)
        running = a_step(job, 3).running(at=MORNING)
        pending = [a_step(job, 5), a_step(job, 7)]
        cancelled = a_step(job, 6).running(at=MORNING).cancelled(at=LATER)
        await jobs.steps(pending[1], cancelled, done, failed, pending[0], running, a_step(other))
        assert await self._open(jobs, job.id, 9) == [running, *pending]
        assert await self._open(jobs, job.id, 2) == [running, pending[0]]
        assert await self._open(jobs, uuid4(), 9) == []
        await self._update(jobs, running.succeeded({}, at=LATER))
        await self._update(jobs, failed.put_back())
        assert await self._open(jobs, job.id, 9) == [failed.put_back(), *pending]

    async def test_a_step_says_why_it_failed(self, jobs: JobRecords) -> None:
        step = a_step(await jobs.added())
        await jobs.steps(step)
        failed = step.running(at=MORNING).failed(ERROR, at=LATER, metadata={"pages": 3}, is_passing=True)
        await self._update(jobs, failed)
        assert await self._only(jobs, step.job_id) == failed
        await self._update(jobs, failed.put_back())
        assert await self._only(jobs, step.job_id) == step
        with pytest.raises(InvalidInputError):
            await self._update(jobs, failed.failed(JobError(code="x", message="with \0 in it"), at=LATER))

    async def _open(self, jobs: JobRecords, job_id: UUID, limit: int) -> list[Step]:
        async with jobs.open(write=False) as work:
            return list(await work.steps.list_open(job_id, limit=limit))

    async def test_an_update_writes_what_may_change(self, jobs: JobRecords) -> None:
        job, model = await jobs.added(), a_model()
        step = a_step(job)
        await jobs.steps(step)
        changed = replace(
            step.running(at=MORNING).succeeded({"members": 7}, at=LATER), model_id=model.id, ordinal=9, name="other"
        )
        async with jobs.open() as work:
            await work.models.ensure(model)
            await work.steps.update(changed)
            await work.commit()
        assert await self._only(jobs, job.id) == replace(changed, ordinal=step.ordinal, name=step.name)
        await self._update(jobs, step.put_back())
        assert await self._only(jobs, job.id) == step

    async def test_what_is_no_json_is_refused(self, jobs: JobRecords) -> None:
        step = a_step(await jobs.added())
        for bad in ({"at": MORNING}, {"nan": float("nan")}, {"set": {1}}):
            with pytest.raises(InvalidInputError) as caught:
                await jobs.steps(replace(step, metadata=bad))
            assert caught.value.field == "metadata"

    async def test_steps_go_with_their_run(self, jobs: JobRecords) -> None:
        job = await jobs.added()
        await jobs.steps(a_step(job))
        await jobs.delete_run(run_of(job))
        async with jobs.open(write=False) as work:
            assert list(await work.steps.list(job.id)) == []

    async def _update(self, jobs: JobRecords, step: Step) -> None:
        async with jobs.open() as work:
            await work.steps.update(step)
            await work.commit()

    async def _only(self, jobs: JobRecords, job_id: UUID) -> Step:
        async with jobs.open(write=False) as work:
            (step,) = await work.steps.list(job_id)
        return step


class ArtifactsContract:
    """Artifacts of steps."""

    async def test_artifacts_come_back_by_id_in_pages(self, jobs: JobRecords) -> None:
        job, blob = await jobs.added(), replace(a_blob("manifest"), size_bytes=2**40)
        step = a_step(job)
        there = sorted((an_artifact(step, blob, name=f"größe {n} 🌊") for n in range(5)), key=lambda one: one.id)
        async with jobs.open() as work:
            await work.steps.add(step)
            await work.blobs.claim(blob)
            for artifact in reversed(there):
                await work.artifacts.add(artifact)
            await work.commit()
        async with jobs.open(write=False) as work:
            assert await work.artifacts.get(there[3].id) == there[3]
            assert list(await work.artifacts.list(job.id, after=None, limit=3)) == there[:3]
            assert list(await work.artifacts.list(job.id, after=there[2].id, limit=3)) == there[3:]
            assert list(await work.artifacts.list(uuid4(), after=None, limit=3)) == []
            with pytest.raises(ArtifactNotFoundError):
                await work.artifacts.get(uuid4())

    async def test_an_artifact_needs_its_job_and_its_blob(self, jobs: JobRecords) -> None:
        step, blob = a_step(await jobs.added()), a_blob()
        await jobs.steps(step)
        async with jobs.open() as work:
            with pytest.raises(BlobNotFoundError):
                await work.artifacts.add(an_artifact(step, blob))
        async with jobs.open() as work:
            await work.blobs.claim(blob)
            with pytest.raises(JobNotFoundError):
                await work.artifacts.add(replace(an_artifact(step, blob), job_id=uuid4()))

    async def test_a_blob_that_an_artifact_refers_to_is_not_released(self, jobs: JobRecords) -> None:
        step, blob = a_step(await jobs.added()), a_blob()
        async with jobs.open() as work:
            await work.steps.add(step)
            await work.blobs.claim(blob)
            await work.artifacts.add(an_artifact(step, blob))
            assert await work.blobs.release(blob.sha256) is None
            await work.commit()
        async with jobs.open() as work:
            assert await work.blobs.release(blob.sha256) is None

    async def test_artifacts_go_with_their_run_and_give_their_blobs_free(self, jobs: JobRecords) -> None:
        blob, mine = a_blob("shared"), a_blob("mine")
        steps = [a_step(await jobs.added()) for _ in range(2)]
        async with jobs.open() as work:
            await work.blobs.claim(blob)
            await work.blobs.claim(mine)
            for step in steps:
                await work.steps.add(step)
                await work.artifacts.add(an_artifact(step, blob))
            await work.artifacts.add(an_artifact(steps[0], mine))
            await work.artifacts.add(an_artifact(steps[0], mine))
            await work.commit()
        runs = [run_of(await jobs.job(step.job_id)) for step in steps]
        async with jobs.open(write=False) as work:
            digests = await work.artifacts.digests_of_run(runs[0])
            assert list(digests) == sorted([blob.sha256, mine.sha256], key=str)
            assert list(await work.artifacts.digests_of_run(uuid4())) == []
        assert await jobs.delete_run(runs[0]) == [mine.object_key]
        assert await jobs.delete_run(runs[1]) == [blob.object_key]


class ModelsContract:
    """Models by name, kind and version."""

    async def test_a_new_model_is_the_one_given(self, jobs: JobRecords) -> None:
        model = replace(a_model("größe 🌊"), parameters=JSON)
        assert await self._ensure(jobs, model) == model
        async with jobs.open(write=False) as work:
            assert await work.models.get(model.id) == model
            assert await work.models.get(uuid4()) is None

    async def test_a_known_model_is_the_one_that_was_there(self, jobs: JobRecords) -> None:
        first = a_model("reader")
        await self._ensure(jobs, first)
        again = replace(a_model("reader"), parameters={"new": 1}, created_at=MORNING + timedelta(days=1))
        assert await self._ensure(jobs, again) == first
        others = [a_model("reader", version="2"), a_model("reader", kind="classifier"), a_model("writer")]
        for other in others:
            assert await self._ensure(jobs, other) == other
        expected = sorted([first, *others], key=lambda model: model.id)
        async with jobs.open(write=False) as work:
            assert list(await work.models.list(after=None, limit=10)) == expected
            assert list(await work.models.list(after=expected[0].id, limit=2)) == expected[1:3]

    async def test_of_many_at_the_same_time_all_get_the_same_model(self, jobs: JobRecords) -> None:
        got = await asyncio.gather(*(self._ensure(jobs, a_model("contested")) for _ in range(12)))
        assert len({model.id for model in got}) == 1

    async def _ensure(self, jobs: JobRecords, model: Model) -> Model:
        async with jobs.open() as work:
            kept = await work.models.ensure(model)
            await work.commit()
        return kept

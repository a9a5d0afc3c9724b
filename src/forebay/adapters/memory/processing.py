"""Steps, events, artifacts and models in memory."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from forebay.adapters.memory.storable import as_json, check_storable
from forebay.adapters.memory.work import Work
from forebay.application.ports.jobs import ArtifactRepository, EventLog, ModelRepository, StepRepository
from forebay.application.ports.signals import Topic
from forebay.domain.intake.blob import Sha256
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.errors import ArtifactNotFoundError, JobNotFoundError
from forebay.domain.processing.event import Event, NewEvent
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step


class MemorySteps:
    """Steps of jobs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, *steps: Step) -> None:
        with self._work.writing():
            state = await self._work.state()
            for step in steps:
                state.add_step(replace(step, metadata=as_json(step.metadata, "metadata")))

    async def update(self, step: Step) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = state.steps.get(step.id)
            if before is None:
                raise JobNotFoundError(f"there is no step {step.id}")
            state.put_step(
                replace(
                    before,
                    status=step.status,
                    model_id=step.model_id,
                    started_at=step.started_at,
                    finished_at=step.finished_at,
                    metadata=as_json(step.metadata, "metadata"),
                    error=step.error,
                    is_passing=step.is_passing,
                )
            )

    async def list(self, job_id: UUID) -> Sequence[Step]:
        return tuple((await self._work.state()).steps_of(job_id))

    async def list_open(self, job_id: UUID, *, limit: int) -> Sequence[Step]:
        return tuple((await self._work.state()).open_steps_of(job_id, limit))


class MemoryEvents:
    """Events, in the order of the commits."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def record(self, event: NewEvent) -> None:
        with self._work.writing():
            self._work.events.append(replace(event, payload=as_json(event.payload, "payload")))
            self._work.topics.add(Topic.EVENTS)

    async def list(
        self, *, after: int, limit: int, job_id: UUID | None = None, run_id: UUID | None = None
    ) -> Sequence[Event]:
        state = await self._work.state()
        start = bisect_right(state.events, after, key=_position)
        found = (
            event
            for event in islice(state.events, start, None)
            if (job_id is None or event.job_id == job_id)
            and (run_id is None or event.run_id == run_id)
            and event.position not in state.forgotten
        )
        return tuple(islice(found, limit))

    async def last_position(self) -> int:
        state = await self._work.state()
        newest = (event.position for event in reversed(state.events) if event.position not in state.forgotten)
        return next(newest, 0)

    async def prune(self, *, before: datetime, limit: int) -> int:
        with self._work.writing():
            state = await self._work.state()
            old = [event for event in state.events if event.at < before and event.position not in state.forgotten]
            old.sort(key=lambda event: (event.at, event.position))
            state.forgotten.update(event.position for event in old[:limit])
            return len(old[:limit])


def _position(event: Event) -> int:
    return event.position


class MemoryArtifacts:
    """Artifacts of jobs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, artifact: Artifact) -> None:
        with self._work.writing():
            (await self._work.state()).add_artifact(artifact)

    async def get(self, artifact_id: UUID) -> Artifact:
        artifact = (await self._work.state()).artifacts.get(artifact_id)
        if artifact is None:
            raise ArtifactNotFoundError(f"there is no artifact {artifact_id}")
        return artifact

    async def list(self, job_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Artifact]:
        artifacts = (await self._work.state()).artifacts.values()
        found = [one for one in artifacts if one.job_id == job_id and (after is None or one.id > after)]
        return tuple(sorted(found, key=lambda artifact: artifact.id)[:limit])

    async def digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        state = await self._work.state()
        digests = {one.sha256 for one in state.artifacts.values() if state.jobs[one.job_id].run_id == run_id}
        return tuple(sorted(digests, key=lambda digest: digest.hex))


class MemoryModels:
    """Models by name, kind and version."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def ensure(self, model: Model) -> Model:
        with self._work.writing():
            state = await self._work.state()
            for known in state.models.values():
                if (known.name, known.kind, known.version) == (model.name, model.kind, model.version):
                    return known
            check_storable({"name": model.name, "kind": model.kind, "version": model.version})
            state.models[model.id] = replace(model, parameters=as_json(model.parameters, "parameters"))
            return state.models[model.id]

    async def get(self, model_id: UUID) -> Model | None:
        return (await self._work.state()).models.get(model_id)

    async def list(self, *, after: UUID | None, limit: int) -> Sequence[Model]:
        models = (await self._work.state()).models.values()
        found = [model for model in models if after is None or model.id > after]
        return tuple(sorted(found, key=lambda model: model.id)[:limit])


def _fit(work: Work) -> tuple[StepRepository, EventLog, ArtifactRepository, ModelRepository]:
    return MemorySteps(work), MemoryEvents(work), MemoryArtifacts(work), MemoryModels(work)

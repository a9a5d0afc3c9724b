"""Steps, events, artifacts and models in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from forebay.adapters.sql.outbox import Outbox
from forebay.adapters.sql.processing_rows import (
    artifact_of,
    artifact_values,
    event_of,
    event_values,
    model_of,
    model_values,
    step_of,
    step_values,
)
from forebay.adapters.sql.processing_tables import OPEN, artifacts, events, jobs, models, steps
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.jobs import ArtifactRepository, EventLog, ModelRepository, StepRepository
from forebay.domain.intake.blob import Sha256
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.errors import ArtifactNotFoundError, JobNotFoundError
from forebay.domain.processing.event import Event, NewEvent
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step

_CHANGES = (  # of a step
    "status",
    "model_id",
    "started_at",
    "finished_at",
    "metadata",
    "error_code",
    "error_message",
    "is_passing",
)

_INSERT_STEP = insert(steps)
_UPDATE_STEP = update(steps).where(steps.c.id == bindparam("step_id"))
_STEPS = select(steps).where(steps.c.job_id == bindparam("job")).order_by(steps.c.ordinal)
_OPEN_STEPS = _STEPS.where(OPEN).limit(bindparam("most"))

_EVENTS = select(events).where(events.c.position > bindparam("after")).order_by(events.c.position)
_EVENTS_OF_JOB = events.c.job_id == bindparam("job")
_EVENTS_OF_RUN = events.c.run_id == bindparam("run")
_LAST_POSITION = select(func.coalesce(func.max(events.c.position), 0).label("last"))
_OLDEST = (
    select(events.c.position)
    .where(events.c.at < bindparam("before"))
    .order_by(events.c.at, events.c.position)
    .limit(bindparam("most"))
)
_PRUNE = delete(events).where(events.c.position.in_(_OLDEST))

_INSERT_ARTIFACT = insert(artifacts)
_GET_ARTIFACT = select(artifacts).where(artifacts.c.id == bindparam("artifact_id"))
_ARTIFACTS = select(artifacts).where(artifacts.c.job_id == bindparam("job")).order_by(artifacts.c.id)
_DIGESTS = (
    select(artifacts.c.sha256)
    .join(jobs, jobs.c.id == artifacts.c.job_id)
    .where(jobs.c.run_id == bindparam("run"))
    .distinct()
    .order_by(artifacts.c.sha256)
)

_NAMED = ["name", "kind", "version"]
_INSERT_MODEL = {
    "sqlite": sqlite.insert(models).on_conflict_do_nothing(index_elements=_NAMED),
    "postgresql": postgresql.insert(models).on_conflict_do_nothing(index_elements=_NAMED),
}
_FIND_MODEL = select(models).where(*(models.c[column] == bindparam(f"the_{column}") for column in _NAMED))
_GET_MODEL = select(models).where(models.c.id == bindparam("model_id"))
_MODELS = select(models).order_by(models.c.id)


class SqlSteps:
    """Steps of jobs."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, *steps: Step) -> None:
        if steps:
            await self._do.write_many(_INSERT_STEP, [step_values(step) for step in steps])

    async def update(self, step: Step) -> None:
        row = step_values(step)
        values = {name: row[name] for name in _CHANGES}
        if not await self._do.write(_UPDATE_STEP, {**values, "step_id": step.id}, about=row):
            raise JobNotFoundError(f"there is no step {step.id}")

    async def list(self, job_id: UUID) -> Sequence[Step]:
        return tuple(step_of(row) for row in await self._do.fetch(_STEPS, {"job": job_id}))

    async def list_open(self, job_id: UUID, *, limit: int) -> Sequence[Step]:
        rows = await self._do.fetch(_OPEN_STEPS, {"job": job_id, "most": limit})
        return tuple(step_of(row) for row in rows)


class SqlEvents:
    """Events, by position."""

    def __init__(self, statements: Statements, outbox: Outbox) -> None:
        self._do = statements
        self._outbox = outbox

    def record(self, event: NewEvent) -> None:
        self._outbox.record(event_values(event))

    async def list(
        self, *, after: int, limit: int, job_id: UUID | None = None, run_id: UUID | None = None
    ) -> Sequence[Event]:
        statement, values = _EVENTS.limit(limit), {"after": after, "job": job_id, "run": run_id}
        if job_id is not None:
            statement = statement.where(_EVENTS_OF_JOB)
        if run_id is not None:
            statement = statement.where(_EVENTS_OF_RUN)
        return tuple(event_of(row) for row in await self._do.fetch(statement, values))

    async def last_position(self) -> int:
        (row,) = await self._do.fetch(_LAST_POSITION)
        return int(row.last)

    async def prune(self, *, before: datetime, limit: int) -> int:
        return await self._do.write(_PRUNE, {"before": before, "most": limit})


class SqlArtifacts:
    """Artifacts of jobs."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, artifact: Artifact) -> None:
        await self._do.write(_INSERT_ARTIFACT, artifact_values(artifact))

    async def get(self, artifact_id: UUID) -> Artifact:
        row = await self._do.first(_GET_ARTIFACT, {"artifact_id": artifact_id})
        if row is None:
            raise ArtifactNotFoundError(f"there is no artifact {artifact_id}")
        return artifact_of(row)

    async def list(self, job_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Artifact]:
        statement = _ARTIFACTS.limit(limit)
        if after is not None:
            statement = statement.where(artifacts.c.id > after)
        return tuple(artifact_of(row) for row in await self._do.fetch(statement, {"job": job_id}))

    async def digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        return tuple(Sha256(row.sha256) for row in await self._do.fetch(_DIGESTS, {"run": run_id}))


class SqlModels:
    """Models. Two that ensure the same one at the same time: the second waits for the first's commit."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def ensure(self, model: Model) -> Model:
        values = model_values(model)
        key = {f"the_{column}": values[column] for column in _NAMED}
        while True:
            row = await self._do.first(_FIND_MODEL, key)  # nearly always there, and nobody has to be waited for
            if row is not None:
                return model_of(row)
            if await self._do.write(_INSERT_MODEL[self._do.dialect], values):
                (row,) = await self._do.fetch(_FIND_MODEL, key)
                return model_of(row)

    async def get(self, model_id: UUID) -> Model | None:
        row = await self._do.first(_GET_MODEL, {"model_id": model_id})
        return model_of(row) if row is not None else None

    async def list(self, *, after: UUID | None, limit: int) -> Sequence[Model]:
        statement = _MODELS.limit(limit)
        if after is not None:
            statement = statement.where(models.c.id > after)
        return tuple(model_of(row) for row in await self._do.fetch(statement))


def _fit(
    statements: Statements, outbox: Outbox
) -> tuple[StepRepository, EventLog, ArtifactRepository, ModelRepository]:
    return SqlSteps(statements), SqlEvents(statements, outbox), SqlArtifacts(statements), SqlModels(statements)

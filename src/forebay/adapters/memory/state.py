"""What processing has recorded besides, with the constraints that a database would hold."""

from collections.abc import Set
from uuid import UUID

from forebay.adapters.memory.alerts_state import AlertsState
from forebay.adapters.memory.step_list import StepList
from forebay.adapters.memory.storable import check_storable
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.errors import JobActiveError, JobNotFoundError
from forebay.domain.processing.event import NewEvent
from forebay.domain.processing.job import Job, JobStatus
from forebay.domain.processing.step import Step


class State(AlertsState):
    """Everything. Jobs, steps and artifacts go with their run; of the events those that belong to its jobs."""

    __slots__ = ()

    def delete_run(self, run_id: UUID) -> None:
        super().delete_run(run_id)
        self.delete_jobs({job.id for job in self.jobs.values() if job.run_id == run_id})

    def delete_jobs(self, gone: Set[UUID]) -> None:
        for job_id in gone:
            job = self.jobs.pop(job_id)
            self.active.pop((job.run_id or job.subject or "", job.kind), None)
            self.step_lists.pop(job_id, None)
            if job.idempotency_key_hash is not None:
                del self.job_keys[job.idempotency_key_hash]
        for step in [step for step in self.steps.values() if step.job_id in gone]:
            del self.steps[step.id]
        for artifact in [artifact for artifact in self.artifacts.values() if artifact.job_id in gone]:
            del self.artifacts[artifact.id]
        if gone:
            self.forgotten.update(event.position for event in self.events if event.job_id in gone)

    def add_job(self, job: Job) -> None:
        if job.id in self.jobs:
            raise ConflictError(f"there is a job {job.id} already")
        if job.run_id is not None:
            self.check_run(job.run_id)
        self.put_job(job)

    def put_job(self, job: Job) -> None:
        if job.attempts < 0:
            raise InternalStateError("a job has no fewer than no attempts")
        if (job.status is JobStatus.RUNNING) != (job.lease is not None):
            raise InternalStateError("a job has a lease exactly when it is running")
        if job.status.is_final != (job.finished_at is not None):
            raise InternalStateError("a job has an end exactly when it is final")
        check_storable(
            {
                "kind": job.kind,
                "subject": job.subject,
                "lease_owner": job.lease.owner if job.lease else None,
                "Idempotency-Key": job.idempotency_key_hash,
                "error": job.error.message if job.error else None,
                "trace_context": job.trace_context,
            }
        )
        self._take_key(job)
        place = (job.run_id or job.subject, job.kind)
        other = self.active.get(place)
        if not job.status.is_final:
            if other is not None and other.id != job.id:
                raise JobActiveError(job.run_id, job.kind, subject=job.subject)
            self.active[place] = job
        elif other is not None and other.id == job.id:
            del self.active[place]
        self.jobs[job.id] = job

    def add_step(self, step: Step) -> None:
        self.check_job(step.job_id)
        if step.id in self.steps:
            raise ConflictError(f"there is a step {step.id} already")
        if self._step_list(step.job_id).has(step.ordinal):
            raise ConflictError(f"job {step.job_id} has a step {step.ordinal} already")
        self.put_step(step)

    def put_step(self, step: Step) -> None:
        if step.model_id is not None and step.model_id not in self.models:
            raise InternalStateError(f"there is no model {step.model_id}")
        check_storable({"name": step.name, "error": step.error.message if step.error else None})
        self.steps[step.id] = step
        self.step_lists[step.job_id] = self._step_list(step.job_id).with_step(step)

    def steps_of(self, job_id: UUID) -> list[Step]:
        return [self.steps[step_id] for _, step_id in self._step_list(job_id).every]

    def open_steps_of(self, job_id: UUID, limit: int) -> list[Step]:
        return [self.steps[step_id] for _, step_id in self._step_list(job_id).open[:limit]]

    def _step_list(self, job_id: UUID) -> StepList:
        return self.step_lists.get(job_id, StepList())

    def add_artifact(self, artifact: Artifact) -> None:
        if artifact.id in self.artifacts:
            raise ConflictError(f"there is an artifact {artifact.id} already")
        self.check_job(artifact.job_id)
        if artifact.step_id not in self.steps:
            raise InternalStateError(f"there is no step {artifact.step_id}")
        self.check_blob(artifact.sha256)
        check_storable({"kind": artifact.kind, "media_type": artifact.media_type, "name": artifact.name})
        self.artifacts[artifact.id] = artifact

    def check_event(self, event: NewEvent) -> None:
        check_storable({"code": event.code, "message": event.message})
        if event.job_id is not None:
            self.check_job(event.job_id)

    def check_job(self, job_id: UUID) -> None:
        if job_id not in self.jobs:
            raise JobNotFoundError(f"there is no job {job_id}")

    def _take_key(self, job: Job) -> None:
        before = self.jobs.get(job.id)
        if before is not None and before.idempotency_key_hash not in {None, job.idempotency_key_hash}:
            del self.job_keys[str(before.idempotency_key_hash)]
        key = job.idempotency_key_hash
        if key is not None and self.job_keys.setdefault(key, job.id) != job.id:
            raise ConflictError("the idempotency key was used for another job")

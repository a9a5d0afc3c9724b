"""AutomaticJobs: what other contexts know of processing. A stored run gets its job in their transaction."""

from uuid import UUID

from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.intake import IntakeUnitOfWork
from forebay.application.ports.queue import JobQueue
from forebay.application.ports.tracing import WorkTracer
from forebay.application.processing.announcing import announce
from forebay.application.processing.enqueue import enqueue
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processors
from forebay.domain.intake.run import IngestionRun


class AutomaticJobs:
    """Starts the processor that is automatic for a run's type; there may be none."""

    def __init__(
        self,
        *,
        processors: Processors,
        policy: ProcessingPolicy,
        queue: JobQueue,
        tracer: WorkTracer,
        ids: IdGenerator,
    ) -> None:
        self._processors = processors
        self._policy = policy
        self._queue = queue
        self._tracer = tracer
        self._ids = ids

    async def enqueue(self, work: IntakeUnitOfWork, run: IngestionRun) -> UUID | None:
        """The job's id, to be announced once the unit of work is committed."""
        processor = self._processors.automatic(run)
        if processor is None:
            return None
        job_id = self._ids.new_id()
        await enqueue(
            work,
            run_id=run.id,
            job_id=job_id,
            kind=processor.kind,
            max_attempts=self._policy.max_attempts,
            at=run.updated_at,
            trace_context=self._tracer.current(),
        )
        return job_id

    async def announce(self, job_id: UUID) -> None:
        """Never fails: a job that could not be announced is found by RecoverJobs."""
        await announce(self._queue, job_id)

"""The step: a part of a job whose results are recorded together with its status."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.processing.job import JobError


class StepStatus(StrEnum):
    """pending → running → succeeded or failed; an attempt that ended early leaves it running or puts it back."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`ordinal` counts from 1. `metadata`: what the step has to say about its results, as JSON.

    `error`: why it failed. `is_passing`: it may go better in another attempt at the job.
    """

    id: UUID
    job_id: UUID
    ordinal: int
    name: str
    status: StepStatus
    model_id: UUID | None
    started_at: datetime | None
    finished_at: datetime | None
    metadata: Mapping[str, object] = field(default_factory=dict)
    error: JobError | None = None
    is_passing: bool = False

    @property
    def is_open(self) -> bool:
        """There is still work to be done on it in this attempt."""
        return self.status in {StepStatus.PENDING, StepStatus.RUNNING}

    def running(self, *, at: datetime) -> "Step":
        return replace(self._without_error(), status=StepStatus.RUNNING, started_at=at, finished_at=None, metadata={})

    def succeeded(self, metadata: Mapping[str, object], *, at: datetime) -> "Step":
        return replace(self, status=StepStatus.SUCCEEDED, finished_at=at, metadata=metadata)

    def failed(
        self, error: JobError, *, at: datetime, metadata: Mapping[str, object] | None = None, is_passing: bool = False
    ) -> "Step":
        return replace(
            self,
            status=StepStatus.FAILED,
            finished_at=at,
            metadata=self.metadata if metadata is None else metadata,
            error=error,
            is_passing=is_passing,
        )

    def cancelled(self, *, at: datetime) -> "Step":
        return replace(self, status=StepStatus.CANCELLED, finished_at=at)

    def by(self, model_id: UUID) -> "Step":
        """Done by this model."""
        return replace(self, model_id=model_id)

    def put_back(self) -> "Step":
        """It will be done again from its beginning."""
        return replace(self._without_error(), status=StepStatus.PENDING, started_at=None, finished_at=None, metadata={})

    def _without_error(self) -> "Step":
        return replace(self, error=None, is_passing=False)

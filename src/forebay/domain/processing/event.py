"""Events: what happened to runs and jobs, in the order in which it became true. Nothing is ever changed in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class EventLevel(StrEnum):
    """How much attention it deserves."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class EventCode(StrEnum):
    """What happened. Codes are stable; a processor may add codes of its own as plain text."""

    RUN_STORED = "run_stored"
    RUN_PARSING = "run_parsing"
    RUN_COMPLETE = "run_complete"
    RUN_FAILED = "run_failed"
    RUN_DELETED = "run_deleted"
    JOB_QUEUED = "job_queued"
    JOB_STARTED = "job_started"
    JOB_TAKEN_OVER = "job_taken_over"
    JOB_POSTPONED = "job_postponed"
    JOB_RELEASED = "job_released"
    JOB_CANCEL_REQUESTED = "job_cancel_requested"
    JOB_RETRIED = "job_retried"
    JOB_SUCCEEDED = "job_succeeded"
    JOB_FAILED = "job_failed"
    JOB_CANCELLED = "job_cancelled"
    STEP_STARTED = "step_started"
    STEP_PROGRESS = "step_progress"
    STEP_SUCCEEDED = "step_succeeded"
    STEP_FAILED = "step_failed"


FINAL_CODES = frozenset({EventCode.JOB_SUCCEEDED, EventCode.JOB_FAILED, EventCode.JOB_CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event that is about to be recorded. `run_id` stays even when the run is gone; None: of a job without one."""

    run_id: UUID | None
    at: datetime
    code: str
    message: str
    level: EventLevel = EventLevel.INFO
    job_id: UUID | None = None
    step_id: UUID | None = None
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(NewEvent):
    """A recorded event. Positions rise in the order in which events become visible, over all runs and jobs."""

    position: int

"""What workers tell, in the log; and told to several at once."""

import logging
from collections.abc import Sequence

import structlog

from forebay.application.ports.observer import ProcessingObserver
from forebay.domain.errors import ForebayError
from forebay.domain.processing.job import Job


class ProcessingLog:
    """One line when an attempt at a job ends, and one for what went wrong on the way. For programs of our own."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("forebay.jobs")

    def job_claimed(self, job: Job, *, waited: float, taken_over: bool) -> None:
        if taken_over:
            self._log.warning("job taken over from a worker that went away", **_facts(job))

    def step_ended(self, job: Job, step: str, *, outcome: str, seconds: float) -> None:
        """Its event says it, and the job's line comes."""

    def job_ended(self, job: Job, *, outcome: str, seconds: float) -> None:
        say = self._log.info if outcome in {"succeeded", "released", "cancelled"} else self._log.warning
        say("job", outcome=outcome, duration_ms=round(seconds * 1000, 1), **_facts(job))

    def defect(self, job: Job, error: BaseException) -> None:
        self._log.error("a step failed with an error that was not foreseen", exc_info=error, **_facts(job))

    def trouble(self, error: ForebayError) -> None:
        self._log.warning("work has to wait", code=error.code, detail=error.message)

    def catalogued(self, *, members: int, unpacked_bytes: int) -> None:
        """The job's events have it."""


class EmbeddedLog:
    """What a program that embeds the library should hear of, through the standard logger: structlog is not set up."""

    def __init__(self) -> None:
        self._log = logging.getLogger("forebay.jobs")

    def job_claimed(self, job: Job, *, waited: float, taken_over: bool) -> None:
        """Its event says it."""

    def step_ended(self, job: Job, step: str, *, outcome: str, seconds: float) -> None:
        """Its event says it."""

    def job_ended(self, job: Job, *, outcome: str, seconds: float) -> None:
        """Its event says it."""

    def defect(self, job: Job, error: BaseException) -> None:
        self._log.error("job %s failed with an error that was not foreseen", job.id, exc_info=error)

    def trouble(self, error: ForebayError) -> None:
        self._log.warning("work has to wait: %s", error.message)

    def catalogued(self, *, members: int, unpacked_bytes: int) -> None:
        """The job's events have it."""


class Observers:
    """Tells each of several."""

    def __init__(self, observers: Sequence[ProcessingObserver]) -> None:
        self._observers = tuple(observers)

    def job_claimed(self, job: Job, *, waited: float, taken_over: bool) -> None:
        for observer in self._observers:
            observer.job_claimed(job, waited=waited, taken_over=taken_over)

    def step_ended(self, job: Job, step: str, *, outcome: str, seconds: float) -> None:
        for observer in self._observers:
            observer.step_ended(job, step, outcome=outcome, seconds=seconds)

    def job_ended(self, job: Job, *, outcome: str, seconds: float) -> None:
        for observer in self._observers:
            observer.job_ended(job, outcome=outcome, seconds=seconds)

    def defect(self, job: Job, error: BaseException) -> None:
        for observer in self._observers:
            observer.defect(job, error)

    def trouble(self, error: ForebayError) -> None:
        for observer in self._observers:
            observer.trouble(error)

    def catalogued(self, *, members: int, unpacked_bytes: int) -> None:
        for observer in self._observers:
            observer.catalogued(members=members, unpacked_bytes=unpacked_bytes)


def _facts(job: Job) -> dict[str, object]:
    about = {"run_id": str(job.run_id)} if job.run_id is not None else {"subject": job.subject}
    return {"job_id": str(job.id), **about, "kind": job.kind, "attempt": job.attempts}


def _fit(
    log: ProcessingLog, embedded: EmbeddedLog, observers: Observers
) -> tuple[ProcessingObserver, ProcessingObserver, ProcessingObserver]:
    return log, embedded, observers

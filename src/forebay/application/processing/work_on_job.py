"""WorkOnJob: the steps of a claimed job, one after another, each recorded together with its results."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from forebay.application.cancellation import to_the_end, until_done
from forebay.application.ports.clock import Clock
from forebay.application.ports.observer import ProcessingObserver
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.ports.queue import JobQueue
from forebay.application.ports.tracing import WorkSpan, WorkTracer
from forebay.application.processing.announcing import announce
from forebay.application.processing.endings import JobEndings
from forebay.application.processing.holding import Hold, LeaseKeeper, StopReason
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import StepOutcome
from forebay.application.processing.steps import JobSteps, Shortfall, Stage
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.processing.errors import LeaseLostError, StepFailedError
from forebay.domain.processing.job import Job, JobError

T = TypeVar("T")
Ending = Callable[[ProcessingUnitOfWork, Job, datetime], Awaitable[Job]]

_PATIENCE_SECONDS = 15.0  # for a database that is away, with results in our hands
_PAUSE_SECONDS = 0.5


class WorkOnJob:
    """Ends with one outcome: succeeded, failed, cancelled, postponed, released or lost.

    `stopping` asks to let go at the end of the step; cancelling lets go at once. Either way the next worker goes on
    with the step that was not finished. Lost: another worker has the job, and nothing more is written here.
    """

    def __init__(
        self,
        *,
        keeper: LeaseKeeper,
        steps: JobSteps,
        endings: JobEndings,
        policy: ProcessingPolicy,
        observer: ProcessingObserver,
        tracer: WorkTracer,
        queue: JobQueue,
        clock: Clock,
        chance: Callable[[], float],
    ) -> None:
        self._keeper = keeper
        self._steps = steps
        self._endings = endings
        self._policy = policy
        self._observer = observer
        self._tracer = tracer
        self._queue = queue
        self._clock = clock
        self._chance = chance

    async def __call__(self, job: Job, *, stopping: asyncio.Event) -> str:
        """`job`: as ClaimJob gave it. Raises nothing but CancelledError."""
        with self._tracer.attempt(job) as span:
            return await self._work_on(job, span, stopping)

    async def _work_on(self, job: Job, span: WorkSpan, stopping: asyncio.Event) -> str:
        started = time.monotonic()
        outcome = "lost"
        error_code: str | None = None
        try:
            async with self._keeper.holding(job) as hold:
                try:
                    outcome = await self._attempt(hold, stopping)
                    error_code = hold.left.error.code if hold.left is not None and hold.left.error is not None else None
                except asyncio.CancelledError:
                    outcome = "released"
                    await to_the_end(self._let_go(hold))
                    raise
        except UnavailableError as error:  # the lease runs out, and another attempt is made of it
            self._observer.trouble(error)
        except Exception as error:  # noqa: BLE001 - nor does one that could not be told end the worker
            self._observer.defect(job, error)
        finally:
            self._observer.job_ended(job, outcome=outcome, seconds=time.monotonic() - started)
            span.ended(outcome, error=error_code)
        return outcome

    async def _attempt(self, hold: Hold, stopping: asyncio.Event) -> str:
        try:
            stage = await self._persist(partial(self._steps.begin, hold))
            while isinstance(stage, Stage):
                if stopping.is_set() and not hold.stopped.is_set():
                    return await self._release(hold)
                outcome = await self._run(hold, stage) if not hold.stopped.is_set() else None
                if outcome is None:
                    return await self._stopped(hold)
                stage = await self._persist(partial(self._steps.record, hold, stage, outcome))
            return await self._through(hold, stage)
        except LeaseLostError:
            return "lost"
        except ForebayError as error:
            return await self._failed(hold, JobError.of(error), passing=self._policy.is_passing(error))
        except Exception as error:  # noqa: BLE001 - whatever a processor raises ends the attempt, not the worker
            self._observer.defect(hold.job, error)
            defect = StepFailedError(f"The step failed with an error that was not foreseen ({type(error).__name__}).")
            return await self._failed(hold, JobError.of(defect), passing=True)

    async def _through(self, hold: Hold, shortfall: Shortfall | None) -> str:
        if shortfall is None:
            return "succeeded"
        return await self._failed(hold, JobError.of(shortfall.error), passing=shortfall.is_passing)

    async def _run(self, hold: Hold, stage: Stage) -> StepOutcome | None:
        """The step's outcome; None when it was stopped because work must not go on."""
        with self._tracer.step(hold.job, stage.step, label=stage.label) as span:
            return await self._step(hold, stage, span)

    async def _step(self, hold: Hold, stage: Stage, span: WorkSpan) -> StepOutcome | None:
        started = time.monotonic()
        result = "stopped"
        error_code: str | None = None
        work = asyncio.ensure_future(stage.work())
        watch = asyncio.create_task(hold.stopped.wait())
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return None
            result = "failed"
            if work.cancelled():
                raise RuntimeError("the step cancelled itself")
            outcome = work.result()
            if outcome.failure is None:
                result = "succeeded"
            else:
                error_code = outcome.failure.code
            return outcome
        finally:
            work.cancel()
            watch.cancel()
            try:
                await until_done(asyncio.gather(work, watch, return_exceptions=True))
            finally:
                self._observer.step_ended(hold.job, stage.label, outcome=result, seconds=time.monotonic() - started)
                span.ended(result, error=error_code)

    async def _let_go(self, hold: Hold) -> None:
        """Our own task is being cancelled, and that goes on whatever happens here."""
        try:
            await self._release(hold)
        except ForebayError as error:  # the lease runs out
            self._observer.trouble(error)
        except Exception as error:  # noqa: BLE001 - as above
            self._observer.defect(hold.job, error)

    async def _stopped(self, hold: Hold) -> str:
        if hold.reason is StopReason.CANCEL:
            return await self._end(hold, "cancelled", lambda work, job, at: self._endings.cancel(work, job, at=at))
        return "lost"

    async def _release(self, hold: Hold) -> str:
        outcome = await self._end(hold, "released", lambda work, job, at: self._endings.release(work, job, at=at))
        if outcome == "released":
            await announce(self._queue, hold.job.id)
        return outcome

    async def _failed(self, hold: Hold, error: JobError, *, passing: bool) -> str:
        if not passing or hold.job.is_exhausted:
            return await self._end(hold, "failed", lambda work, job, at: self._endings.fail(work, job, error, at=at))
        delay = self._policy.backoff.after(hold.job.attempts, chance=self._chance())
        outcome = await self._end(
            hold, "postponed", lambda work, job, at: self._endings.postpone(work, job, error, until=at + delay, at=at)
        )
        if outcome == "postponed":
            await announce(self._queue, hold.job.id, delay=delay)
        return outcome

    async def _end(self, hold: Hold, outcome: str, write: Ending) -> str:
        """How it has ended: `outcome`, or what became of the job before or instead; "lost" when it is not ours."""

        async def ending() -> None:
            try:
                async with hold.writing() as (work, job):
                    hold.left = await write(work, job, self._clock.now())
            except LeaseLostError:
                if not await hold.has_left():
                    raise

        try:
            await self._persist(ending)
        except LeaseLostError:
            return "lost"
        return str(hold.left.status) if hold.left is not None and hold.left.status.is_final else outcome

    async def _persist(self, write: Callable[[], Awaitable[T]]) -> T:
        """Tries again while the database is away: results are in our hands, and the lease may still be ours."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + _PATIENCE_SECONDS
        while True:
            try:
                return await write()
            except UnavailableError as error:
                if clock() > deadline:
                    raise
                self._observer.trouble(error)
            await asyncio.sleep(_PAUSE_SECONDS)

"""Holding a job: its lease is renewed while somebody works on it, and everything written is fenced by it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from forebay.application.cancellation import until_done
from forebay.application.ports.clock import Clock
from forebay.application.ports.observer import ProcessingObserver
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.application.processing.policy import ProcessingPolicy
from forebay.domain.errors import ForebayError
from forebay.domain.processing.errors import JobNotFoundError, LeaseLostError
from forebay.domain.processing.job import Job, Lease
from forebay.domain.processing.step import Step

_LOOK_SECONDS = 1.0  # after a signal: cancelling may take this long, and many signals cost one look


class StopReason(StrEnum):
    """Why work on a job must not go on."""

    LOST = "lost"
    CANCEL = "cancel"


class Hold:
    """A job in our hands. `stopped` is set, with the reason, when work on it must not go on.

    `begun` and `left`: the step that was begun last here, and the job as it was let go of, whether or not it is known
    that they are committed.
    """

    def __init__(self, job: Job, owner: str, unit_of_work: ProcessingUnitOfWorkFactory) -> None:
        self.job = job
        self.owner = owner
        self.stopped = asyncio.Event()
        self.reason: StopReason | None = None
        self.begun: Step | None = None
        self.left: Job | None = None
        self._unit_of_work = unit_of_work

    def stop(self, reason: StopReason) -> None:
        self.reason = self.reason or reason
        self.stopped.set()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[tuple[ProcessingUnitOfWork, Job]]:
        """A transaction in which the job is ours, committed on leaving. LeaseLostError if it is not."""
        async with self._unit_of_work() as work:
            try:
                job = await work.jobs.get(self.job.id, for_update=True)
            except JobNotFoundError:
                raise LeaseLostError(f"job {self.job.id} was deleted with its run") from None
            self.heed(job)
            yield work, job
            await work.commit()

    def heed(self, job: Job) -> None:
        """What the job's row says about going on. LeaseLostError if it is not ours."""
        job.check_owner(self.owner)
        if job.cancel_requested:
            self.stop(StopReason.CANCEL)

    async def has_left(self) -> bool:
        """Whether it was us who let go of the job, in a commit whose answer got lost."""
        if self.left is None:
            return False
        async with self._unit_of_work(write=False) as work:
            try:
                return await work.jobs.get(self.job.id) == self.left
            except JobNotFoundError:
                return False


class LeaseKeeper:
    """Renews at every third of the lease, and hears when the job is to be cancelled or has gone to another worker."""

    def __init__(
        self,
        *,
        unit_of_work: ProcessingUnitOfWorkFactory,
        signals: ChangeSignals,
        policy: ProcessingPolicy,
        observer: ProcessingObserver,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._signals = signals
        self._lease = policy.lease
        self._observer = observer
        self._clock = clock

    @asynccontextmanager
    async def holding(self, job: Job) -> AsyncIterator[Hold]:
        """For a job that was just claimed."""
        if job.lease is None:
            raise LeaseLostError(f"job {job.id} was not claimed")
        hold = Hold(job, job.lease.owner, self._unit_of_work)
        async with self._signals.listen(Topic.JOBS) as listener:
            task = asyncio.create_task(self._keep(hold, listener))
            try:
                yield hold
            finally:
                task.cancel()
                await until_done(task)

    async def _keep(self, hold: Hold, listener: ChangeListener) -> None:
        """A database that does not answer is no reason to stop: writing will tell whose job it is."""
        interval = self._lease.total_seconds() / 3
        clock = asyncio.get_running_loop().time
        renewed = clock()
        while not hold.stopped.is_set():
            due = renewed + interval - clock()
            try:
                if await listener.wait(max(0.0, due)) and due > _LOOK_SECONDS:
                    await self._look(hold)
                    await asyncio.sleep(_LOOK_SECONDS)
                else:
                    await self._renew(hold)
                    renewed = clock()
            except (LeaseLostError, JobNotFoundError):
                hold.stop(StopReason.LOST)
            except ForebayError as error:
                self._observer.trouble(error)
                await asyncio.sleep(min(interval, _LOOK_SECONDS))
            except Exception as error:  # noqa: BLE001 - a defect must not let the lease run out in silence
                self._observer.defect(hold.job, error)
                await asyncio.sleep(min(interval, _LOOK_SECONDS))

    async def _look(self, hold: Hold) -> None:
        async with self._unit_of_work(write=False) as work:
            job = await work.jobs.get(hold.job.id)
        hold.heed(job)

    async def _renew(self, hold: Hold) -> None:
        async with hold.writing() as (work, job):
            now = self._clock.now()
            renewed = job.renewed(Lease(owner=hold.owner, expires_at=now + self._lease), at=now)
            await work.jobs.update(renewed)

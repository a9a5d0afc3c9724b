"""The worker: claims jobs and works on several at a time, until it is told to stop."""

import asyncio
from datetime import datetime
from typing import Any

from forebay.application.cancellation import until_done
from forebay.application.ports.clock import Clock
from forebay.application.ports.observer import ProcessingObserver
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.application.processing.claim_job import Claim, ClaimJob
from forebay.application.processing.processor import Processors
from forebay.application.processing.work_on_job import WorkOnJob
from forebay.domain.errors import ForebayError

_LOOK_SECONDS = 30.0  # at the latest, whatever the signals say
_TROUBLE_SECONDS = 1.0
_IN_THE_WAY_SECONDS = 1.0  # nobody signals that another worker took the job that must be alone


class Worker:
    """Waits for signals, looks when a job becomes due, and never has more than `concurrency` jobs in its hands.

    One that must be alone is taken with empty hands; as long as it is in them, or waits for them, no other is taken.
    """

    def __init__(
        self,
        *,
        claim: ClaimJob,
        work_on: WorkOnJob,
        processors: Processors,
        unit_of_work: ProcessingUnitOfWorkFactory,
        signals: ChangeSignals,
        observer: ProcessingObserver,
        clock: Clock,
    ) -> None:
        self._claim = claim
        self._work_on = work_on
        self._processors = processors
        self._unit_of_work = unit_of_work
        self._signals = signals
        self._observer = observer
        self._clock = clock

    async def __call__(self, *, name: str, concurrency: int, stopping: asyncio.Event, grace_seconds: float) -> None:
        """Returns once `stopping` is set and all jobs are let go of: at the end of their steps, or after the grace."""
        hands: set[asyncio.Task[str]] = set()
        stopped = asyncio.create_task(stopping.wait())
        most = concurrency
        try:
            async with self._signals.listen(Topic.JOBS) as listener:
                while not stopping.is_set():
                    full = len(hands) >= most
                    claim = await self._next(name, busy=bool(hands)) if not full else Claim()
                    if claim.job is not None:
                        most = 1 if claim.alone else concurrency
                        hand = asyncio.create_task(self._work_on(claim.job, stopping=stopping))
                        hands.add(hand)
                        hand.add_done_callback(hands.discard)
                    else:
                        await self._wait(listener, stopped, hands, None if full else await self._pause(claim))
            if hands:
                await asyncio.wait(hands, timeout=grace_seconds)
        finally:
            left: list[asyncio.Task[Any]] = [stopped, *hands]
            for task in left:
                task.cancel()
            for task in left:
                await until_done(task)

    async def _next(self, name: str, *, busy: bool) -> Claim:
        try:
            return await self._claim.next(worker=name, busy=busy)
        except ForebayError as error:
            self._observer.trouble(error)
            await asyncio.sleep(_TROUBLE_SECONDS)
            return Claim()

    async def _wait(
        self,
        listener: ChangeListener,
        stopped: "asyncio.Task[bool]",
        hands: "set[asyncio.Task[str]]",
        pause: float | None,
    ) -> None:
        """Until there may be something to do: a hand is free again, a job was added or is due, or it is to stop.

        `pause`: so long at most; None with full hands, for which no new job matters.
        """
        waiting: set[asyncio.Task[str] | asyncio.Task[bool]] = {stopped, *hands}
        heard = None if pause is None else asyncio.create_task(listener.wait(pause))
        if heard is not None:
            waiting.add(heard)
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if heard is not None:
                heard.cancel()
                await until_done(heard)

    async def _pause(self, claim: Claim) -> float:
        if claim.alone:
            return _IN_THE_WAY_SECONDS
        try:
            async with self._unit_of_work(write=False) as work:
                due = await work.jobs.next_due(kinds=self._processors.kinds)
        except ForebayError as error:
            self._observer.trouble(error)
            return _TROUBLE_SECONDS
        return _LOOK_SECONDS if due is None else _until(due, self._clock.now())


def _until(due: datetime, now: datetime) -> float:
    return min(max(0.01, (due - now).total_seconds()), _LOOK_SECONDS)

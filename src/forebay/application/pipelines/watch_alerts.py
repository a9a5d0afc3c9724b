"""WatchAlerts: looks at pipelines and sends messages, for as long as a server or a worker runs."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from forebay.application.cancellation import until_done
from forebay.application.pipelines.deliver_alerts import DeliverAlerts
from forebay.application.pipelines.evaluate_alerts import EvaluateAlerts, EvaluationReport
from forebay.application.ports.alert_observer import AlertObserver
from forebay.application.ports.clock import Clock
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.domain.errors import ForebayError

_TROUBLE_SECONDS = 5.0
_LASTING = 3  # failures in a row
_SHORTEST = 0.05
_BREATH = 0.1  # between two looks, so that they do not take turns with each report that comes in


class WatchAlerts:
    """Two loops, so that sending never keeps anybody from looking. Both wait for signals; one looks at all that time

    may change at every interval, the other when a message is due. Safe beside itself anywhere.
    """

    def __init__(
        self,
        *,
        evaluate: EvaluateAlerts,
        deliver: DeliverAlerts,
        unit_of_work: PipelinesUnitOfWorkFactory,
        signals: ChangeSignals,
        observer: AlertObserver,
        clock: Clock,
    ) -> None:
        self._evaluate = evaluate
        self._deliver = deliver
        self._unit_of_work = unit_of_work
        self._signals = signals
        self._observer = observer
        self._clock = clock
        self._failures: dict[str, tuple[int, str]] = {}  # in a row, and the last one

    @property
    def trouble(self) -> str | None:
        """What keeps a loop from its work, when that has gone on for some time."""
        for what, (count, last) in self._failures.items():
            if count >= _LASTING:
                return f"{what} has failed {count} times in a row: {last}"
        return None

    async def once(self, *, stopping: asyncio.Event | None = None) -> tuple[EvaluationReport, int]:
        """Looks at everything and sends what is due, for who keeps a timer elsewhere; how many messages arrived."""
        report = await self._evaluate(timed=True)
        return report, await self._deliver(stopping=stopping)

    async def __call__(self, *, interval: float, stopping: asyncio.Event, grace_seconds: float) -> None:
        """Returns once `stopping` is set and what is being sent has come to its end, or after the grace."""
        loops = [
            asyncio.create_task(self._looking(interval, stopping)),
            asyncio.create_task(self._sending(interval, stopping)),
        ]
        stopped = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({stopped, *loops}, return_when=asyncio.FIRST_COMPLETED)
            stopping.set()
            await asyncio.wait(loops, timeout=grace_seconds)
        finally:
            for task in (stopped, *loops):
                task.cancel()
            for task in (stopped, *loops):
                await until_done(task)
        for loop in loops:
            if not loop.cancelled():
                loop.result()

    async def _looking(self, interval: float, stopping: asyncio.Event) -> None:
        now = asyncio.get_running_loop().time
        timed_at = now()
        async with self._signals.listen(Topic.ALERTS) as listener:
            while not stopping.is_set():
                is_time = now() >= timed_at

                async def look(timed: bool = is_time) -> None:
                    if (await self._evaluate(timed=timed)).pipelines:
                        await _told_within(stopping, _BREATH)

                if not await self._guarded("looking at pipelines", look):
                    await _pause(listener, stopping, _TROUBLE_SECONDS)
                    continue
                if is_time:
                    timed_at = now() + interval
                await _pause(listener, stopping, timed_at - now())

    async def _sending(self, interval: float, stopping: asyncio.Event) -> None:
        async with self._signals.listen(Topic.ALERTS) as listener:
            while not stopping.is_set():
                pause = interval

                async def send() -> None:
                    nonlocal pause
                    await self._deliver(stopping=stopping)
                    pause = await self._until_due(interval)

                if not await self._guarded("sending messages", send):
                    pause = _TROUBLE_SECONDS
                await _pause(listener, stopping, pause)

    async def _guarded(self, what: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether it went well. Trouble passes, and a defect must not leave alerts lying until somebody notices."""
        try:
            await work()
        except ForebayError as error:
            last = error.message
            self._observer.trouble(error)
        except Exception as error:  # noqa: BLE001 - as the docstring says
            last = f"an error that was not foreseen ({type(error).__name__})"
            self._observer.defect(None, error)
        else:
            self._failures.pop(what, None)
            return True
        count, _ = self._failures.get(what, (0, ""))
        self._failures[what] = (count + 1, last)
        return False

    async def _until_due(self, most: float) -> float:
        async with self._unit_of_work(write=False) as work:
            due = await work.deliveries.next_due()
        return most if due is None else min(most, (due - self._clock.now()).total_seconds())


async def _told_within(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()


async def _pause(listener: ChangeListener, stopping: asyncio.Event, seconds: float) -> None:
    """Until something may have changed, it is to stop, or the time has passed."""
    heard = asyncio.create_task(listener.wait(max(_SHORTEST, seconds)))
    told = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({heard, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (heard, told):
            task.cancel()
        for task in (heard, told):
            await until_done(task)

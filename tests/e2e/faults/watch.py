"""Seeing everything that happens to jobs, as it happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from forebay.application.cancellation import until_done
from forebay.application.processing.follow_events import EventsQuery
from forebay.application.use_cases import ProcessingUseCases
from forebay.domain.errors import UnavailableError
from forebay.domain.processing.event import FINAL_CODES, Event, EventCode

_CLAIMS = {EventCode.JOB_STARTED, EventCode.JOB_TAKEN_OVER}
_TICK_SECONDS = 1.0


class Watch:
    """All events so far, and whoever works on which job. `check` is asked now and then, and raises when all is lost."""

    def __init__(self) -> None:
        self.check: Callable[[], None] = _nothing
        self.events: list[Event] = []
        self.of_job: dict[UUID, list[Event]] = {}
        self._pids: dict[UUID, int] = {}
        self._news = asyncio.Event()

    def pid_of(self, job_id: UUID) -> int:
        """Of the process that claimed the job last; 0 before the first claim."""
        return self._pids.get(job_id, 0)

    def ended(self) -> set[UUID]:
        return {job_id for job_id, events in self.of_job.items() if events[-1].code in FINAL_CODES}

    async def until(self, ready: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
        """Returns once `ready` holds, which is asked after every batch of events."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not ready():
            self.check()
            if loop.time() > deadline:
                raise AssertionError(f"waited {seconds:.0f} s for {what}; {self.describe()}")
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._news.wait()

    async def until_all_ended(self, count: int, *, seconds: float = 120) -> None:
        """That many jobs, and no other is known that has not."""
        await self.until(
            lambda: len(self.ended()) == count == len(self.of_job), what=f"the end of {count} jobs", seconds=seconds
        )

    async def after(self, index: int, wanted: Callable[[Event], bool], *, what: str, seconds: float = 60) -> Event:
        """The first event from `index` on that is `wanted`."""
        found: list[Event] = []
        looked_at = index

        def look() -> bool:
            nonlocal looked_at
            found.extend(event for event in self.events[looked_at:] if wanted(event))
            looked_at = len(self.events)
            return bool(found)

        await self.until(look, what=what, seconds=seconds)
        return found[0]

    def describe(self) -> str:
        """Where the jobs are that failed or have not ended."""
        ended = self.ended()
        failed = [job_id for job_id in ended if self.of_job[job_id][-1].code == EventCode.JOB_FAILED]
        lines = [f"{len(ended)} of {len(self.of_job)} jobs have ended; the last events of those that failed or wait:"]
        for job_id, events in self.of_job.items():
            if job_id not in ended or job_id in failed:
                last = " ".join(f"{event.code}({_payload(event)})" for event in events[-6:])
                lines.append(f"  {job_id}, process {self.pid_of(job_id)}: {last}")
        return "\n".join(lines[:20])

    def take(self, event: Event) -> None:
        self.events.append(event)
        if event.job_id is not None:
            self.of_job.setdefault(event.job_id, []).append(event)
            if event.code in _CLAIMS:
                self._pids[event.job_id] = pid_in(str(event.payload["worker"]))

    def tell(self) -> None:
        self._news.set()


def _nothing() -> None:
    """Nothing to check yet."""


def pid_in(owner: str) -> int:
    """Of `host:pid` or `host:pid/claim`."""
    return int(owner.partition("/")[0].rpartition(":")[2])


def _payload(event: Event) -> str:
    shown = ("step", "attempt", "worker", "code")
    return " ".join(str(event.payload[name]) for name in shown if name in event.payload)


async def _follow(processing: ProcessingUseCases, watch: Watch) -> None:
    """Goes on behind the last event that was seen when the database went away, as a client would."""
    while True:
        after = watch.events[-1].position if watch.events else 0
        with suppress(UnavailableError):
            async with processing.follow_events(EventsQuery(after=after)) as batches:
                async for batch in batches:
                    for event in batch:
                        watch.take(event)
                    watch.tell()
        await asyncio.sleep(0.1)  # the database is away, and nobody tells when it comes back


@asynccontextmanager
async def watching(processing: ProcessingUseCases, check: Callable[[], None]) -> AsyncIterator[Watch]:
    watch = Watch()
    task = asyncio.create_task(_follow(processing, watch))

    def check_both() -> None:
        if task.done():
            task.result()
        check()

    watch.check = check_both
    try:
        yield watch
    finally:
        task.cancel()
        await until_done(task)

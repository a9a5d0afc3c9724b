"""ScheduleSyncs: sources are pulled from again and again, whoever else does so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from forebay.application.pipelines.start_sync import StartSync, StartSyncCommand
from forebay.application.pipelines.sync_subject import SYNC_KIND, SyncSubject
from forebay.application.ports.clock import Clock
from forebay.application.ports.jobs import JobFilter
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.run_source import RunSources
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.paging import SortOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailure:
    """A source whose sync could not even be started."""

    source: str
    error: ForebayError


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledSyncs:
    """`next_in`: when to look again."""

    started: Sequence[str]
    failures: Sequence[SourceFailure]
    next_in: timedelta


class ScheduleSyncs:
    """Starts a sync of each source whose last one was begun `every` ago or longer, by whomever: any number of servers

    and workers may do this at once.
    """

    def __init__(
        self, *, sources: RunSources, start_sync: StartSync, unit_of_work: ProcessingUnitOfWorkFactory, clock: Clock
    ) -> None:
        self._sources = sources
        self._start_sync = start_sync
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, *, every: timedelta) -> ScheduledSyncs:
        """UnavailableError when the database does not answer. What is wrong with one source stops no other."""
        started: list[str] = []
        failures: list[SourceFailure] = []
        next_in = every
        for source in self._sources.names:
            due_in = await self._due_in(source, every)
            if due_in > timedelta(0):
                next_in = min(next_in, due_in)
                continue
            try:
                (sync,) = await self._start_sync(StartSyncCommand(source=source))
            except UnavailableError:
                raise
            except ForebayError as error:
                failures.append(SourceFailure(source=source, error=error))
            else:
                started += [source] if sync.is_new else []
        return ScheduledSyncs(started=started, failures=failures, next_in=next_in)

    async def _due_in(self, source: str, every: timedelta) -> timedelta:
        """At most `every`, also when a clock was set back."""
        where = JobFilter(kind=SYNC_KIND, subject=str(SyncSubject(source)))
        async with self._unit_of_work(write=False) as work:
            last = await work.jobs.list(where, order=SortOrder.DESC, after=None, limit=1)
        if not last:
            return timedelta(0)
        return min(last[0].created_at + every - self._clock.now(), every)

"""ReceiveLineage: events of OpenLineage come in, and become runs of pipelines."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from forebay.application.pipelines.lineage_pipelines import LineagePipelines, SeenJob
from forebay.application.pipelines.recording import PipelineReport, record_reports
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.pipelines.lineage import LineageEvent
from forebay.domain.pipelines.lineage_names import JobName
from forebay.domain.pipelines.lineage_reading import ReadEvent, read_event
from forebay.domain.pipelines.run import Verdict

_AT_ONCE = 1_000  # events in one transaction
_Events = dict[int, ReadEvent]  # by their index


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageVerdict:
    """What became of an event. `error`: why it was not kept. `is_new`: False for one that was there already.

    `verdict`: what it did to its run; None when it says nothing of one, or was there already.
    """

    error: ForebayError | None = None
    is_new: bool = False
    verdict: Verdict | None = None

    @property
    def may_be_repeated(self) -> bool:
        """It failed for a reason that passes."""
        return isinstance(self.error, UnavailableError)


class ReceiveLineage:
    """Keeps each event once, and records what it says of a run. Each event has a verdict of its own, in their order:

    a bad one keeps no other out. UnavailableError when none could be kept and trying again may help.
    """

    def __init__(
        self,
        *,
        unit_of_work: PipelinesUnitOfWorkFactory,
        pipelines: LineagePipelines,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._pipelines = pipelines
        self._clock = clock
        self._ids = ids

    async def __call__(self, events: Sequence[object]) -> Sequence[LineageVerdict]:
        """`events`: parsed JSON."""
        read = await asyncio.to_thread(_read_all, events)
        verdicts = {index: LineageVerdict(error=one) for index, one in enumerate(read) if isinstance(one, ForebayError)}
        good = iter([(index, one) for index, one in enumerate(read) if isinstance(one, ReadEvent)])
        kept = False
        while some := dict(islice(good, _AT_ONCE)):
            verdicts.update(await self._keep(some))
            outage = next((one.error for one in verdicts.values() if isinstance(one.error, UnavailableError)), None)
            kept = kept or any(verdicts[index].error is None for index in some)
            if outage is not None:
                if not kept:
                    raise outage
                verdicts.update((index, LineageVerdict(error=outage)) for index, _ in good)
        return [verdicts[index] for index in range(len(read))]

    async def _keep(self, events: _Events) -> Mapping[int, LineageVerdict]:
        """All of them at once; where that fails, the halves by themselves, down to the event that is to blame."""
        try:
            return await self._keep_together(events)
        except ForebayError as error:
            if len(events) == 1 or isinstance(error, UnavailableError):
                return {index: LineageVerdict(error=error) for index in events}
        items, middle = list(events.items()), len(events) // 2
        first = await self._keep(dict(items[:middle]))
        outage = next((one.error for one in first.values() if one.may_be_repeated), None)
        if outage is not None:
            return {**first, **{index: LineageVerdict(error=outage) for index, _ in items[middle:]}}
        return {**first, **await self._keep(dict(items[middle:]))}

    async def _keep_together(self, events: _Events) -> Mapping[int, LineageVerdict]:
        pipelines = await self._pipelines(_seen_jobs(events.values()))
        now = self._clock.now()
        first = {event.sha256: index for index, event in reversed(events.items())}
        kept = [
            LineageEvent(
                sha256=sha256,
                kind=event.kind,
                event_type=event.event_type,
                event_time=event.event_time,
                pipeline_id=None if event.job is None else pipelines[event.job],
                external_run_id=event.external_run_id,
                document=event.document,
                received_at=now,
            )
            for sha256, event in sorted((sha256, events[index]) for sha256, index in first.items())
        ]  # in the same order everywhere, so that two of us do not wait for each other
        verdicts = dict.fromkeys(events, LineageVerdict())
        async with self._unit_of_work() as work:
            new = await work.lineage.add_events(kept)
            verdicts.update((first[sha256], LineageVerdict(is_new=True)) for sha256 in new)
            reports = {
                index: PipelineReport(pipelines[event.job], event.report)
                for index, event in sorted(events.items())
                if verdicts[index].is_new and event.report is not None and event.job is not None
            }
            recorded = await record_reports(work, list(reports.values()), ids=self._ids, at=now) if reports else ()
            await work.commit()
        for index, one in zip(reports, recorded, strict=True):
            verdicts[index] = LineageVerdict(is_new=True, verdict=one.verdict)
        return verdicts


def _read_all(events: Sequence[object]) -> list[ReadEvent | ForebayError]:
    return [_read(event) for event in events]


def _read(event: object) -> ReadEvent | ForebayError:
    try:
        return read_event(event)
    except ForebayError as error:
        return error


def _seen_jobs(events: Iterable[ReadEvent]) -> list[SeenJob]:
    jobs: dict[JobName, SeenJob] = {}
    for event in events:
        if event.job is not None and event.job not in jobs:
            jobs[event.job] = SeenJob(name=event.job, platform=event.platform, pipeline_type=event.pipeline_type)
    return list(jobs.values())

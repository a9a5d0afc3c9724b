"""RecordRun and RecordRuns: reports come in, one or thousands at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from forebay.application.pipelines.missing_pipelines import NamedPipeline, create_missing
from forebay.application.pipelines.recording import PipelineReport, Recorded, record_reports
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.domain.errors import ConflictError, ForebayError, InvalidInputError
from forebay.domain.pipelines.errors import PipelineNotFoundError
from forebay.domain.pipelines.report import RunReport
from forebay.domain.pipelines.run import PipelineRun, Verdict

MAX_REPORTS = 10_000
_TRIES = 10  # with each, somebody else was done


class AddressedReport(NamedTuple):
    """A report, and whose run it is about."""

    pipeline: UUID | NamedPipeline
    report: RunReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRunsCommand:
    """`reports`: at most 10,000. An InvalidInputError in place of one says why it could not be read; it is rejected.

    `create_missing`: clients and pipelines that are named and do not exist are created.
    """

    reports: Sequence[AddressedReport | InvalidInputError]
    create_missing: bool = False


@dataclass(frozen=True, slots=True)
class ReportVerdict:
    """What became of the report with this index. `error`: of those that were rejected."""

    index: int
    verdict: Verdict
    pipeline_id: UUID | None = None
    run_id: UUID | None = None
    error: ForebayError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run as it is known now, and what the report did."""

    run: PipelineRun
    verdict: Verdict


class RecordRun:
    """One report of one pipeline's run. PipelineNotFoundError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock, ids: IdGenerator) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, pipeline_id: UUID, report: RunReport) -> RecordedRun:
        async with self._unit_of_work() as work:
            [recorded] = await record_reports(
                work, [PipelineReport(pipeline_id, report)], ids=self._ids, at=self._clock.now()
            )
            run = await work.pipeline_runs.get(pipeline_id, recorded.run_id)
            await work.commit()
        return RecordedRun(run=run, verdict=recorded.verdict)


class RecordRuns:
    """Each report has a verdict of its own, in their order: one that is rejected does not keep the others out.

    All that are not rejected are committed together. InvalidInputError when there are too many.
    """

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock, ids: IdGenerator) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, command: RecordRunsCommand) -> Sequence[ReportVerdict]:
        if len(command.reports) > MAX_REPORTS:
            raise InvalidInputError(f"{len(command.reports)} records; expected at most {MAX_REPORTS} at a time")
        tries_left = _TRIES
        while True:
            try:
                return await self._record(command)
            except ConflictError:  # somebody created the same client or pipeline at the same time
                tries_left -= 1
                if not tries_left:
                    raise

    async def _record(self, command: RecordRunsCommand) -> Sequence[ReportVerdict]:
        now = self._clock.now()
        async with self._unit_of_work() as work:
            known = await self._pipelines(work, command)
            verdicts: list[ReportVerdict | None] = []
            accepted: list[PipelineReport] = []
            for index, item in enumerate(command.reports):
                found = item if isinstance(item, InvalidInputError) else known[item.pipeline]
                if isinstance(item, InvalidInputError) or isinstance(found, ForebayError):
                    error = found if isinstance(found, ForebayError) else None
                    verdicts.append(ReportVerdict(index, Verdict.REJECTED, error=error))
                else:
                    verdicts.append(None)
                    accepted.append(PipelineReport(found, item.report))
            recorded = iter(await record_reports(work, accepted, ids=self._ids, at=now) if accepted else ())
            await work.commit()
        landed = iter(accepted)
        return [verdict or _verdict(index, next(landed), next(recorded)) for index, verdict in enumerate(verdicts)]

    async def _pipelines(
        self, work: PipelinesUnitOfWork, command: RecordRunsCommand
    ) -> dict[UUID | NamedPipeline, UUID | ForebayError]:
        """The pipeline of each way to say it that occurs, or why there is none."""
        said = {item.pipeline for item in command.reports if not isinstance(item, InvalidInputError)}
        ids = [one for one in said if isinstance(one, UUID)]
        named = [one for one in said if not isinstance(one, UUID)]
        known: dict[UUID | NamedPipeline, UUID | ForebayError] = {}
        there = await work.pipelines.existing(ids) if ids else frozenset()
        for one in ids:
            known[one] = (
                one if one in there else PipelineNotFoundError(f"there is no pipeline {one}", field="pipeline_id")
            )
        addressed = await work.pipelines.find(list({one.address for one in named})) if named else {}
        missing: list[NamedPipeline] = []
        for name in named:
            pipeline_id = addressed.get(name.address)
            if pipeline_id is not None:
                known[name] = pipeline_id
            else:
                missing.append(name)
        if missing and command.create_missing:
            made = await create_missing(work, missing, ids=self._ids, at=self._clock.now())
            known.update(made.items())
        else:
            known.update((name, _not_found(name)) for name in missing)
        return known


def _verdict(index: int, item: PipelineReport, recorded: Recorded) -> ReportVerdict:
    return ReportVerdict(index, recorded.verdict, item.pipeline_id, recorded.run_id)


def _not_found(named: NamedPipeline) -> PipelineNotFoundError:
    return PipelineNotFoundError(
        f"client {named.client[:100]!r} has no pipeline {named.external_id[:100]!r} on {named.platform};"
        " create it, or ask for create_missing",
        field="external_id",
    )

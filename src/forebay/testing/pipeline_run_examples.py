"""Reports and runs of pipelines to test with, and a ledger of runs that says what it is about."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID, uuid4

from forebay.application.pipelines.recording import PipelineReport, Recorded, record_reports
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelineRunFilter, PipelinesUnitOfWorkFactory, RunIdentity
from forebay.domain.paging import SortOrder
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import ReportedStatus, RunReport
from forebay.domain.pipelines.run import PipelineRun
from forebay.testing.intake_examples import MORNING

SUCCESS, FAILED, RUNNING = ReportedStatus.SUCCESS, ReportedStatus.FAILED, ReportedStatus.RUNNING


class ReportFields(TypedDict, total=False):
    """What a test may want a report to say."""

    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None
    rows_processed: int | None
    error_message: str | None
    status_reason: str | None
    payload: str | None
    reported_at: datetime | None


class FreshIds(IdGenerator):
    """Random ones, in no order."""

    def new_id(self) -> UUID:
        return uuid4()

    def random_id(self) -> UUID:
        return uuid4()


def a_report(name: str = "", status: ReportedStatus = SUCCESS, **fields: Unpack[ReportFields]) -> RunReport:
    return RunReport(external_run_id=name or f"run-{uuid4()}", status=status, **fields)


def a_run_of(
    pipeline: Pipeline | UUID, report: RunReport | None = None, *, run_id: UUID | None = None, at: datetime = MORNING
) -> PipelineRun:
    pipeline_id = pipeline if isinstance(pipeline, UUID) else pipeline.id
    return PipelineRun.first(report or a_report(), run_id=run_id or uuid4(), pipeline_id=pipeline_id, at=at)


def ran(
    pipeline: Pipeline, minute: float, status: ReportedStatus = SUCCESS, seconds: float | None = None
) -> PipelineRun:
    """Finished that many minutes after MORNING, after `seconds`; one that is running began then."""
    moment = MORNING + timedelta(minutes=minute)
    if status is RUNNING:
        return a_run_of(pipeline, a_report(status=status, started_at=moment, duration_seconds=seconds))
    return a_run_of(pipeline, a_report(status=status, finished_at=moment, duration_seconds=seconds))


class Ledger:
    """Units of work that do one thing with runs and commit."""

    def __init__(self, open_work: PipelinesUnitOfWorkFactory) -> None:
        self.open = open_work

    async def add(self, *runs: PipelineRun) -> Mapping[RunIdentity, PipelineRun | UUID]:
        async with self.open() as work:
            there = await work.pipeline_runs.add_missing(runs)
            await work.commit()
        return there

    async def update(self, *runs: PipelineRun) -> None:
        async with self.open() as work:
            await work.pipeline_runs.update_all(runs)
            await work.commit()

    async def record(self, pipeline: Pipeline, *reports: RunReport, at: datetime = MORNING) -> Sequence[Recorded]:
        async with self.open() as work:
            items = [PipelineReport(pipeline.id, report) for report in reports]
            recorded = await record_reports(work, items, ids=FreshIds(), at=at)
            await work.commit()
        return recorded

    async def find(self, pipeline: Pipeline, name: str) -> PipelineRun | None:
        async with self.open(write=False) as work:
            return await work.pipeline_runs.find(RunIdentity(pipeline.id, name))

    async def latest(self, pipeline: Pipeline) -> PipelineRun | None:
        async with self.open(write=False) as work:
            return await work.pipeline_runs.latest(pipeline.id)

    async def list(
        self, pipeline: Pipeline, where: PipelineRunFilter | None = None, *, order: SortOrder = SortOrder.ASC
    ) -> Sequence[PipelineRun]:
        async with self.open(write=False) as work:
            return await work.pipeline_runs.list(
                pipeline.id, where or PipelineRunFilter(), order=order, after=None, limit=1000
            )


def identity(run: PipelineRun) -> RunIdentity:
    return RunIdentity(run.pipeline_id, run.external_run_id)

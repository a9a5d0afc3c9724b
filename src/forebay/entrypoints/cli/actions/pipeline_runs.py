"""forebay pipelines: report, runs, run, latest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from forebay.application.pipelines.report_records import read_report
from forebay.application.ports.pipelines import PipelineRunFilter
from forebay.domain.ids import parse_id
from forebay.domain.pipelines.report import ReportedStatus, RunReport
from forebay.entrypoints.cli.arguments import one_of, parse_instant, parse_order
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json
from forebay.entrypoints.cli.pipeline_arguments import PageArguments, WindowArguments, parse_payload
from forebay.entrypoints.cli.pipeline_names import pipeline_id_of
from forebay.entrypoints.cli.pipeline_queries import PipelineRunsQuery
from forebay.entrypoints.cli.pipeline_tables import print_pipeline_run, print_pipeline_runs, print_recorded
from forebay.entrypoints.cli.pipeline_views import PipelineRunView
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportArguments:
    """As typed."""

    status: str
    external_run_id: str | None
    started: str | None
    finished: str | None
    duration: float | None
    rows: int | None
    error: str | None
    reason: str | None
    payload: str | None
    reported_at: str | None

    def parsed(self) -> RunReport:
        """InvalidReportError, InvalidInputError name the field."""
        return read_report(
            {
                "external_run_id": f"manual-{uuid4()}" if self.external_run_id is None else self.external_run_id,
                "status": self.status,
                "started_at": parse_instant(self.started, field="started_at"),
                "finished_at": parse_instant(self.finished, field="finished_at"),
                "duration_seconds": self.duration,
                "rows_processed": self.rows,
                "error_message": self.error,
                "status_reason": self.reason,
                "payload": parse_payload(self.payload),
                "reported_at": parse_instant(self.reported_at, field="reported_at"),
            }
        )


def report(invocation: Invocation, given: ReportArguments, *, pipeline: str, as_json: bool) -> None:
    parsed = given.parsed()

    async def send(gateway: Gateway) -> None:
        recorded = await gateway.report_run(await pipeline_id_of(gateway, pipeline), parsed)
        if as_json:
            print_json(recorded)
        else:
            print_recorded(recorded)

    with_gateway(invocation, send)


def list_runs(
    invocation: Invocation,
    *,
    pipeline: str,
    status: str | None,
    window: WindowArguments,
    order: str,
    page: PageArguments,
    as_json: bool,
) -> None:
    since, until = window.parsed()
    where = PipelineRunFilter(status=one_of(ReportedStatus, status, field="status"), since=since, until=until)
    sorted_by = parse_order(order)
    cursor, limit = page.parsed()

    async def show(gateway: Gateway) -> None:
        query = PipelineRunsQuery(
            pipeline_id=await pipeline_id_of(gateway, pipeline),
            where=where,
            order=sorted_by,
            cursor=cursor,
            limit=limit,
        )
        found = await gateway.list_pipeline_runs(query)
        if as_json:
            print_json(found)
        else:
            print_pipeline_runs(found)

    with_gateway(invocation, show)


def show_run(invocation: Invocation, *, pipeline: str, run: str, as_json: bool) -> None:
    run_id = parse_id(run, field="RUN")
    _show(invocation, pipeline, lambda gateway, found: gateway.get_pipeline_run(found, run_id), as_json=as_json)


def latest(invocation: Invocation, *, pipeline: str, as_json: bool) -> None:
    _show(invocation, pipeline, lambda gateway, found: gateway.latest_run(found), as_json=as_json)


def _show(
    invocation: Invocation,
    pipeline: str,
    ask: Callable[[Gateway, UUID], Awaitable[PipelineRunView]],
    *,
    as_json: bool,
) -> None:
    async def show(gateway: Gateway) -> PipelineRunView:
        return await ask(gateway, await pipeline_id_of(gateway, pipeline))

    run = with_gateway(invocation, show)
    if as_json:
        print_json(run)
    else:
        print_pipeline_run(run)

"""Clients, pipelines and their runs as tables for people."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from rich.text import Text

from forebay.entrypoints.cli.output import local_time, one_line, print_line
from forebay.entrypoints.cli.pipeline_views import (
    ClientSummaryView,
    ClientView,
    LatestRunView,
    PipelineRunView,
    PipelineStateView,
    PipelineView,
    RecordedRunView,
)
from forebay.entrypoints.cli.tabular import add_row, new_table, print_facts, print_page, print_table
from forebay.entrypoints.cli.views import PageView

_WORDS = {
    "healthy": "green",
    "success": "green",
    "unknown": "dim",
    "disabled": "dim",
    "skipped": "dim",
    "running": "cyan",
    "canceled": "yellow",
    "late": "yellow",
    "failing": "red",
    "failed": "red",
    "missing": "bold red",
    "stuck": "bold red",
}


def word(value: str) -> Text:
    """A status or a health, in its colour."""
    return Text(one_line(value), style=_WORDS.get(value, ""))


def name(value: str) -> Text:
    """A name, in no colour, whatever it is."""
    return Text(one_line(value))


def print_clients(page: PageView[ClientView]) -> None:
    table = new_table("CLIENT", "ACTIVE", "CREATED", "NAME")
    for client in page.items:
        add_row(table, str(client.id), _active(client.is_active), local_time(client.created_at), name(client.name))
    print_page(table, page, "no clients")


def print_client(client: ClientView) -> None:
    print_facts(_client(client))


def print_pipelines(page: PageView[PipelineView], clients: Mapping[UUID, str]) -> None:
    table = new_table("PIPELINE", "ACTIVE", "PLATFORM", "TYPE", "ENVIRONMENT", "EXPECTED EVERY", "CLIENT", "NAME")
    for pipeline in page.items:
        add_row(
            table,
            str(pipeline.id),
            _active(pipeline.is_active),
            pipeline.platform,
            pipeline.pipeline_type,
            pipeline.environment,
            length(pipeline.expect_every_seconds),
            name(clients.get(pipeline.client_id, str(pipeline.client_id))),
            name(pipeline.name),
        )
    print_page(table, page, "no pipelines")


def print_pipeline(pipeline: PipelineView, *, client: str) -> None:
    print_facts(_pipeline(pipeline, client))


def print_state(state: PipelineStateView) -> None:
    latest = state.latest_run
    print_facts(
        {
            **_pipeline(state.pipeline, state.client_name),
            "health": state.health,
            "due": local_time(state.due_at) if state.due_at is not None else None,
            "latest run": None if latest is None else f"{latest.status}, {local_time(latest.effective_at)}",
            "open alerts": str(state.open_alerts) if state.open_alerts else None,
        }
    )


def print_pipeline_runs(page: PageView[PipelineRunView]) -> None:
    table = new_table("RUN", "STATUS", "STARTED", "FINISHED", "TOOK", "ROWS", "EXTERNAL RUN ID", "ERROR")
    for run in page.items:
        add_row(
            table,
            str(run.id),
            word(run.status),
            local_time(run.started_at) if run.started_at is not None else "",
            local_time(run.finished_at) if run.finished_at is not None else "",
            length(run.elapsed_seconds),
            str(run.rows_processed) if run.rows_processed is not None else "",
            name(run.external_run_id),
            name(_short(run.error_message or run.status_reason or "")),
        )
    print_page(table, page, "no runs")


def print_pipeline_run(run: PipelineRunView) -> None:
    print_facts(
        {
            "run": str(run.id),
            "status": run.status,
            "reason": run.status_reason,
            "error": run.error_message,
            "pipeline": str(run.pipeline_id),
            "external id": run.external_run_id,
            "started": local_time(run.started_at) if run.started_at is not None else None,
            "finished": local_time(run.finished_at) if run.finished_at is not None else None,
            "took": length(run.elapsed_seconds) or None,
            "rows": str(run.rows_processed) if run.rows_processed is not None else None,
            "payload": msgspec.json.encode(run.payload).decode() if run.payload is not None else None,
            "created": local_time(run.created_at),
            "changed": local_time(run.ingested_at),
        },
        multiline={"error", "reason"},
    )


def print_recorded(recorded: RecordedRunView) -> None:
    run = recorded.run
    print_line(f"{one_line(recorded.verdict)}: run {run.id} ({one_line(run.external_run_id)}), {one_line(run.status)}")


def print_summary(summary: ClientSummaryView) -> None:
    counts = ", ".join(f"{count} {status}" for status, count in summary.counts.items() if count)
    rate = summary.success_rate
    print_facts(
        {
            **_client(summary.client),
            "from": local_time(summary.since),
            "until": local_time(summary.until),
            "runs": f"{summary.total}{f' ({counts})' if counts else ''}",
            "succeeded": f"{rate:.1%}" if rate is not None else None,
            "took": length(summary.mean_seconds) or None,
            "p95": length(summary.p95_seconds) or None,
            "late": ", ".join(late.name for late in summary.late) or None,
        }
    )
    if summary.pipelines:
        print_line("")
        print_states(summary.pipelines)


def print_states(states: Sequence[PipelineStateView]) -> None:
    table = new_table("HEALTH", "LATEST", "AT", "TOOK", "DUE", "ALERTS", "PLATFORM", "PIPELINE")
    for state in states:
        add_row(
            table,
            word(state.health),
            *_latest(state.latest_run),
            local_time(state.due_at) if state.due_at is not None else "",
            str(state.open_alerts) if state.open_alerts else "",
            state.pipeline.platform,
            name(f"{state.client_name}/{state.pipeline.name}"),
        )
    print_table(table)


def length(seconds: float | None) -> str:
    """A length of time for people, such as 2.5s, 12m 30s, 1h 5m or 7d."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.3g}s"
    time = timedelta(seconds=round(seconds))
    hours, rest = divmod(time.seconds, 3600)
    parts = ((time.days, "d"), (hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return " ".join(f"{count}{unit}" for count, unit in [part for part in parts if part[0]][:2])


def _client(client: ClientView) -> dict[str, str | None]:
    return {
        "client": str(client.id),
        "name": client.name,
        "active": _active(client.is_active),
        "revision": str(client.revision),
        "created": local_time(client.created_at),
        "updated": local_time(client.updated_at),
    }


def _pipeline(pipeline: PipelineView, client: str) -> dict[str, str | None]:
    return {
        "pipeline": str(pipeline.id),
        "name": pipeline.name,
        "client": client,
        "platform": pipeline.platform,
        "external id": pipeline.external_id,
        "type": pipeline.pipeline_type,
        "environment": pipeline.environment,
        "active": _active(pipeline.is_active),
        "expected every": length(pipeline.expect_every_seconds) or None,
        "start grace": length(pipeline.start_grace_seconds) if pipeline.start_grace_seconds else None,
        "finish grace": length(pipeline.finish_grace_seconds) or None,
        "revision": str(pipeline.revision),
        "created": local_time(pipeline.created_at),
        "updated": local_time(pipeline.updated_at),
    }


def _latest(run: LatestRunView | None) -> tuple[str | Text, str, str]:
    if run is None:
        return "", "", ""
    return word(run.status), local_time(run.effective_at), length(run.elapsed_seconds)


def _active(value: bool) -> str:
    return "yes" if value else "no"


def _short(text: str) -> str:
    """The first line, or most of it."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 100 else f"{line[:99]}…"

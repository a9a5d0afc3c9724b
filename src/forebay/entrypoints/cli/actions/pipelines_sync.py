"""forebay pipelines: sync, sync-state."""

from dataclasses import dataclass

import msgspec

from forebay.domain.ids import parse_id
from forebay.entrypoints.cli.actions.waiting import ended, failure_in
from forebay.entrypoints.cli.arguments import parse_plain
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, local_time, one_line, print_failure, print_json, print_line
from forebay.entrypoints.cli.session import with_gateway
from forebay.entrypoints.cli.sync_views import StartedSyncsView, StartedSyncView, SyncStateView
from forebay.entrypoints.cli.tabular import add_row, new_table, print_table


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncArguments:
    """As typed."""

    source: str | None
    pipeline: str | None
    wait: bool
    show_progress: bool
    as_json: bool


def sync(invocation: Invocation, given: SyncArguments) -> ExitCode:
    """With --wait the exit code is that of the first job that did not succeed; all are waited for."""
    source = _source(given.source)
    pipeline_id = parse_id(given.pipeline, field="--pipeline") if given.pipeline is not None else None

    async def begin(gateway: Gateway) -> ExitCode:
        started = await gateway.start_sync(source=source, pipeline_id=pipeline_id)
        if given.wait:
            started = await _ended(gateway, started, show_progress=given.show_progress)
        if given.as_json:
            print_json(started)
        else:
            for one in started.items:
                print_line(one_line(_sentence(one)))
        flush()
        code = ExitCode.OK
        for one in started.items if given.wait else ():
            failure = failure_in(one.job)
            if failure is not None:
                print_failure(failure, as_json=given.as_json, about=one.source)
                code = code or failure.exit_code
        return code

    return with_gateway(invocation, begin)


def sync_state(invocation: Invocation, *, source: str | None, as_json: bool) -> None:
    name = _source(source)
    found = with_gateway(invocation, lambda gateway: gateway.sync_state(name))
    if as_json:
        print_json(found)
    else:
        _print_state(found)


async def _ended(gateway: Gateway, started: StartedSyncsView, *, show_progress: bool) -> StartedSyncsView:
    """With the jobs as they are then."""
    done: list[StartedSyncView] = []
    for one in started.items:
        job = await ended(gateway, one.job, name=one.source, show_progress=show_progress)
        done.append(msgspec.structs.replace(one, job=job))
    return StartedSyncsView(items=done)


def _sentence(one: StartedSyncView) -> str:
    about = one.source if one.pipeline_id is None else f"{one.source}, pipeline {one.pipeline_id}"
    joined = "" if one.is_new else ", and was under way before"
    return f"job {one.job.id} (sync of {about}) is {one.job.status}{joined}"


def _print_state(found: SyncStateView) -> None:
    table = new_table("SOURCE", "PIPELINE", "NAME", "SYNCED", "CURSOR", "ERROR")
    for source in found.items:
        name = source.source if source.is_configured else f"{source.source} (not configured)"
        for one in source.pipelines:
            cells = (str(one.pipeline_id), one.name, local_time(one.synced_at), one.cursor or "", one.error or "")
            add_row(table, name, *cells)
        if not source.pipelines:
            add_row(table, name, "", "", "never", "", "")
    if found.items:
        print_table(table)
    else:
        print_line("no sources; name a file of them in FOREBAY_SOURCES_FILE")


def _source(source: str | None) -> str | None:
    return parse_plain(source, field="--source") if source is not None else None

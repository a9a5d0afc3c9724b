"""What a Forebay is, as tables for people."""

from forebay.entrypoints.cli.output import local_time, print_line
from forebay.entrypoints.cli.system_views import ActivityView, SystemView
from forebay.entrypoints.cli.tabular import add_row, new_table, print_facts, print_table


def print_system(system: SystemView) -> None:
    own = system.worker
    print_facts(
        {
            "version": system.version,
            "python": system.python_version,
            "platform": system.platform,
            "started": local_time(system.started_at),
            "database": system.database,
            "blobs": system.blobs,
            "queue": system.queue,
            "worker": f"{own.name}, {own.concurrency} jobs at a time" if own is not None else "none in this process",
            **_facts(system.activity),
        }
    )
    if system.activity is not None and system.activity.workers:
        table = new_table("WORKER", "JOBS", "SINCE", "")
        for worker in system.activity.workers:
            word = "silent" if worker.is_silent else ""
            add_row(table, worker.name, str(len(worker.jobs)), local_time(worker.since), word)
        print_line("")
        print_table(table)
    parts = new_table("OPTIONAL", "INSTALLED", "FOR")
    for part in system.optional_parts:
        add_row(parts, part.name, "yes" if part.installed else "no", f"{part.purpose}{_how(part.hint)}")
    print_line("")
    print_table(parts)
    settings = new_table("SETTING", "FROM", "VALUE")
    for setting in system.settings:
        add_row(settings, setting.name, setting.origin, str(setting.value))
    print_line("")
    print_table(settings)


def _facts(activity: ActivityView | None) -> dict[str, str | None]:
    if activity is None:
        return {"jobs": "unknown: the database does not answer; see `forebay health`"}
    oldest = f", the oldest for {activity.waited_seconds:.0f} s" if activity.due else ""
    return {
        "schema": activity.schema_revision,
        "jobs": f"{activity.queued} queued, {activity.running} running, {activity.due} could be taken now{oldest}",
    }


def _how(hint: str | None) -> str:
    return f"; {hint}" if hint is not None else ""

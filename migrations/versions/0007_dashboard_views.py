"""Views for dashboards. Their names and columns are a contract, described in docs/dashboards.md.

All are about enabled pipelines of enabled clients. Runs that neither succeeded nor failed are not counted.
"""

from itertools import pairwise

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

EDGES = (0, 1, 5, 15, 60, 300, 900, 3600, 10800, 43200)  # seconds
WHOSE = """
    c.id AS client_id, c.name AS client_name, p.id AS pipeline_id, p.name AS pipeline_name,
    p.platform AS platform, p.pipeline_type AS pipeline_type, p.environment AS environment"""
ENABLED = """
    FROM pipelines AS p JOIN clients AS c ON c.id = p.client_id AND c.is_active"""
ITS_RUNS = "JOIN pipeline_runs AS r ON r.pipeline_id = p.id"
FAILED = "count(*) FILTER (WHERE r.status = 'failed')"
COUNTED = "r.status IN ('success', 'failed')"
RATE = f"{FAILED} * 1.0 / count(*)"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, query in _views(sqlite).items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade() -> None:
    for name in reversed(_views(sqlite=False)):
        op.execute(f"DROP VIEW {name}")


def _views(sqlite: bool) -> dict[str, str]:
    return {
        "dashboard_failures_by_hour": _failures_by_hour(sqlite),
        "dashboard_latest_status": _latest_status(sqlite),
        "dashboard_client_failures": _client_failures(sqlite),
        "dashboard_flakiest": _flakiest(sqlite),
        "dashboard_platform_failure_rate": _platform_failure_rate(sqlite),
        "dashboard_durations": _durations(sqlite),
        "dashboard_open_alerts": _open_alerts(),
    }


def _ago(sqlite: bool, days: int) -> str:
    if sqlite:
        return f"strftime('%Y-%m-%dT%H:%M:%f', 'now', '-{days} days') || '000Z'"
    return f"now() - interval '{days} days'"


def _failures_by_hour(sqlite: bool) -> str:
    """The last 90 days."""
    hour = "date_trunc('hour', r.effective_at, 'UTC')"
    if sqlite:
        hour = "substr(r.effective_at, 1, 13) || ':00:00.000000Z'"
    return f"""
    SELECT {hour} AS hour, {WHOSE}, {FAILED} AS failed, count(*) AS total
    {ENABLED} {ITS_RUNS}
    WHERE p.is_active AND {COUNTED} AND r.effective_at >= {_ago(sqlite, 90)}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"""


def _latest_status(sqlite: bool) -> str:
    """A row for each pipeline, also for those that have not reported a run yet.

    A run that was reported without a start is not the latest beside one with a start, but it has come all the same: so
    when the next is due goes by the run that ended last as well.
    """
    last = "" if sqlite else " NULLS LAST"  # which SQLite does by itself
    order = f"started_at DESC{last}, finished_at DESC{last}, id DESC"
    started, ended = "coalesce(r.started_at, r.effective_at)", "coalesce(t.started_at, t.effective_at)"
    grace = "p.expect_every_seconds + p.start_grace_seconds"
    if sqlite:
        since = f"max(p.enabled_at, coalesce({started}, p.enabled_at), coalesce({ended}, p.enabled_at))"
        due = f"strftime('%Y-%m-%dT%H:%M:%f', {since}, '+' || ({grace}) || ' seconds') || '000Z'"
        stuck = (
            "strftime('%Y-%m-%dT%H:%M:%f', coalesce(r.started_at, r.created_at),"
            " '+' || p.finish_grace_seconds || ' seconds') || '000Z'"
        )
        now = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"
    else:
        due = f"greatest(p.enabled_at, {started}, {ended}) + make_interval(secs => {grace})"
        stuck = "coalesce(r.started_at, r.created_at) + make_interval(secs => p.finish_grace_seconds)"
        now = "now()"
    return f"""
    SELECT {WHOSE}, r.id AS run_id, r.external_run_id AS external_run_id, r.status AS status,
        r.started_at AS started_at, r.finished_at AS finished_at, r.elapsed_seconds AS elapsed_seconds,
        r.rows_processed AS rows_processed, substr(r.error_message, 1, 500) AS error_message,
        {due} AS due_at, coalesce({due} <= {now}, false) AS is_late,
        coalesce(r.status = 'running' AND {stuck} <= {now}, false) AS is_stuck
    {ENABLED}
    LEFT JOIN pipeline_runs AS r ON r.id = (
        SELECT id FROM pipeline_runs WHERE pipeline_id = p.id ORDER BY {order} LIMIT 1
    )
    LEFT JOIN pipeline_runs AS t ON t.id = (
        SELECT id FROM pipeline_runs WHERE pipeline_id = p.id AND status IN ('success', 'failed')
        ORDER BY effective_at DESC, id DESC LIMIT 1
    )
    WHERE p.is_active"""  # noqa: S608 - parts of this file


def _client_failures(sqlite: bool) -> str:
    """The last day and the last week. A row for each client, also for those without runs."""
    day = f"r.effective_at >= {_ago(sqlite, 1)}"
    return f"""
    SELECT c.id AS client_id, c.name AS client_name,
        count(r.id) FILTER (WHERE r.status = 'failed' AND {day}) AS failed_24h,
        count(r.id) FILTER (WHERE {day}) AS total_24h,
        count(r.id) FILTER (WHERE r.status = 'failed') AS failed_7d,
        count(r.id) AS total_7d
    FROM clients AS c
    LEFT JOIN pipelines AS p ON p.client_id = c.id AND p.is_active
    LEFT JOIN pipeline_runs AS r
        ON r.pipeline_id = p.id AND {COUNTED} AND r.effective_at >= {_ago(sqlite, 7)}
    WHERE c.is_active
    GROUP BY c.id, c.name"""  # noqa: S608 - parts of this file


def _flakiest(sqlite: bool) -> str:
    """The last 30 days."""
    return f"""
    SELECT client_id, client_name, pipeline_id, pipeline_name, platform, pipeline_type, environment,
        count(*) FILTER (WHERE status <> before) AS flips,
        count(*) FILTER (WHERE status = 'failed') AS failed, count(*) AS total,
        count(*) FILTER (WHERE status = 'failed') * 1.0 / count(*) AS failure_rate
    FROM (
        SELECT {WHOSE}, r.status AS status,
            lag(r.status) OVER (PARTITION BY r.pipeline_id ORDER BY r.effective_at, r.id) AS before
        {ENABLED} {ITS_RUNS}
        WHERE p.is_active AND {COUNTED} AND r.effective_at >= {_ago(sqlite, 30)}
    ) AS runs
    GROUP BY 1, 2, 3, 4, 5, 6, 7"""  # noqa: S608 - parts of this file


def _platform_failure_rate(sqlite: bool) -> str:
    """The last 30 days."""
    return f"""
    SELECT p.platform AS platform, {FAILED} AS failed, count(*) AS total, {RATE} AS failure_rate
    {ENABLED} {ITS_RUNS}
    WHERE p.is_active AND {COUNTED} AND r.effective_at >= {_ago(sqlite, 30)}
    GROUP BY p.platform"""


def _durations(sqlite: bool) -> str:
    """The last 30 days; final runs that say how long they took."""
    below = " ".join(f"WHEN r.elapsed_seconds < {end} THEN {start}" for start, end in pairwise(EDGES))
    above = " ".join(f"WHEN r.elapsed_seconds < {end} THEN {end}" for end in EDGES[1:])
    return f"""
    SELECT c.id AS client_id, c.name AS client_name, p.platform AS platform,
        CASE {below} ELSE {EDGES[-1]} END AS from_seconds, CASE {above} END AS to_seconds, count(*) AS runs
    {ENABLED} {ITS_RUNS}
    WHERE p.is_active AND r.status <> 'running' AND r.elapsed_seconds IS NOT NULL
        AND r.effective_at >= {_ago(sqlite, 30)}
    GROUP BY 1, 2, 3, 4, 5"""


def _open_alerts() -> str:
    return f"""
    SELECT a.id AS alert_id, {WHOSE}, a.rule_type AS rule_type, a.summary AS summary, a.occurrences AS occurrences,
        a.opened_at AS opened_at, a.acknowledged_at AS acknowledged_at, a.muted_until AS muted_until
    {ENABLED} JOIN alerts AS a ON a.pipeline_id = p.id
    WHERE p.is_active AND a.closed_at IS NULL"""

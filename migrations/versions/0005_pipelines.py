"""Pipelines: clients, their pipelines, the runs that these report, and where reports come from.

The types are spelled out here and not taken from the program, whose tables go on changing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
CODE_POINTS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _clients()
    _pipelines()
    _pipeline_runs()
    _sync_states()
    _lineage_jobs()
    _lineage_events()


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_clients_name"),
        sa.CheckConstraint("revision >= 1", name="ck_clients_revision"),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.UniqueConstraint("name_folded", name="uq_clients_name_folded"),
    )
    op.create_index("ix_clients_created_at", "clients", ["created_at", "id"])


def _pipelines() -> None:
    op.create_table(
        "pipelines",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("client_id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", CODE_POINTS),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("pipeline_type", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("expect_every_seconds", sa.Integer()),
        sa.Column("start_grace_seconds", sa.Integer(), nullable=False),
        sa.Column("finish_grace_seconds", sa.Integer()),
        sa.Column("enabled_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("environment IN ('dev', 'staging', 'prod')", name="ck_pipelines_environment"),
        sa.CheckConstraint("external_id <> ''", name="ck_pipelines_external_id"),
        sa.CheckConstraint("name <> ''", name="ck_pipelines_name"),
        sa.CheckConstraint(
            "pipeline_type IN ('ingestion', 'transform', 'quality', 'export', 'healthcheck')",
            name="ck_pipelines_pipeline_type",
        ),
        sa.CheckConstraint(
            "platform IN ('airflow', 'dbt', 'cron', 'vendor_api', 'custom')", name="ck_pipelines_platform"
        ),
        sa.CheckConstraint("expect_every_seconds > 0", name="ck_pipelines_expect_every"),
        sa.CheckConstraint("finish_grace_seconds > 0", name="ck_pipelines_finish_grace"),
        sa.CheckConstraint("revision >= 1", name="ck_pipelines_revision"),
        sa.CheckConstraint("start_grace_seconds >= 0", name="ck_pipelines_start_grace"),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name="fk_pipelines_client_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pipelines"),
        sa.UniqueConstraint("client_id", "name_folded", name="uq_pipelines_client_id_name"),
        sa.UniqueConstraint("client_id", "platform", "external_id", name="uq_pipelines_client_id_platform_external_id"),
    )
    op.create_index("ix_pipelines_client_id", "pipelines", ["client_id", "created_at", "id"])
    op.create_index("ix_pipelines_created_at", "pipelines", ["created_at", "id"])


def _pipeline_runs() -> None:
    op.create_table(
        "pipeline_runs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("pipeline_id", ROW_ID, nullable=False),
        sa.Column("external_run_id", CODE_POINTS, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("duration_seconds", sa.Double()),
        sa.Column("rows_processed", sa.BigInteger()),
        sa.Column("effective_at", MOMENT, nullable=False),
        sa.Column("elapsed_seconds", sa.Double()),
        sa.Column("reported_as_of", sa.BigInteger(), nullable=False),
        sa.Column("report_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kept", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ingested_at", MOMENT, nullable=False),
        sa.Column("status_reason", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("payload", sa.Text()),
        sa.CheckConstraint("external_run_id <> ''", name="ck_pipeline_runs_external_run_id"),
        sa.CheckConstraint(
            "status IN ('running', 'success', 'failed', 'canceled', 'skipped')", name="ck_pipeline_runs_status"
        ),
        sa.CheckConstraint("duration_seconds >= 0", name="ck_pipeline_runs_duration_seconds"),
        sa.CheckConstraint(
            "effective_at = coalesce(finished_at, started_at, created_at)", name="ck_pipeline_runs_effective_at"
        ),
        sa.CheckConstraint("rows_processed >= 0", name="ck_pipeline_runs_rows_processed"),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_pipeline_runs_pipeline_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pipeline_runs"),
        sa.UniqueConstraint("pipeline_id", "external_run_id", name="uq_pipeline_runs_pipeline_id_external_run_id"),
    )
    op.create_index(
        "ix_pipeline_runs_effective_at",
        "pipeline_runs",
        ["pipeline_id", "effective_at", "id"],
        postgresql_include=["status", "elapsed_seconds"],
    )
    last = "" if op.get_bind().dialect.name == "sqlite" else " NULLS LAST"  # which SQLite does by itself
    op.create_index(
        "ix_pipeline_runs_latest",
        "pipeline_runs",
        ["pipeline_id", sa.text(f"started_at DESC{last}"), sa.text(f"finished_at DESC{last}"), sa.text("id DESC")],
        postgresql_include=["status"],
    )


def _sync_states() -> None:
    op.create_table(
        "sync_states",
        sa.Column("source", CODE_POINTS, nullable=False),
        sa.Column("pipeline_id", ROW_ID, nullable=False),
        sa.Column("cursor", sa.Text()),
        sa.Column("synced_at", MOMENT, nullable=False),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_sync_states_pipeline_id"),
        sa.PrimaryKeyConstraint("source", "pipeline_id", name="pk_sync_states"),
    )


def _lineage_jobs() -> None:
    op.create_table(
        "lineage_jobs",
        sa.Column("job_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pipeline_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_lineage_jobs_pipeline_id"),
        sa.PrimaryKeyConstraint("job_sha256", name="pk_lineage_jobs"),
    )
    op.create_index("ix_lineage_jobs_pipeline_id", "lineage_jobs", ["pipeline_id"])


def _lineage_events() -> None:
    op.create_table(
        "lineage_events",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text()),
        sa.Column("event_time", MOMENT),
        sa.Column("pipeline_id", ROW_ID),
        sa.Column("external_run_id", CODE_POINTS),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('run', 'job', 'dataset')", name="ck_lineage_events_kind"),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_lineage_events_pipeline_id"),
        sa.PrimaryKeyConstraint("sha256", name="pk_lineage_events"),
    )
    op.create_index("ix_lineage_events_received_at", "lineage_events", ["received_at"])
    op.create_index("ix_lineage_events_run", "lineage_events", ["pipeline_id", "external_run_id", "event_time"])


def downgrade() -> None:
    for table in ("lineage_events", "lineage_jobs", "sync_states", "pipeline_runs", "pipelines", "clients"):
        op.drop_table(table)

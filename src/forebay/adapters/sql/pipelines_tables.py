"""The tables of pipelines: clients, their pipelines, the runs that these report, and where reports come from."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from forebay.adapters.sql.column_types import CodePointText, RowId, UtcTime
from forebay.adapters.sql.schema import metadata, newest_first, one_of
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform
from forebay.domain.pipelines.report import ReportedStatus

# `name_folded`: case-folded by Python, so that names are the same on every database.
clients = Table(
    "clients",
    metadata,
    Column("id", RowId, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_clients"),
    UniqueConstraint("name_folded", name="uq_clients_name_folded"),
    CheckConstraint("name <> ''", name="ck_clients_name"),
    CheckConstraint("revision >= 1", name="ck_clients_revision"),
    Index("ix_clients_created_at", "created_at", "id"),
    implicit_returning=False,
)

# `search_text`: folded name and external id, a line each.
pipelines = Table(
    "pipelines",
    metadata,
    Column("id", RowId, nullable=False),
    Column("client_id", RowId, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("external_id", CodePointText),
    Column("search_text", Text, nullable=False),
    Column("pipeline_type", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("expect_every_seconds", Integer),
    Column("start_grace_seconds", Integer, nullable=False),
    Column("finish_grace_seconds", Integer),
    Column("enabled_at", UtcTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_pipelines"),
    UniqueConstraint("client_id", "name_folded", name="uq_pipelines_client_id_name"),
    UniqueConstraint("client_id", "platform", "external_id", name="uq_pipelines_client_id_platform_external_id"),
    ForeignKeyConstraint(["client_id"], ["clients.id"], name="fk_pipelines_client_id"),
    one_of("platform", Platform, "ck_pipelines_platform"),
    one_of("pipeline_type", PipelineType, "ck_pipelines_pipeline_type"),
    one_of("environment", Environment, "ck_pipelines_environment"),
    CheckConstraint("name <> ''", name="ck_pipelines_name"),
    CheckConstraint("external_id <> ''", name="ck_pipelines_external_id"),
    CheckConstraint("expect_every_seconds > 0", name="ck_pipelines_expect_every"),
    CheckConstraint("start_grace_seconds >= 0", name="ck_pipelines_start_grace"),
    CheckConstraint("finish_grace_seconds > 0", name="ck_pipelines_finish_grace"),
    CheckConstraint("revision >= 1", name="ck_pipelines_revision"),
    Index("ix_pipelines_created_at", "created_at", "id"),
    Index("ix_pipelines_client_id", "client_id", "created_at", "id"),
    implicit_returning=False,
)

# `reported_as_of`, `report_digest`: the key of the report that counts; the rest of it follows from the status.
# `kept`: JSON, the keys of older reports by the field they are still known from; NULL when there are none.
# `effective_at`, `elapsed_seconds`: as the entity has them, for windows and durations.
pipeline_runs = Table(
    "pipeline_runs",
    metadata,
    Column("id", RowId, nullable=False),
    Column("pipeline_id", RowId, nullable=False),
    Column("external_run_id", CodePointText, nullable=False),
    Column("status", Text, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("duration_seconds", Double),
    Column("rows_processed", BigInteger),
    Column("effective_at", UtcTime, nullable=False),
    Column("elapsed_seconds", Double),
    Column("reported_as_of", BigInteger, nullable=False),
    Column("report_digest", LargeBinary(16), nullable=False),
    Column("kept", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("ingested_at", UtcTime, nullable=False),
    Column("status_reason", Text),
    Column("error_message", Text),
    Column("payload", Text),
    PrimaryKeyConstraint("id", name="pk_pipeline_runs"),
    UniqueConstraint("pipeline_id", "external_run_id", name="uq_pipeline_runs_pipeline_id_external_run_id"),
    ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_pipeline_runs_pipeline_id"),
    one_of("status", ReportedStatus, "ck_pipeline_runs_status"),
    CheckConstraint("external_run_id <> ''", name="ck_pipeline_runs_external_run_id"),
    CheckConstraint("duration_seconds >= 0", name="ck_pipeline_runs_duration_seconds"),
    CheckConstraint("rows_processed >= 0", name="ck_pipeline_runs_rows_processed"),
    CheckConstraint(
        "effective_at = coalesce(finished_at, started_at, created_at)", name="ck_pipeline_runs_effective_at"
    ),
    implicit_returning=False,
)
Index(
    "ix_pipeline_runs_latest",
    pipeline_runs.c.pipeline_id,
    newest_first(pipeline_runs.c.started_at),
    newest_first(pipeline_runs.c.finished_at),
    pipeline_runs.c.id.desc(),
    postgresql_include=["status"],
)
Index(
    "ix_pipeline_runs_effective_at",
    pipeline_runs.c.pipeline_id,
    pipeline_runs.c.effective_at,
    pipeline_runs.c.id,
    postgresql_include=["status", "elapsed_seconds"],
)

sync_states = Table(
    "sync_states",
    metadata,
    Column("source", CodePointText, nullable=False),
    Column("pipeline_id", RowId, nullable=False),
    Column("cursor", Text),
    Column("synced_at", UtcTime, nullable=False),
    Column("error", Text),
    PrimaryKeyConstraint("source", "pipeline_id", name="pk_sync_states"),
    ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_sync_states_pipeline_id"),
    implicit_returning=False,
)

# `job_sha256`: of namespace, NUL and name, which may be longer than entries of PostgreSQL's indexes.
lineage_jobs = Table(
    "lineage_jobs",
    metadata,
    Column("job_sha256", LargeBinary(32), nullable=False),
    Column("namespace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("pipeline_id", RowId, nullable=False),
    PrimaryKeyConstraint("job_sha256", name="pk_lineage_jobs"),
    ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_lineage_jobs_pipeline_id"),
    Index("ix_lineage_jobs_pipeline_id", "pipeline_id"),
    implicit_returning=False,
)

lineage_events = Table(
    "lineage_events",
    metadata,
    Column("sha256", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("event_type", Text),
    Column("event_time", UtcTime),
    Column("pipeline_id", RowId),
    Column("external_run_id", CodePointText),
    Column("received_at", UtcTime, nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("sha256", name="pk_lineage_events"),
    ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_lineage_events_pipeline_id"),
    CheckConstraint("kind IN ('run', 'job', 'dataset')", name="ck_lineage_events_kind"),
    Index("ix_lineage_events_run", "pipeline_id", "external_run_id", "event_time"),
    Index("ix_lineage_events_received_at", "received_at"),
    implicit_returning=False,
)

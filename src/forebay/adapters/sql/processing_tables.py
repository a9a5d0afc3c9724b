"""The tables of processing."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.schema import both_or_neither, metadata, one_of
from forebay.domain.processing.event import EventLevel
from forebay.domain.processing.job import LONGEST_TRACE_CONTEXT, JobStatus
from forebay.domain.processing.step import StepStatus

_DUE = text("due_at IS NOT NULL")
_SUBJECT = text("subject IS NOT NULL")
OPEN = text("status IN ('pending', 'running')")  # a query that says it in the same words goes along the index
_KEYED = text("idempotency_key_hash IS NOT NULL")

# `due_at`: from when on somebody may claim the job, which is run_after, or the end of the lease while it runs; NULL
# once it is final. So the indexes by which work is found hold what is queued or running, however many jobs there were.
jobs = Table(
    "jobs",
    metadata,
    Column("id", RowId, nullable=False),
    Column("kind", Text, nullable=False),
    Column("run_id", RowId),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("lease_owner", Text),
    Column("lease_expires_at", UtcTime),
    Column("run_after", UtcTime, nullable=False),
    Column("due_at", UtcTime),
    Column("cancel_requested", Boolean, nullable=False),
    Column("idempotency_key_hash", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("subject", Text),
    Column("trace_context", Text),
    PrimaryKeyConstraint("id", name="pk_jobs"),
    ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_jobs_run_id", ondelete="CASCADE"),
    one_of("status", JobStatus, "ck_jobs_status"),
    CheckConstraint("(run_id IS NULL) = (subject IS NOT NULL)", name="ck_jobs_run_or_subject"),
    CheckConstraint("attempts >= 0", name="ck_jobs_attempts"),
    CheckConstraint(f"length(trace_context) <= {LONGEST_TRACE_CONTEXT}", name="ck_jobs_trace_context"),
    both_or_neither("lease_owner", "lease_expires_at", "ck_jobs_lease_whole"),
    both_or_neither("error_code", "error_message", "ck_jobs_error_whole"),
    CheckConstraint("(status = 'running') = (lease_owner IS NOT NULL)", name="ck_jobs_running_has_lease"),
    CheckConstraint("(status IN ('queued', 'running')) = (finished_at IS NULL)", name="ck_jobs_final_has_end"),
    CheckConstraint("(due_at IS NULL) = (finished_at IS NOT NULL)", name="ck_jobs_due_until_final"),
    Index("ix_jobs_created_at", "created_at", "id"),
    Index("ix_jobs_run_id", "run_id", "created_at", "id"),
    Index("ix_jobs_subject", "subject", "created_at", "id", sqlite_where=_SUBJECT, postgresql_where=_SUBJECT),
    Index("ix_jobs_kind", "kind", "created_at", "id"),
    Index("ix_jobs_status", "status", "created_at", "id"),
    Index("ix_jobs_due_at", "due_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("uq_jobs_active_run_kind", "run_id", "kind", unique=True, sqlite_where=_DUE, postgresql_where=_DUE),
    Index("uq_jobs_active_subject_kind", "subject", "kind", unique=True, sqlite_where=_DUE, postgresql_where=_DUE),
    Index(
        "uq_jobs_idempotency_key_hash",
        "idempotency_key_hash",
        unique=True,
        sqlite_where=_KEYED,
        postgresql_where=_KEYED,
    ),
    implicit_returning=False,
)

models = Table(
    "models",
    metadata,
    Column("id", RowId, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("parameters", Text, nullable=False),  # JSON
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_models"),
    UniqueConstraint("name", "kind", "version", name="uq_models_name_kind_version"),
    implicit_returning=False,
)

steps = Table(
    "steps",
    metadata,
    Column("id", RowId, nullable=False),
    Column("job_id", RowId, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("model_id", RowId),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("metadata", Text, nullable=False),  # JSON
    Column("error_code", Text),
    Column("error_message", Text),
    Column("is_passing", Boolean, nullable=False),
    PrimaryKeyConstraint("id", name="pk_steps"),
    ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_steps_job_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_steps_model_id"),
    UniqueConstraint("job_id", "ordinal", name="uq_steps_job_id_ordinal"),
    one_of("status", StepStatus, "ck_steps_status"),
    both_or_neither("error_code", "error_message", "ck_steps_error_whole"),
    Index("ix_steps_open", "job_id", "ordinal", sqlite_where=OPEN, postgresql_where=OPEN),
    implicit_returning=False,
)

# Positions are never used again, not even when the newest events are gone: hence AUTOINCREMENT on SQLite. `run_id` is
# no reference: the event that a run was deleted outlives the run. Nor is `step_id`: steps go with their job alone.
events = Table(
    "events",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("run_id", RowId),
    Column("job_id", RowId),
    Column("step_id", RowId),
    Column("at", UtcTime, nullable=False),
    Column("code", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("position", name="pk_events"),
    ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_events_job_id", ondelete="CASCADE"),
    one_of("level", EventLevel, "ck_events_level"),
    Index("ix_events_run_id", "run_id", "position"),
    Index("ix_events_job_id", "job_id", "position"),
    Index("ix_events_at", "at", "position"),
    implicit_returning=False,
    sqlite_autoincrement=True,
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", RowId, nullable=False),
    Column("job_id", RowId, nullable=False),
    Column("step_id", RowId, nullable=False),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_artifacts"),
    ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_artifacts_job_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["step_id"], ["steps.id"], name="fk_artifacts_step_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_artifacts_sha256"),
    CheckConstraint("size_bytes >= 0", name="ck_artifacts_size_bytes"),
    Index("ix_artifacts_job_id", "job_id", "id"),
    Index("ix_artifacts_step_id", "step_id"),
    Index("ix_artifacts_sha256", "sha256"),
    implicit_returning=False,
)

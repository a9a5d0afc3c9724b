"""Processing: jobs, steps, events, artifacts and models; members of archives and their catalogues.

The types are spelled out here and not taken from the program, whose tables go on changing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
PATH = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE = sa.text("due_at IS NOT NULL")
KEYED = sa.text("idempotency_key_hash IS NOT NULL")
JOB_STATUSES = "'queued', 'running', 'succeeded', 'failed', 'cancelled'"
STEP_STATUSES = "'pending', 'running', 'succeeded', 'failed', 'cancelled'"
LEVELS = "'info', 'warning', 'error'"
MEMBER_KINDS = "'file', 'directory', 'symlink', 'hardlink', 'character_device', 'block_device', 'fifo', 'other'"


def upgrade() -> None:
    _jobs()
    _steps_and_events()
    _artifacts()
    # Members refer to a file together with its run, so the two have to be a key.
    op.drop_index("ix_files_run_id", "files")
    op.create_index("ix_files_run_id", "files", ["run_id", "id"], unique=True)
    _members()


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_expires_at", MOMENT),
        sa.Column("run_after", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("idempotency_key_hash", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_jobs_run_id", ondelete="CASCADE"),
        sa.CheckConstraint(f"status IN ({JOB_STATUSES})", name="ck_jobs_status"),
        sa.CheckConstraint("attempts >= 0", name="ck_jobs_attempts"),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_expires_at IS NULL)", name="ck_jobs_lease_whole"),
        sa.CheckConstraint("(error_code IS NULL) = (error_message IS NULL)", name="ck_jobs_error_whole"),
        sa.CheckConstraint("(status = 'running') = (lease_owner IS NOT NULL)", name="ck_jobs_running_has_lease"),
        sa.CheckConstraint("(status IN ('queued', 'running')) = (finished_at IS NULL)", name="ck_jobs_final_has_end"),
        sa.CheckConstraint("(due_at IS NULL) = (finished_at IS NOT NULL)", name="ck_jobs_due_until_final"),
    )
    op.create_index("ix_jobs_created_at", "jobs", ["created_at", "id"])
    op.create_index("ix_jobs_run_id", "jobs", ["run_id", "created_at", "id"])
    op.create_index("ix_jobs_kind", "jobs", ["kind", "created_at", "id"])
    op.create_index("ix_jobs_status", "jobs", ["status", "created_at", "id"])
    op.create_index("ix_jobs_due_at", "jobs", ["due_at", "id"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index(
        "uq_jobs_active_run_kind", "jobs", ["run_id", "kind"], unique=True, sqlite_where=DUE, postgresql_where=DUE
    )
    op.create_index(
        "uq_jobs_idempotency_key_hash",
        "jobs",
        ["idempotency_key_hash"],
        unique=True,
        sqlite_where=KEYED,
        postgresql_where=KEYED,
    )


def _steps_and_events() -> None:
    op.create_table(
        "models",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
        sa.UniqueConstraint("name", "kind", "version", name="uq_models_name_kind_version"),
    )
    op.create_table(
        "steps",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("job_id", ROW_ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("model_id", ROW_ID),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_steps"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_steps_job_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_steps_model_id"),
        sa.UniqueConstraint("job_id", "ordinal", name="uq_steps_job_id_ordinal"),
        sa.CheckConstraint(f"status IN ({STEP_STATUSES})", name="ck_steps_status"),
    )
    op.create_table(
        "events",
        sa.Column("position", POSITION, nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("job_id", ROW_ID),
        sa.Column("step_id", ROW_ID),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_events_job_id", ondelete="CASCADE"),
        sa.CheckConstraint(f"level IN ({LEVELS})", name="ck_events_level"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_run_id", "events", ["run_id", "position"])
    op.create_index("ix_events_job_id", "events", ["job_id", "position"])
    op.create_index("ix_events_at", "events", ["at", "position"])


def _artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("job_id", ROW_ID, nullable=False),
        sa.Column("step_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_artifacts"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_artifacts_job_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"], name="fk_artifacts_step_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_artifacts_sha256"),
        sa.CheckConstraint("size_bytes >= 0", name="ck_artifacts_size_bytes"),
    )
    op.create_index("ix_artifacts_job_id", "artifacts", ["job_id", "id"])
    op.create_index("ix_artifacts_step_id", "artifacts", ["step_id"])
    op.create_index("ix_artifacts_sha256", "artifacts", ["sha256"])


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("file_id", ROW_ID, nullable=False),
        sa.Column("catalogue_id", ROW_ID, nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("path_head", PATH, nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.Column("stored_path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text()),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("mtime", MOMENT),
        sa.Column("mode", sa.BigInteger()),
        sa.Column("link_target", sa.Text()),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.ForeignKeyConstraint(
            ["run_id", "file_id"], ["files.run_id", "files.id"], name="fk_members_file_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint(f"kind IN ({MEMBER_KINDS})", name="ck_members_kind"),
        sa.CheckConstraint("size_bytes >= 0", name="ck_members_size_bytes"),
    )
    op.create_index("ix_members_run_id", "members", ["run_id", "catalogue_id", "path_head", "id"])
    op.create_table(
        "catalogues",
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("job_id", ROW_ID),
        sa.Column("member_count", sa.BigInteger(), nullable=False),
        sa.Column("unpacked_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_catalogues"),
        sa.ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_catalogues_run_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("catalogues")
    op.drop_table("members")
    op.drop_index("ix_files_run_id", "files")
    op.create_index("ix_files_run_id", "files", ["run_id", "id"])
    op.drop_table("artifacts")
    op.drop_table("events")
    op.drop_table("steps")
    op.drop_table("models")
    op.drop_table("jobs")

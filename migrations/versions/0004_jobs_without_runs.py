"""Jobs without a run: they are of a subject instead, and so are their events. Steps say why they failed.

The types are spelled out here and not taken from the program, whose tables go on changing. SQLite cannot change a
column, so there the tables are made anew; whoever migrates has switched references off, or dropping the old ones would
take along what refers to them.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
DUE = sa.text("due_at IS NOT NULL")
KEYED = sa.text("idempotency_key_hash IS NOT NULL")
ABOUT = sa.text("subject IS NOT NULL")
OPEN = sa.text("status IN ('pending', 'running')")
JOB_STATUSES = "'queued', 'running', 'succeeded', 'failed', 'cancelled'"
STEP_STATUSES = "'pending', 'running', 'succeeded', 'failed', 'cancelled'"
LEVELS = "'info', 'warning', 'error'"
RUN_OR_SUBJECT = "(run_id IS NULL) = (subject IS NOT NULL)"
ERROR_WHOLE = "(error_code IS NULL) = (error_message IS NULL)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _jobs_of_sqlite(now=True)
        _steps_of_sqlite(now=True)
        _events_of_sqlite(now=True)
        return
    op.add_column("jobs", sa.Column("subject", sa.Text()))
    op.alter_column("jobs", "run_id", nullable=True)
    op.create_check_constraint("ck_jobs_run_or_subject", "jobs", RUN_OR_SUBJECT)
    _indexes_of_subjects()
    op.add_column("steps", sa.Column("error_code", sa.Text()))
    op.add_column("steps", sa.Column("error_message", sa.Text()))
    op.add_column("steps", sa.Column("is_passing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("steps", "is_passing", server_default=None)
    op.create_check_constraint("ck_steps_error_whole", "steps", ERROR_WHOLE)
    op.create_index("ix_steps_open", "steps", ["job_id", "ordinal"], postgresql_where=OPEN)
    op.alter_column("events", "run_id", nullable=True)


def downgrade() -> None:
    """Jobs without a run go, with all that belongs to them: the older schema has no place for them."""
    without = "SELECT id FROM jobs WHERE run_id IS NULL"
    for table in ("artifacts", "events", "steps"):
        op.execute(f"DELETE FROM {table} WHERE job_id IN ({without})")  # noqa: S608 - all of it stands here
    op.execute("DELETE FROM events WHERE run_id IS NULL")
    op.execute("DELETE FROM jobs WHERE run_id IS NULL")
    if op.get_bind().dialect.name == "sqlite":
        _events_of_sqlite(now=False)
        _steps_of_sqlite(now=False)
        _jobs_of_sqlite(now=False)
        return
    op.alter_column("events", "run_id", nullable=False)
    op.drop_index("ix_steps_open", "steps")
    op.drop_constraint("ck_steps_error_whole", "steps")
    for column in ("is_passing", "error_message", "error_code"):
        op.drop_column("steps", column)
    op.drop_index("uq_jobs_active_subject_kind", "jobs")
    op.drop_index("ix_jobs_subject", "jobs")
    op.drop_constraint("ck_jobs_run_or_subject", "jobs")
    op.alter_column("jobs", "run_id", nullable=False)
    op.drop_column("jobs", "subject")


def _indexes_of_subjects() -> None:
    op.create_index(
        "ix_jobs_subject", "jobs", ["subject", "created_at", "id"], sqlite_where=ABOUT, postgresql_where=ABOUT
    )
    op.create_index(
        "uq_jobs_active_subject_kind",
        "jobs",
        ["subject", "kind"],
        unique=True,
        sqlite_where=DUE,
        postgresql_where=DUE,
    )


def _jobs_of_sqlite(*, now: bool) -> None:
    """`now`: as they are from this migration on; else as they were before."""
    columns = [
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("run_id", ROW_ID, nullable=now),
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
    ]
    op.create_table(
        "jobs_anew",
        *columns,
        *([sa.Column("subject", sa.Text())] if now else []),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_jobs_run_id", ondelete="CASCADE"),
        sa.CheckConstraint(f"status IN ({JOB_STATUSES})", name="ck_jobs_status"),
        *([sa.CheckConstraint(RUN_OR_SUBJECT, name="ck_jobs_run_or_subject")] if now else []),
        sa.CheckConstraint("attempts >= 0", name="ck_jobs_attempts"),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_expires_at IS NULL)", name="ck_jobs_lease_whole"),
        sa.CheckConstraint(ERROR_WHOLE, name="ck_jobs_error_whole"),
        sa.CheckConstraint("(status = 'running') = (lease_owner IS NOT NULL)", name="ck_jobs_running_has_lease"),
        sa.CheckConstraint("(status IN ('queued', 'running')) = (finished_at IS NULL)", name="ck_jobs_final_has_end"),
        sa.CheckConstraint("(due_at IS NULL) = (finished_at IS NOT NULL)", name="ck_jobs_due_until_final"),
    )
    _move("jobs", [column.name for column in columns])
    op.create_index("ix_jobs_created_at", "jobs", ["created_at", "id"])
    op.create_index("ix_jobs_run_id", "jobs", ["run_id", "created_at", "id"])
    op.create_index("ix_jobs_kind", "jobs", ["kind", "created_at", "id"])
    op.create_index("ix_jobs_status", "jobs", ["status", "created_at", "id"])
    op.create_index("ix_jobs_due_at", "jobs", ["due_at", "id"], sqlite_where=DUE)
    op.create_index("uq_jobs_active_run_kind", "jobs", ["run_id", "kind"], unique=True, sqlite_where=DUE)
    op.create_index("uq_jobs_idempotency_key_hash", "jobs", ["idempotency_key_hash"], unique=True, sqlite_where=KEYED)
    if now:
        _indexes_of_subjects()


def _steps_of_sqlite(*, now: bool) -> None:
    columns = [
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("job_id", ROW_ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("model_id", ROW_ID),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("metadata", sa.Text(), nullable=False),
    ]
    added = [
        sa.Column("error_code", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("is_passing", sa.Boolean(), nullable=False),
    ]
    op.create_table(
        "steps_anew",
        *columns,
        *(added if now else []),
        sa.PrimaryKeyConstraint("id", name="pk_steps"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_steps_job_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_steps_model_id"),
        sa.UniqueConstraint("job_id", "ordinal", name="uq_steps_job_id_ordinal"),
        sa.CheckConstraint(f"status IN ({STEP_STATUSES})", name="ck_steps_status"),
        *([sa.CheckConstraint(ERROR_WHOLE, name="ck_steps_error_whole")] if now else []),
    )
    _move("steps", [column.name for column in columns], more={"is_passing": "0"} if now else {})
    if now:
        op.create_index("ix_steps_open", "steps", ["job_id", "ordinal"], sqlite_where=OPEN)


def _events_of_sqlite(*, now: bool) -> None:
    columns = [
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("run_id", ROW_ID, nullable=now),
        sa.Column("job_id", ROW_ID),
        sa.Column("step_id", ROW_ID),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
    ]
    op.create_table(
        "events_anew",
        *columns,
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_events_job_id", ondelete="CASCADE"),
        sa.CheckConstraint(f"level IN ({LEVELS})", name="ck_events_level"),
        sqlite_autoincrement=True,
    )
    # Positions go on behind the highest that ever was, though its event may have been pruned: it is in sqlite_sequence.
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'events_anew', seq FROM sqlite_sequence WHERE name = 'events'"
    )
    _move("events", [column.name for column in columns])
    op.create_index("ix_events_run_id", "events", ["run_id", "position"])
    op.create_index("ix_events_job_id", "events", ["job_id", "position"])
    op.create_index("ix_events_at", "events", ["at", "position"])


def _move(table: str, columns: Sequence[str], *, more: dict[str, str] | None = None) -> None:
    """Rows go over, and the new table takes the place of the old one, with which its indexes go."""
    values = {**{name: f'"{name}"' for name in columns}, **(more or {})}
    names = ", ".join(f'"{name}"' for name in values)
    sources = ", ".join(values.values())
    op.execute(f'INSERT INTO "{table}_anew" ({names}) SELECT {sources} FROM "{table}"')  # noqa: S608 - as above
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)

"""Jobs remember in which trace they were wanted, so that the work on them, wherever it is done, belongs to it."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """In SQL, because SQLite takes a CHECK with a new column only as a part of it."""
    op.execute(
        "ALTER TABLE jobs ADD COLUMN trace_context TEXT"
        " CONSTRAINT ck_jobs_trace_context CHECK (length(trace_context) <= 1000)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE jobs DROP COLUMN trace_context")

"""Intake: runs, files, blobs and idempotency keys.

The types are spelled out here and not taken from the program, whose tables go on changing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
RUN_TYPES = "'ds_etc', 'instance_etc', 'app_bundle', 'single_conf', 'document', 'archive'"
RUN_STATUSES = "'pending', 'stored', 'parsing', 'normalized', 'resolved', 'complete', 'failed'"


def upgrade() -> None:
    op.create_table(
        "ingestion_runs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("label_folded", sa.Text()),
        sa.Column("notes", sa.Text()),
        sa.Column("owner", sa.Text()),
        sa.Column("parent_run_id", ROW_ID),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_detail", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ingestion_runs"),
        sa.ForeignKeyConstraint(
            ["parent_run_id"], ["ingestion_runs.id"], name="fk_ingestion_runs_parent_run_id", ondelete="SET NULL"
        ),
        sa.CheckConstraint(f"type IN ({RUN_TYPES})", name="ck_ingestion_runs_type"),
        sa.CheckConstraint(f"status IN ({RUN_STATUSES})", name="ck_ingestion_runs_status"),
        sa.CheckConstraint("(error_code IS NULL) = (error_detail IS NULL)", name="ck_ingestion_runs_error_whole"),
        sa.CheckConstraint("(status = 'failed') = (error_code IS NOT NULL)", name="ck_ingestion_runs_failed_says_why"),
    )
    op.create_index("ix_ingestion_runs_created_at", "ingestion_runs", ["created_at", "id"])
    op.create_index("ix_ingestion_runs_type", "ingestion_runs", ["type", "created_at", "id"])
    op.create_index("ix_ingestion_runs_status", "ingestion_runs", ["status", "created_at", "id"])
    op.create_index("ix_ingestion_runs_owner", "ingestion_runs", ["owner", "created_at", "id"])
    op.create_index("ix_ingestion_runs_parent_run_id", "ingestion_runs", ["parent_run_id"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
        sa.UniqueConstraint("object_key", name="uq_blobs_object_key"),
        sa.CheckConstraint("length(sha256) = 64", name="ck_blobs_sha256_length"),
        sa.CheckConstraint("size_bytes >= 0", name="ck_blobs_size_bytes"),
    )
    op.create_table(
        "files",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        sa.ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_files_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_files_sha256"),
        sa.CheckConstraint("role IN ('upload', 'member')", name="ck_files_role"),
        sa.CheckConstraint("size_bytes >= 0", name="ck_files_size_bytes"),
    )
    op.create_index("ix_files_run_id", "files", ["run_id", "id"])
    op.create_index("ix_files_sha256", "files", ["sha256"])
    op.create_table(
        "idempotency_keys",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["ingestion_runs.id"], name="fk_idempotency_keys_run_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_idempotency_keys_run_id", "idempotency_keys", ["run_id"])


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_table("files")
    op.drop_table("blobs")
    op.drop_table("ingestion_runs")

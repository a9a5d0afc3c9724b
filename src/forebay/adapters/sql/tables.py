"""The tables of intake. Every constraint has a name: errors are told apart by it.

The migrations are written by hand from this; a test finds any difference.
"""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import RunStatus, RunType

metadata = MetaData()


def _one_of(column: str, values: type[StrEnum], name: str) -> CheckConstraint:
    known = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({known})", name=name)


ingestion_runs = Table(
    "ingestion_runs",
    metadata,
    Column("id", RowId, nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("label", Text),
    Column("label_folded", Text),  # case-folded by Python, so that searching means the same on every database
    Column("notes", Text),
    Column("owner", Text),
    Column("parent_run_id", RowId),
    Column("error_code", Text),
    Column("error_detail", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_ingestion_runs"),
    ForeignKeyConstraint(
        ["parent_run_id"], ["ingestion_runs.id"], name="fk_ingestion_runs_parent_run_id", ondelete="SET NULL"
    ),
    _one_of("type", RunType, "ck_ingestion_runs_type"),
    _one_of("status", RunStatus, "ck_ingestion_runs_status"),
    CheckConstraint("(error_code IS NULL) = (error_detail IS NULL)", name="ck_ingestion_runs_error_whole"),
    CheckConstraint("(status = 'failed') = (error_code IS NOT NULL)", name="ck_ingestion_runs_failed_says_why"),
    Index("ix_ingestion_runs_created_at", "created_at", "id"),
    Index("ix_ingestion_runs_type", "type", "created_at", "id"),
    Index("ix_ingestion_runs_status", "status", "created_at", "id"),
    Index("ix_ingestion_runs_owner", "owner", "created_at", "id"),
    Index("ix_ingestion_runs_parent_run_id", "parent_run_id"),
    implicit_returning=False,
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("verified_at", UtcTime),
    PrimaryKeyConstraint("sha256", name="pk_blobs"),
    UniqueConstraint("object_key", name="uq_blobs_object_key"),
    CheckConstraint("length(sha256) = 64", name="ck_blobs_sha256_length"),
    CheckConstraint("size_bytes >= 0", name="ck_blobs_size_bytes"),
    implicit_returning=False,
)

files = Table(
    "files",
    metadata,
    Column("id", RowId, nullable=False),
    Column("run_id", RowId, nullable=False),
    Column("path", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_files"),
    ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_files_run_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_files_sha256"),
    _one_of("role", FileRole, "ck_files_role"),
    CheckConstraint("size_bytes >= 0", name="ck_files_size_bytes"),
    Index("ix_files_run_id", "run_id", "id"),
    Index("ix_files_sha256", "sha256"),
    implicit_returning=False,
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key_hash", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("run_id", RowId, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("key_hash", name="pk_idempotency_keys"),
    ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_idempotency_keys_run_id", ondelete="CASCADE"),
    Index("ix_idempotency_keys_run_id", "run_id"),
    implicit_returning=False,
)

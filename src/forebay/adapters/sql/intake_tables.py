"""The tables of intake."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from forebay.adapters.sql.column_types import CodePointText, RowId, UtcTime
from forebay.adapters.sql.schema import both_or_neither, metadata, one_of
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.member import MemberKind
from forebay.domain.intake.run import RunStatus, RunType

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
    Column("documents", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("id", name="pk_ingestion_runs"),
    ForeignKeyConstraint(
        ["parent_run_id"], ["ingestion_runs.id"], name="fk_ingestion_runs_parent_run_id", ondelete="SET NULL"
    ),
    one_of("type", RunType, "ck_ingestion_runs_type"),
    one_of("status", RunStatus, "ck_ingestion_runs_status"),
    both_or_neither("error_code", "error_detail", "ck_ingestion_runs_error_whole"),
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
    one_of("role", FileRole, "ck_files_role"),
    CheckConstraint("size_bytes >= 0", name="ck_files_size_bytes"),
    Index("ix_files_run_id", "run_id", "id", unique=True),  # members refer to both: a file of the same run
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

# `path_head`: as much of the path as fits into an index of PostgreSQL, whose entries are at most 2,704 bytes. In the
# order of (path_head, path, id) they are in that of (path, id), and nearly all paths are no longer than their heads.
members = Table(
    "members",
    metadata,
    Column("id", RowId, nullable=False),
    Column("run_id", RowId, nullable=False),
    Column("file_id", RowId, nullable=False),
    Column("catalogue_id", RowId, nullable=False),
    Column("location", Text, nullable=False),
    Column("path_head", CodePointText, nullable=False),
    Column("path", CodePointText, nullable=False),
    Column("stored_path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text),  # of bytes inside an archive: there is no blob with this digest
    Column("media_type", Text, nullable=False),
    Column("mtime", UtcTime),
    Column("mode", BigInteger),
    Column("link_target", Text),
    Column("flags", Text, nullable=False),
    PrimaryKeyConstraint("id", name="pk_members"),
    ForeignKeyConstraint(
        ["run_id", "file_id"], ["files.run_id", "files.id"], name="fk_members_file_id", ondelete="CASCADE"
    ),
    one_of("kind", MemberKind, "ck_members_kind"),
    CheckConstraint("size_bytes >= 0", name="ck_members_size_bytes"),
    Index("ix_members_run_id", "run_id", "catalogue_id", "path_head", "id"),
    implicit_returning=False,
)

catalogues = Table(
    "catalogues",
    metadata,
    Column("run_id", RowId, nullable=False),
    Column("id", RowId, nullable=False),
    Column("job_id", RowId),  # which job made it; no reference, since it says so even if jobs are cleared away
    Column("member_count", BigInteger, nullable=False),
    Column("unpacked_bytes", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("run_id", name="pk_catalogues"),
    ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_catalogues_run_id", ondelete="CASCADE"),
    implicit_returning=False,
)

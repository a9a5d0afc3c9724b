"""The tables of documents: what is known of them, their categories, and what was learned."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from forebay.adapters.sql.column_types import CodePointText, RowId, UtcTime
from forebay.adapters.sql.schema import both_or_neither, metadata, one_of
from forebay.domain.documents.document import DocumentStatus, TitleSource
from forebay.domain.documents.verdict import ClassifierName

# `name_folded`: case-folded by Python, so that names are the same on every database.
categories = Table(
    "categories",
    metadata,
    Column("id", RowId, nullable=False),
    Column("name", CodePointText, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("rules", Text, nullable=False),  # JSON
    Column("examples", Text, nullable=False),  # JSON
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("id", name="pk_categories"),
    UniqueConstraint("name_folded", name="uq_categories_name_folded"),
    implicit_returning=False,
)

# `path_sha256`: paths may be longer than entries of PostgreSQL's indexes. A document whose category was deleted keeps
# the rest of its verdict, which then means nothing. `page_offsets` stands last: it is long, and seldom needed.
documents = Table(
    "documents",
    metadata,
    Column("id", RowId, nullable=False),
    Column("run_id", RowId, nullable=False),
    Column("file_id", RowId, nullable=False),
    Column("parent_id", RowId),
    Column("path", Text, nullable=False),
    Column("path_sha256", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_source", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),  # of its bytes, which may lie inside an archive
    Column("owner", Text),
    Column("status", Text, nullable=False),
    Column("error_code", Text),
    Column("error_detail", Text),
    Column("needs_ocr", Boolean, nullable=False),
    Column("page_count", Integer),
    Column("language", Text),
    Column("category_id", RowId),
    Column("confidence", Double),
    Column("classified_by", Text),
    Column("verdict_model_id", RowId),
    Column("reasons", Text),  # JSON
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("text_sha256", Text),
    Column("text_size_bytes", BigInteger),
    Column("text_model_id", RowId),
    Column("page_offsets", Text),  # JSON
    PrimaryKeyConstraint("id", name="pk_documents"),
    UniqueConstraint("run_id", "path_sha256", name="uq_documents_run_id_path"),
    ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_documents_run_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["parent_id"], ["documents.id"], name="fk_documents_parent_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["category_id"], ["categories.id"], name="fk_documents_category_id", ondelete="SET NULL"),
    ForeignKeyConstraint(["text_sha256"], ["blobs.sha256"], name="fk_documents_text_sha256"),
    ForeignKeyConstraint(["text_model_id"], ["models.id"], name="fk_documents_text_model_id"),
    ForeignKeyConstraint(["verdict_model_id"], ["models.id"], name="fk_documents_verdict_model_id"),
    one_of("status", DocumentStatus, "ck_documents_status"),
    one_of("title_source", TitleSource, "ck_documents_title_source"),
    one_of("classified_by", ClassifierName, "ck_documents_classified_by"),
    CheckConstraint("size_bytes >= 0", name="ck_documents_size_bytes"),
    CheckConstraint("page_count >= 0", name="ck_documents_page_count"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_documents_confidence"),
    both_or_neither("error_code", "error_detail", "ck_documents_error_whole"),
    CheckConstraint("(status = 'failed') = (error_code IS NOT NULL)", name="ck_documents_failed_says_why"),
    both_or_neither("text_sha256", "text_size_bytes", "ck_documents_text_size"),
    both_or_neither("text_sha256", "text_model_id", "ck_documents_text_model"),
    both_or_neither("text_sha256", "page_offsets", "ck_documents_text_pages"),
    both_or_neither("classified_by", "reasons", "ck_documents_verdict_whole"),
    CheckConstraint(
        "classified_by IS NOT NULL OR (category_id IS NULL AND confidence IS NULL AND verdict_model_id IS NULL)",
        name="ck_documents_verdict_by_somebody",
    ),
    Index("ix_documents_created_at", "created_at", "id"),
    Index("ix_documents_run_id", "run_id", "id"),
    Index("ix_documents_category_id", "category_id", "created_at", "id"),
    Index("ix_documents_status", "status", "created_at", "id"),
    Index("ix_documents_owner", "owner", "created_at", "id"),
    Index("ix_documents_media_type", "media_type", "created_at", "id"),
    Index("ix_documents_language", "language", "created_at", "id"),
    Index("ix_documents_parent_id", "parent_id"),
    Index("ix_documents_text_sha256", "text_sha256"),
    implicit_returning=False,
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", RowId, nullable=False),
    Column("document_id", RowId, nullable=False),
    Column("category_id", RowId),
    PrimaryKeyConstraint("id", name="pk_corrections"),
    ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_corrections_document_id", ondelete="CASCADE"),
    ForeignKeyConstraint(["category_id"], ["categories.id"], name="fk_corrections_category_id", ondelete="CASCADE"),
    Index("ix_corrections_document_id", "document_id", "id"),
    Index("ix_corrections_category_id", "category_id"),
    implicit_returning=False,
)

learned_models = Table(
    "learned_models",
    metadata,
    Column("version", Integer, nullable=False, autoincrement=False),
    Column("model_id", RowId, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("correction_count", Integer, nullable=False),
    Column("category_count", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("version", name="pk_learned_models"),
    ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_learned_models_model_id"),
    ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_learned_models_sha256"),
    CheckConstraint("version >= 1", name="ck_learned_models_version"),
    CheckConstraint("size_bytes >= 0", name="ck_learned_models_size_bytes"),
    Index("ix_learned_models_sha256", "sha256"),
    implicit_returning=False,
)

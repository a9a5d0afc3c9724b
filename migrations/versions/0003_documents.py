"""Documents: what is known of them, categories, corrections, learned models and the index over their texts.

The types are spelled out here and not taken from the program, whose tables go on changing.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT_STATUSES = "'uploaded', 'extracting', 'classifying', 'ready', 'failed'"
TITLE_SOURCES = "'name', 'content', 'person'"
CLASSIFIERS = "'person', 'rules', 'local', 'llm'"


def upgrade() -> None:
    op.add_column("ingestion_runs", sa.Column("documents", sa.Boolean(), nullable=False, server_default=sa.false()))
    _categories()
    _starters()
    _documents()
    _learning()
    if op.get_bind().dialect.name == "sqlite":
        _index_of_sqlite()
    else:
        _index_of_postgresql()


def _categories() -> None:
    op.create_table(
        "categories",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("examples", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_categories"),
        sa.UniqueConstraint("name_folded", name="uq_categories_name_folded"),
    )


def _starters() -> None:
    """Categories to begin with, as they were when this migration was written."""
    read = json.loads((Path(__file__).parents[1] / "frozen" / "0003_starter_categories.json").read_text("utf-8"))
    sqlite = op.get_bind().dialect.name == "sqlite"
    now = datetime.now(UTC)
    moment = f"{now.isoformat(timespec='microseconds')[:26]}Z" if sqlite else now
    table = sa.table(
        "categories",
        sa.column("id", sa.LargeBinary() if sqlite else sa.Uuid()),
        *(sa.column(name) for name in ("name", "name_folded", "description", "rules", "examples")),
        sa.column("created_at"),
        sa.column("updated_at"),
    )
    op.bulk_insert(
        table,
        [
            {
                "id": UUID(one["id"]).bytes if sqlite else UUID(one["id"]),
                "name": one["name"],
                "name_folded": one["name"].casefold(),
                "description": one["description"],
                "rules": json.dumps(one["rules"], separators=(",", ":")),
                "examples": json.dumps(one["examples"], separators=(",", ":")),
                "created_at": moment,
                "updated_at": moment,
            }
            for one in read
        ],
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("file_id", ROW_ID, nullable=False),
        sa.Column("parent_id", ROW_ID),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("path_sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_source", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_detail", sa.Text()),
        sa.Column("needs_ocr", sa.Boolean(), nullable=False),
        sa.Column("page_count", sa.Integer()),
        sa.Column("language", sa.Text()),
        sa.Column("category_id", ROW_ID),
        sa.Column("confidence", sa.Double()),
        sa.Column("classified_by", sa.Text()),
        sa.Column("verdict_model_id", ROW_ID),
        sa.Column("reasons", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("text_sha256", sa.Text()),
        sa.Column("text_size_bytes", sa.BigInteger()),
        sa.Column("text_model_id", ROW_ID),
        sa.Column("page_offsets", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("run_id", "path_sha256", name="uq_documents_run_id_path"),
        sa.ForeignKeyConstraint(["run_id"], ["ingestion_runs.id"], name="fk_documents_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["documents.id"], name="fk_documents_parent_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name="fk_documents_category_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["text_sha256"], ["blobs.sha256"], name="fk_documents_text_sha256"),
        sa.ForeignKeyConstraint(["text_model_id"], ["models.id"], name="fk_documents_text_model_id"),
        sa.ForeignKeyConstraint(["verdict_model_id"], ["models.id"], name="fk_documents_verdict_model_id"),
        sa.CheckConstraint(f"status IN ({DOCUMENT_STATUSES})", name="ck_documents_status"),
        sa.CheckConstraint(f"title_source IN ({TITLE_SOURCES})", name="ck_documents_title_source"),
        sa.CheckConstraint(f"classified_by IN ({CLASSIFIERS})", name="ck_documents_classified_by"),
        sa.CheckConstraint("size_bytes >= 0", name="ck_documents_size_bytes"),
        sa.CheckConstraint("page_count >= 0", name="ck_documents_page_count"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_documents_confidence"),
        sa.CheckConstraint("(error_code IS NULL) = (error_detail IS NULL)", name="ck_documents_error_whole"),
        sa.CheckConstraint("(status = 'failed') = (error_code IS NOT NULL)", name="ck_documents_failed_says_why"),
        sa.CheckConstraint("(text_sha256 IS NULL) = (text_size_bytes IS NULL)", name="ck_documents_text_size"),
        sa.CheckConstraint("(text_sha256 IS NULL) = (text_model_id IS NULL)", name="ck_documents_text_model"),
        sa.CheckConstraint("(text_sha256 IS NULL) = (page_offsets IS NULL)", name="ck_documents_text_pages"),
        sa.CheckConstraint("(classified_by IS NULL) = (reasons IS NULL)", name="ck_documents_verdict_whole"),
        sa.CheckConstraint(
            "classified_by IS NOT NULL OR (category_id IS NULL AND confidence IS NULL AND verdict_model_id IS NULL)",
            name="ck_documents_verdict_by_somebody",
        ),
    )
    op.create_index("ix_documents_created_at", "documents", ["created_at", "id"])
    op.create_index("ix_documents_run_id", "documents", ["run_id", "id"])
    for column in ("category_id", "status", "owner", "media_type", "language"):
        op.create_index(f"ix_documents_{column}", "documents", [column, "created_at", "id"])
    op.create_index("ix_documents_parent_id", "documents", ["parent_id"])
    op.create_index("ix_documents_text_sha256", "documents", ["text_sha256"])


def _learning() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("document_id", ROW_ID, nullable=False),
        sa.Column("category_id", ROW_ID),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_corrections_document_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name="fk_corrections_category_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_corrections_document_id", "corrections", ["document_id", "id"])
    op.create_index("ix_corrections_category_id", "corrections", ["category_id"])
    op.create_table(
        "learned_models",
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("model_id", ROW_ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("correction_count", sa.Integer(), nullable=False),
        sa.Column("category_count", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_learned_models"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_learned_models_model_id"),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_learned_models_sha256"),
        sa.CheckConstraint("version >= 1", name="ck_learned_models_version"),
        sa.CheckConstraint("size_bytes >= 0", name="ck_learned_models_size_bytes"),
    )
    op.create_index("ix_learned_models_sha256", "learned_models", ["sha256"])


def _index_of_sqlite() -> None:
    op.create_table(
        "document_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", ROW_ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document_texts"),
        sa.UniqueConstraint("document_id", name="uq_document_texts_document_id"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_document_texts_document_id", ondelete="CASCADE"
        ),
    )
    op.execute(
        "CREATE VIRTUAL TABLE document_words USING fts5(title, text, content='document_texts', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    op.execute(
        "CREATE TRIGGER document_texts_inserted AFTER INSERT ON document_texts BEGIN"
        " INSERT INTO document_words(rowid, title, text) VALUES (new.id, new.title, new.text); END"
    )
    op.execute(
        "CREATE TRIGGER document_texts_deleted AFTER DELETE ON document_texts BEGIN"
        " INSERT INTO document_words(document_words, rowid, title, text)"
        " VALUES ('delete', old.id, old.title, old.text); END"
    )
    op.execute(
        "CREATE TRIGGER document_texts_updated AFTER UPDATE ON document_texts BEGIN"
        " INSERT INTO document_words(document_words, rowid, title, text)"
        " VALUES ('delete', old.id, old.title, old.text);"
        " INSERT INTO document_words(rowid, title, text) VALUES (new.id, new.title, new.text); END"
    )


def _index_of_postgresql() -> None:
    op.create_table(
        "document_vectors",
        sa.Column("document_id", ROW_ID, nullable=False),
        sa.Column("dictionary", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_start", sa.Integer(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("title_vector", TSVECTOR(), nullable=False),
        sa.Column("vector", TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_document_vectors"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_document_vectors_document_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("passages >= 0", name="ck_document_vectors_passages"),
    )
    op.create_index("ix_document_vectors_dictionary", "document_vectors", ["dictionary"])
    # Hardly anything is won by compressing vectors, and much is lost when many are read.
    op.execute("ALTER TABLE document_vectors ALTER COLUMN vector SET STORAGE EXTERNAL")
    op.execute(
        "CREATE FUNCTION forebay_words(tsvector) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000"
        " SET search_path = pg_catalog AS 'SELECT $1'"
    )
    for column, indexed in (("title_vector", "title_vector"), ("vector", sa.text("forebay_words(vector)"))):
        op.create_index(
            f"ix_document_vectors_{column}",
            "document_vectors",
            [indexed],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )
    op.create_table(
        "document_passages",
        sa.Column("document_id", ROW_ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("vector", TSVECTOR()),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name="pk_document_passages"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document_vectors.document_id"],
            name="fk_document_passages_document_id",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("document_words")
        op.drop_table("document_texts")
    else:
        op.drop_table("document_passages")
        op.drop_table("document_vectors")
        op.execute("DROP FUNCTION forebay_words(tsvector)")
    op.drop_table("learned_models")
    op.drop_table("corrections")
    op.drop_table("documents")
    op.drop_table("categories")
    op.drop_column("ingestion_runs", "documents")

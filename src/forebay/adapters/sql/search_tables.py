"""The tables of the index, which each database has in its own way. What is in them can be made again from the texts.

SQLite: the texts, and an FTS5 index over them, which the migration makes and triggers keep. PostgreSQL: a vector of
each document, by which it is found, and its text in passages, for phrases and for what is shown of it.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.schema import ONLY, metadata

# `id` is the rowid that FTS5 goes by; as a key it survives VACUUM. Later documents have higher ones.
document_texts = Table(
    "document_texts",
    metadata,
    Column("id", Integer, nullable=False),
    Column("document_id", RowId, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("id", name="pk_document_texts"),
    UniqueConstraint("document_id", name="uq_document_texts_document_id"),
    ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_document_texts_document_id", ondelete="CASCADE"),
    implicit_returning=False,
    info={ONLY: "sqlite"},
)

FTS_TABLE = "document_words"
# The virtual table is none that SQLAlchemy could describe; FTS5 makes the others itself.
FTS_SHADOWS = frozenset({FTS_TABLE, *(f"{FTS_TABLE}_{part}" for part in ("data", "idx", "docsize", "config"))})

# `dictionary`: the one of PostgreSQL that stemmed the words; empty for none. `body_start`: the position that the first
# word of the text has; those of the title come before. `created_at`: of the document, where it never changes.
document_vectors = Table(
    "document_vectors",
    metadata,
    Column("document_id", RowId, nullable=False),
    Column("dictionary", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body_start", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("title_vector", TSVECTOR, nullable=False),
    Column("vector", TSVECTOR, nullable=False),
    PrimaryKeyConstraint("document_id", name="pk_document_vectors"),
    ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_document_vectors_document_id", ondelete="CASCADE"),
    CheckConstraint("passages >= 0", name="ck_document_vectors_passages"),
    Index("ix_document_vectors_dictionary", "dictionary"),
    # Without pending lists: searching costs the same whenever it is done.
    Index(
        "ix_document_vectors_title_vector",
        "title_vector",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    ),
    implicit_returning=False,
    info={ONLY: "postgresql"},
)

# The planner takes no account of what it costs to fetch long values, and would rather look through all vectors than go
# along their index. So the index is over a function, made by the migration, that gives back its argument and is said
# to be slow.
indexed_words = func.forebay_words(document_vectors.c.vector, type_=TSVECTOR)
Index("ix_document_vectors_vector", indexed_words, postgresql_using="gin", postgresql_with={"fastupdate": "off"})

# `vector`: of the words of the passage, from position 1; NULL when it is the only one, which the document's covers.
document_passages = Table(
    "document_passages",
    metadata,
    Column("document_id", RowId, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("vector", TSVECTOR),
    PrimaryKeyConstraint("document_id", "ordinal", name="pk_document_passages"),
    ForeignKeyConstraint(
        ["document_id"], ["document_vectors.document_id"], name="fk_document_passages_document_id", ondelete="CASCADE"
    ),
    implicit_returning=False,
    info={ONLY: "postgresql"},
)

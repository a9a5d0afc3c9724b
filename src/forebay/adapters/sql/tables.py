"""All tables together, as migrations and error messages need to know them."""

from collections.abc import Sequence

from sqlalchemy import Table

from forebay.adapters.sql import (
    alerts_tables,
    documents_tables,
    intake_tables,
    pipelines_tables,
    processing_tables,
    search_tables,
)
from forebay.adapters.sql.schema import ONLY, metadata
from forebay.adapters.sql.search_tables import FTS_SHADOWS

__all__ = [
    "alerts_tables",
    "documents_tables",
    "intake_tables",
    "is_compared",
    "metadata",
    "pipelines_tables",
    "processing_tables",
    "search_tables",
    "tables_of",
]


def tables_of(dialect: str) -> Sequence[Table]:
    """Those that this database has, each behind the ones that it refers to."""
    return [table for table in metadata.sorted_tables if table.info.get(ONLY, dialect) == dialect]


def is_compared(name: str | None, dialect: str) -> bool:
    """Whether Alembic compares the table: not those of the other database, nor what FTS5 makes for itself."""
    described = metadata.tables.get(name or "")
    if described is None:
        return name not in FTS_SHADOWS
    return described in tables_of(dialect)

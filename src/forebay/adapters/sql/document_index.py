"""The full-text index of the database that there is."""

from forebay.adapters.sql.postgres_index import PostgresIndex
from forebay.adapters.sql.sqlite_index import SqliteIndex
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.documents import DocumentIndex


def document_index(statements: Statements) -> DocumentIndex:
    return SqliteIndex(statements) if statements.dialect == "sqlite" else PostgresIndex(statements)

"""The full-text index on SQLite: FTS5 over the texts, ranked by bm25."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    column,
    desc,
    func,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.dialects import sqlite

from forebay.adapters.sql.document_rows import document_of
from forebay.adapters.sql.documents import conditions, is_answerable
from forebay.adapters.sql.documents_tables import documents
from forebay.adapters.sql.rows import AnyRow, checked
from forebay.adapters.sql.search_tables import FTS_TABLE, document_texts
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.documents import DocumentFilter, DocumentIndex, IndexEntry
from forebay.domain.documents.document import Document
from forebay.domain.documents.pieces import LOOKED_THROUGH, piece_of
from forebay.domain.documents.search import Clause, Hit, SearchQuery
from forebay.domain.documents.snippets import Pattern, highlighted_piece, highlighted_title

_TITLE_WEIGHT, _TEXT_WEIGHT = 8.0, 1.0
_words = table(FTS_TABLE, column("rowid"))
_name: ColumnElement[Any] = literal_column(FTS_TABLE)  # in FTS5 a table's name stands for its rows
_matches = _name.op("MATCH")(bindparam("match"))
_score = (-func.bm25(_name, _TITLE_WEIGHT, _TEXT_WEIGHT)).label("score")

_new = sqlite.insert(document_texts)
_PUT = _new.on_conflict_do_update(
    index_elements=["document_id"], set_={"title": _new.excluded.title, "text": _new.excluded.text}
)
_RETITLE = update(document_texts).where(document_texts.c.document_id == bindparam("the_document"))


class SqliteIndex:
    """Words are not stemmed."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def put(self, entry: IndexEntry) -> None:
        title, text = checked(entry.title, "title") or "", checked(entry.text, "text") or ""
        await self._do.write(_PUT, {"document_id": entry.document_id, "title": title, "text": text})

    async def retitle(self, document_id: UUID, title: str) -> None:
        await self._do.write(_RETITLE, {"the_document": document_id, "title": checked(title, "title")})

    async def search(
        self, query: SearchQuery, where: DocumentFilter, *, skip: int, limit: int
    ) -> Sequence[tuple[Document, Hit]]:
        if not is_answerable(where):
            return ()
        match = fts_query(query)
        rows = await self._do.fetch(_best(where).limit(limit).offset(skip), {"match": match})
        if not rows:
            return ()
        texts = await self._do.fetch(_SHOWN, {"rows": [row.rowid for row in rows]})
        shown = {row.id: row for row in texts}
        patterns = [Pattern.of(clause) for clause in query.wanted]
        return tuple((document_of(row), _hit(row, shown[row.rowid], patterns)) for row in rows if row.rowid in shown)


def _best(where: DocumentFilter) -> Select[*tuple[Any, ...]]:
    return (
        select(documents, _words.c.rowid, _score)
        .select_from(_words)
        .join(document_texts, document_texts.c.id == _words.c.rowid)
        .join(documents, documents.c.id == document_texts.c.document_id)
        .where(_matches, *conditions(where))
        .order_by(desc("score"), documents.c.created_at.desc(), documents.c.id.desc())
    )


# Not by FTS5's snippet(), whose time grows with the square of the matches.
_SHOWN = select(
    document_texts.c.id,
    document_texts.c.title,
    func.substr(document_texts.c.text, 1, LOOKED_THROUGH).label("text"),
).where(document_texts.c.id.in_(bindparam("rows", expanding=True)))


def _hit(row: AnyRow, shown: AnyRow, patterns: Sequence[Pattern]) -> Hit:
    return Hit(
        document_id=row.id,
        score=row.score,
        title=highlighted_title(shown.title, patterns),
        snippet=highlighted_piece(piece_of(shown.text, patterns), patterns),
    )


def fts_query(query: SearchQuery) -> str:
    """In the language of FTS5: everything that was typed stands in quotes."""
    wanted = " AND ".join(map(_phrase, query.wanted))
    excluded = " OR ".join(map(_phrase, query.excluded))
    return f"({wanted}) NOT ({excluded})" if excluded else wanted


def _phrase(clause: Clause) -> str:
    words = " ".join(clause.words).replace('"', '""').replace("\0", " ")
    return f'"{words}" *' if clause.prefix else f'"{words}"'


def _fits(statements: Statements) -> DocumentIndex:
    return SqliteIndex(statements)

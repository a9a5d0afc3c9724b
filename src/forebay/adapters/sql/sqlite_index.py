"""The full-text index on SQLite: FTS5 over the texts, ranked by bm25.

Ranking takes FTS5 a microsecond or two for each document that matches, and looking up its row as long again. So of
words that are nearly everywhere only the newest documents are ranked, and rows are looked up for the best ones.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
    union_all,
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
from forebay.domain.documents.search import MAX_DEPTH, Clause, Hit, SearchQuery
from forebay.domain.documents.snippets import Pattern, highlighted_piece, highlighted_title

_TITLE_WEIGHT, _TEXT_WEIGHT = 8.0, 1.0
_RANKED = MAX_DEPTH  # the newest so many that match are ranked, and the newest so many whose title matches
_FEW = 20_000  # documents that may be put into a set, to look for them among those that match

_words = table(FTS_TABLE, column("rowid"))
_name: ColumnElement[Any] = literal_column(FTS_TABLE)  # in FTS5 a table's name stands for its rows

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
        filters = list(conditions(where))
        few = bool(filters) and await self._are_few(filters)
        statement = _best(filters, few=few, most=skip + limit).limit(limit).offset(skip)
        rows = await self._do.fetch(statement, {"match": fts_query(query), "title": fts_query(query, column="title")})
        if not rows:
            return ()
        texts = await self._do.fetch(_SHOWN, {"rows": [row.rowid for row in rows]})
        shown = {row.id: row for row in texts}
        patterns = [Pattern.of(clause) for clause in query.wanted]
        there = [row for row in rows if row.rowid in shown]
        # A second for a hit, with a long text and many words: others get their turn meanwhile.
        hits = await asyncio.to_thread(lambda: [_hit(row, shown[row.rowid], patterns) for row in there])
        return tuple((document_of(row), hit) for row, hit in zip(there, hits, strict=True))

    async def _are_few(self, filters: Sequence[ColumnElement[bool]]) -> bool:
        some = select(literal_column("1")).select_from(documents).where(*filters).limit(_FEW + 1).subquery()
        (row,) = await self._do.fetch(select(func.count().label("found")).select_from(some))
        return int(row.found) <= _FEW


def _best(filters: Sequence[ColumnElement[bool]], *, few: bool, most: int) -> Select[*tuple[Any, ...]]:
    """Documents are looked up for those only that may be shown, and those of the same score as the last of them."""
    found = union_all(_newest("match", filters, few=few), _newest("title", filters, few=few)).subquery()
    candidates = select(found.c.rowid, func.max(found.c.score).label("score")).group_by(found.c.rowid).cte("candidates")
    best = select(candidates.c.score).order_by(candidates.c.score.desc()).limit(most).subquery()
    last = select(func.min(best.c.score)).scalar_subquery()
    return (
        select(documents, candidates.c.rowid, candidates.c.score)
        .select_from(candidates)
        .join(document_texts, document_texts.c.id == candidates.c.rowid)
        .join(documents, documents.c.id == document_texts.c.document_id)
        .where(candidates.c.score >= last)
        .order_by(candidates.c.score.desc(), documents.c.created_at.desc(), documents.c.id.desc())
    )


def _newest(match: str, filters: Sequence[ColumnElement[bool]], *, few: bool) -> Select[*tuple[Any, ...]]:
    """FTS5 gives rows in their order, newest first, as it finds them: nothing is computed for those behind."""
    score = (-func.bm25(_name, _TITLE_WEIGHT, _TEXT_WEIGHT)).label("score")
    found = select(_words.c.rowid, score).where(_name.op("MATCH")(bindparam(match)))
    if few:  # the sum keeps FTS5 from being asked for each of them by itself
        fitting = select(document_texts.c.id).join(documents, documents.c.id == document_texts.c.document_id)
        found = found.where((_words.c.rowid + 0).in_(fitting.where(*filters)))
    elif filters:
        fitting = select(literal_column("1")).select_from(document_texts)
        fitting = fitting.join(documents, documents.c.id == document_texts.c.document_id)
        found = found.where(fitting.where(document_texts.c.id == _words.c.rowid, *filters).correlate(_words).exists())
    newest = found.order_by(_words.c.rowid.desc()).limit(_RANKED).subquery()
    return select(newest.c.rowid, newest.c.score)


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


def fts_query(query: SearchQuery, *, column: str = "") -> str:
    """In the language of FTS5: everything that was typed stands in quotes. `column`: where it is looked for."""
    wanted = " AND ".join(map(_phrase, query.wanted))
    if column:
        wanted = f"{{{column}}} : ({wanted})"
    excluded = " OR ".join(map(_phrase, query.excluded))
    return f"({wanted}) NOT ({excluded})" if excluded else wanted


def _phrase(clause: Clause) -> str:
    words = " ".join(clause.words).replace('"', '""').replace("\0", " ")
    return f'"{words}" *' if clause.prefix else f'"{words}"'


def _fits(statements: Statements) -> DocumentIndex:
    return SqliteIndex(statements)

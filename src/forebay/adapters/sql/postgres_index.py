"""The full-text index on PostgreSQL: vectors with a GIN index, and passages for phrases and for what is shown."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql

from forebay.adapters.sql.dictionaries import dictionary_of, stems_of
from forebay.adapters.sql.documents import no_document
from forebay.adapters.sql.documents_tables import documents
from forebay.adapters.sql.postgres_search import PostgresSearch
from forebay.adapters.sql.rows import checked
from forebay.adapters.sql.search_tables import document_passages, document_vectors
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.text_vectors import (
    MOST_STEMMED,
    SplitText,
    document_vector,
    joined,
    passage_vector,
    title_vector,
)
from forebay.adapters.sql.transaction import Values
from forebay.application.ports.documents import DocumentFilter, DocumentIndex, IndexEntry
from forebay.domain.documents.document import Document
from forebay.domain.documents.search import Hit, SearchQuery

_SMALL = 20_000  # characters of a text that may be taken apart without leaving the event loop
_BATCH = 100  # passages in one statement

_new = postgresql.insert(document_vectors)
_PUT = _new.on_conflict_do_update(
    index_elements=["document_id"],
    set_={
        name: _new.excluded[name]
        for name in ("dictionary", "title", "body_start", "passages", "title_vector", "vector")
    },
)
_CLEAR = delete(document_passages).where(document_passages.c.document_id == bindparam("the_document"))
_ADD_PASSAGE = insert(document_passages)
_HOLD = (
    select(documents.c.created_at)
    .where(documents.c.id == bindparam("document"))
    .with_for_update(read=True, key_share=True)
)
_LOCK = (
    select(document_vectors.c.dictionary)
    .where(document_vectors.c.document_id == bindparam("document"))
    .with_for_update()
)
_TEXTS = (
    select(document_passages.c.text)
    .where(document_passages.c.document_id == bindparam("document"))
    .order_by(document_passages.c.ordinal)
)


class PostgresIndex:
    """Words are stemmed by the document's language, where PostgreSQL knows it."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements
        self._search = PostgresSearch(statements)

    async def put(self, entry: IndexEntry) -> None:
        self._do.check()
        title, text = checked(entry.title, "title") or "", checked(entry.text, "text") or ""
        await self._write(entry.document_id, title, text, await dictionary_of(entry.language, self._do))

    async def retitle(self, document_id: UUID, title: str) -> None:
        self._do.check()
        checked(title, "title")
        known = await self._do.first(_LOCK, {"document": document_id})
        if known is not None:
            texts = [row.text for row in await self._do.fetch(_TEXTS, {"document": document_id})]
            await self._write(document_id, title, joined(texts), known.dictionary)

    async def search(
        self, query: SearchQuery, where: DocumentFilter, *, skip: int, limit: int
    ) -> Sequence[tuple[Document, Hit]]:
        return await self._search.run(query, where, skip=skip, limit=limit)

    async def _write(self, document_id: UUID, title: str, text: str, dictionary: str) -> None:
        aside = len(text) > _SMALL
        split = await asyncio.to_thread(SplitText.of, title, text) if aside else SplitText.of(title, text)
        stems = await stems_of(split.distinct[:MOST_STEMMED], dictionary, self._do)
        made = partial(_rows, document_id, split, stems, dictionary)
        document, passages = await asyncio.to_thread(made) if aside else made()
        held = await self._do.first(_HOLD, {"document": document_id})
        if held is None:
            self._do.spoil("a statement in it failed")
            raise no_document(document_id)
        values = {**document, "title": title, "dictionary": dictionary, "created_at": held.created_at}
        await self._do.write(_PUT, values)
        await self._do.write(_CLEAR, {"the_document": document_id})
        for start in range(0, len(passages), _BATCH):
            await self._do.write_many(_ADD_PASSAGE, passages[start : start + _BATCH])


def _rows(
    document_id: UUID, split: SplitText, stems: Mapping[str, str], dictionary: str
) -> tuple[Values, Sequence[Values]]:
    several = len(split.passages) > 1
    passages = [
        {
            "document_id": document_id,
            "ordinal": ordinal,
            "text": passage.text,
            "vector": passage_vector(passage, stems) if several else None,
        }
        for ordinal, passage in enumerate(split.passages)
    ]
    document = {
        "document_id": document_id,
        "body_start": split.body_start,
        "passages": len(passages),
        "title_vector": title_vector(split, stems, dictionary),
        "vector": document_vector(split, stems, dictionary),
    }
    return document, passages


def _fits(statements: Statements) -> DocumentIndex:
    return PostgresIndex(statements)

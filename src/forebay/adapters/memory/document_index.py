"""The full-text index in memory: every text is looked through, in a thread: others get their turn meanwhile."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from forebay.adapters.memory.documents import matches, position
from forebay.adapters.memory.indexed_text import IndexedText
from forebay.adapters.memory.storable import check_storable
from forebay.adapters.memory.work import Work
from forebay.application.ports.documents import DocumentFilter, DocumentIndex, IndexEntry
from forebay.domain.documents.document import Document
from forebay.domain.documents.pieces import piece_of
from forebay.domain.documents.search import MAX_DEPTH, Hit, SearchQuery
from forebay.domain.documents.snippets import Pattern, highlighted_piece, highlighted_title

_TITLE = 8.0  # how much more a word of the title counts


class MemoryIndex:
    """Words are the same as they are typed or not at all: nothing is stemmed."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, entry: IndexEntry) -> None:
        with self._work.writing():
            state = await self._work.state()
            state.document(entry.document_id)
            check_storable({"title": entry.title, "text": entry.text})
            state.texts[entry.document_id] = IndexedText(entry.title, entry.text)

    async def retitle(self, document_id: UUID, title: str) -> None:
        with self._work.writing():
            state = await self._work.state()
            check_storable({"title": title})
            if document_id in state.texts:
                state.texts[document_id] = replace(state.texts[document_id], title=title)

    async def search(
        self, query: SearchQuery, where: DocumentFilter, *, skip: int, limit: int
    ) -> Sequence[tuple[Document, Hit]]:
        state = await self._work.state()
        fitting = [
            (document, indexed)
            for document_id, indexed in state.texts.items()
            if matches(document := state.documents[document_id], where)
        ]
        # Neither documents nor their texts change, others take their place: what is found is of this moment.
        return await asyncio.to_thread(_found, fitting, query, slice(skip, min(skip + limit, MAX_DEPTH)))


def _found(
    fitting: Sequence[tuple[Document, IndexedText]], query: SearchQuery, page: slice
) -> Sequence[tuple[Document, Hit]]:
    wanted, excluded = [[Pattern.of(one) for one in some] for some in (query.wanted, query.excluded)]
    found = [
        (score, document, indexed) for document, indexed in fitting if (score := _score(indexed, wanted, excluded)) > 0
    ]
    found.sort(key=lambda one: (one[0], position(one[1])), reverse=True)
    return tuple((document, _hit(document.id, score, indexed, wanted)) for score, document, indexed in found[page])


def _score(indexed: IndexedText, wanted: Sequence[Pattern], excluded: Sequence[Pattern]) -> float:
    """0: it is not found."""
    if any(any(indexed.count(pattern)) for pattern in excluded):
        return 0.0
    score = 0.0
    for pattern in wanted:
        in_title, in_text = indexed.count(pattern)
        if not in_title and not in_text:
            return 0.0
        score += _TITLE * min(in_title, 2) + math.log1p(in_text) / (1 + math.log1p(len(indexed.text_words.words)))
    return score


def _hit(document_id: UUID, score: float, indexed: IndexedText, wanted: Sequence[Pattern]) -> Hit:
    return Hit(
        document_id=document_id,
        score=score,
        title=highlighted_title(indexed.title, wanted),
        snippet=highlighted_piece(piece_of(indexed.text, wanted), wanted),
    )


def _fits(work: Work) -> DocumentIndex:
    return MemoryIndex(work)

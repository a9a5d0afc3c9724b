"""What is shown of long texts takes a while to find, in which others must get their turn."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from forebay.adapters.memory.indexed_text import IndexedText
from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql import sqlite_index
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.domain.documents.pieces import piece_of
from forebay.domain.documents.snippets import Pattern
from forebay.testing.document_examples import Library


@pytest.mark.adapter("sqlite")
async def test_they_are_looked_through_in_a_thread_of_their_own(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def noted(text: str, patterns: Sequence[Pattern]) -> str:
        threads.append(threading.get_ident())
        return piece_of(text, patterns)

    monkeypatch.setattr(sqlite_index, "piece_of", noted)
    library = Library(SqlUnitOfWorkFactory(sqlite))
    found = await library.indexed("much text " * 10_000)
    assert await library.found("text") == [found.id]
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


@pytest.mark.adapter("memory")
async def test_so_are_all_texts_in_memory(memory: MemoryDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    count = IndexedText.count

    def noted(text: IndexedText, pattern: Pattern) -> tuple[int, int]:
        threads.append(threading.get_ident())
        return count(text, pattern)

    monkeypatch.setattr(IndexedText, "count", noted)
    library = Library(MemoryUnitOfWorkFactory(memory))
    found = await library.indexed("much text " * 10_000)
    assert await library.found("text") == [found.id]
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


@pytest.mark.adapter("memory")
async def test_a_search_in_memory_is_of_one_moment(memory: MemoryDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents that come, go or change while texts are looked through are for the next search."""
    begun, go_on = threading.Event(), threading.Event()
    count = IndexedText.count

    def paused(text: IndexedText, pattern: Pattern) -> tuple[int, int]:
        begun.set()
        assert go_on.wait(30)
        return count(text, pattern)

    library = Library(MemoryUnitOfWorkFactory(memory))
    gone, stays = await library.indexed("first text"), await library.indexed("second text")
    monkeypatch.setattr(IndexedText, "count", paused)
    searching = asyncio.create_task(library.found("text"))
    try:
        assert await asyncio.to_thread(begun.wait, 30)
        await library.delete(gone.id)
        new = await library.indexed("third text")
    finally:
        go_on.set()
    assert set(await searching) == {gone.id, stays.id}
    assert set(await library.found("text")) == {stays.id, new.id}

"""What is shown of long texts takes a while to find, in which others must get their turn."""

import threading
from collections.abc import Sequence

import pytest

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

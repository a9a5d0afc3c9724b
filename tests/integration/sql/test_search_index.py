"""What is left of a text in the tables of the index, which no search would show."""

import sqlite3
from collections.abc import AsyncIterator

import pytest

from forebay.adapters.sql.engine import open_database, sqlite_path
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.testing.document_examples import Library


@pytest.fixture
async def library(sqlite_url: str) -> AsyncIterator[Library]:
    database = open_database(sqlite_url)
    try:
        yield Library(SqlUnitOfWorkFactory(database))
    finally:
        await database.dispose()


async def test_texts_of_sqlite_go_with_their_documents_and_the_index_agrees(library: Library, sqlite_url: str) -> None:
    file = await library.uploaded()
    mail = await library.indexed("the message", file=file)
    for number in range(3):
        await library.indexed(f"attachment {number}", file=file, parent_id=mail.id)
    other = await library.indexed("something else")
    await library.index(other, "something other", title="Again")
    assert rows(sqlite_url) == 5
    await library.delete(mail.id)
    assert rows(sqlite_url) == 1
    await library.delete_run(other.run_id)
    assert rows(sqlite_url) == 0


def rows(url: str) -> int:
    """How many texts the index has, once it has compared all of its words with them."""
    connection = sqlite3.connect(sqlite_path(url))
    try:
        connection.execute("INSERT INTO document_words(document_words, rank) VALUES ('integrity-check', 1)")
        ((indexed,),) = connection.execute("SELECT count(*) FROM document_words_docsize")
        ((kept,),) = connection.execute("SELECT count(*) FROM document_texts")
    finally:
        connection.close()
    assert indexed == kept
    return int(kept)

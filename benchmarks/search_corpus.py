"""Fills a migrated database with documents to search: made-up words, as frequent as words are (Zipf's law)."""

from __future__ import annotations

import math
import random
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice, product
from pathlib import Path

import psycopg

from benchmarks.rows import time_ordered_id
from forebay.adapters.sql.text_vectors import SplitText, document_vector, passage_vector, title_vector

SEED = 20260101
VOCABULARY = 60_000
OWNERS = 50
LANGUAGES = ("en", "en", "en", "de", "de", None)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 1_000

_ONSETS = ("b", "br", "d", "f", "fl", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w", "z")
_VOWELS = ("a", "e", "i", "o", "u")
_CODAS = ("", "n", "r", "s", "t")
RUN = time_ordered_id(FIRST, 1)
DIGEST = "0" * 64

DOCUMENT = (
    *("id", "run_id", "file_id", "path", "path_sha256", "title", "title_source", "media_type", "size_bytes", "sha256"),
    *("owner", "status", "needs_ocr", "language", "created_at", "updated_at"),
)

VECTOR = ("document_id", "dictionary", "title", "body_start", "passages", "created_at", "title_vector", "vector")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDocument:
    """What is searched, and what it is narrowed down by."""

    number: int
    title: str
    text: str
    owner: str
    language: str | None

    @property
    def created_at(self) -> datetime:
        return FIRST + self.number * timedelta(seconds=1)

    @property
    def id(self) -> uuid.UUID:
        return time_ordered_id(self.created_at, self.number)


def vocabulary() -> list[str]:
    """By falling frequency; the frequent ones are short."""
    syllables = ["".join(parts) for parts in product(_ONSETS, _VOWELS, _CODAS)]
    words = [*syllables, *("".join(pair) for pair in product(syllables, syllables))]
    source = random.Random(SEED)
    tail = words[len(syllables) :]
    source.shuffle(tail)
    head = words[: len(syllables)]
    source.shuffle(head)
    return [*head, *tail][:VOCABULARY]


def documents(count: int) -> Iterator[MadeDocument]:
    """The median has 250 words, one in twenty more than 900."""
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    source = random.Random(SEED)
    for number in range(count):
        length = min(max(int(math.exp(source.gauss(math.log(250), 0.8))), 20), 5_000)
        drawn = source.choices(words, cum_weights=weights, k=length)
        yield MadeDocument(
            number=number,
            title=" ".join(source.choices(words, cum_weights=weights, k=4)),
            text=" ".join(drawn),
            owner=f"owner-{number % OWNERS}",
            language=LANGUAGES[number % len(LANGUAGES)],
        )


def fill_sqlite(path: Path, count: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        made = documents(count)
        _begin_run(connection)
        while batch := list(islice(made, BATCH)):
            connection.execute("BEGIN")
            marks = ", ".join("?" * len(DOCUMENT))
            connection.executemany(
                f"INSERT INTO documents ({', '.join(DOCUMENT)}) VALUES ({marks})",
                (tuple(map(_stored, _row(one))) for one in batch),
            )
            connection.executemany(
                "INSERT INTO document_texts (document_id, title, text) VALUES (?, ?, ?)",
                ((one.id.bytes, one.title, one.text) for one in batch),
            )
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def fill_postgres(url: str, count: int) -> None:
    """By COPY, with vectors as the index makes them, which are put into their indexes at the end; then VACUUM ANALYZE,

    as autovacuum would have.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        stems = {language: _stems(connection, language) for language in ("en", "de")}
        of_vectors = "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING gin%'"
        indexes = [(str(name), str(definition)) for name, definition in connection.execute(of_vectors)]
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}".encode())
        made = documents(count)
        _begin_run(connection)
        while batch := list(islice(made, BATCH)):
            _copy(connection, "documents", DOCUMENT, [_row(one) for one in batch])
            vectors, passages = _index_rows(batch, stems)
            _copy(connection, "document_vectors", VECTOR, vectors)
            _copy(connection, "document_passages", ("document_id", "ordinal", "text", "vector"), passages)
        for _, definition in indexes:
            connection.execute(definition.encode())
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _index_rows(
    batch: Sequence[MadeDocument], stems: dict[str, dict[str, str]]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    vectors: list[tuple[object, ...]] = []
    passages: list[tuple[object, ...]] = []
    for one in batch:
        split, known = SplitText.of(one.title, one.text), stems.get(one.language or "", {})
        dictionary = {"en": "english_stem", "de": "german_stem"}.get(one.language or "", "")
        count = len(split.passages)
        both = title_vector(split, known, dictionary), document_vector(split, known, dictionary)
        vectors.append((one.id, dictionary, one.title, split.body_start, count, one.created_at, *both))
        for ordinal, passage in enumerate(split.passages):
            vector = passage_vector(passage, known) if count > 1 else None
            passages.append((one.id, ordinal, passage.text, vector))
    return vectors, passages


def _stems(connection: psycopg.Connection[tuple[object, ...]], language: str) -> dict[str, str]:
    dictionary = {"en": "english_stem", "de": "german_stem"}[language]
    found = connection.execute(
        "SELECT word, ts_lexize(%s, word) FROM unnest(%s::text[]) AS word", (dictionary, vocabulary())
    )
    stems: dict[str, str] = {}
    for word, lexemes in found:
        if isinstance(lexemes, list) and lexemes and lexemes[0] != word:
            stems[str(word)] = str(lexemes[0])
    return stems


def _copy(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _begin_run(connection: sqlite3.Connection | psycopg.Connection[tuple[object, ...]]) -> None:
    moment = f"{FIRST.isoformat(timespec='microseconds')[:26]}Z"
    columns = "id, type, status, created_at, updated_at"
    if isinstance(connection, sqlite3.Connection):
        values = (RUN.bytes, "archive", "complete", moment, moment)
        connection.execute(f"INSERT INTO ingestion_runs ({columns}) VALUES (?, ?, ?, ?, ?)", values)
    else:
        connection.execute(
            f"INSERT INTO ingestion_runs ({columns}) VALUES (%s, %s, %s, %s, %s)".encode(),
            (RUN, "archive", "complete", FIRST, FIRST),
        )


def _row(one: MadeDocument) -> tuple[str | int | bool | uuid.UUID | datetime | None, ...]:
    at = one.created_at
    digest = f"{one.number:064x}"
    return (
        *(one.id, RUN, one.id, f"{one.number}.txt", digest, one.title, "name", "text/plain", len(one.text), DIGEST),
        *(one.owner, "ready", False, one.language, at, at),
    )


def _stored(value: str | float | uuid.UUID | datetime | None) -> str | float | bytes | None:
    if isinstance(value, uuid.UUID):
        return value.bytes
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='microseconds')[:26]}Z"
    return value

"""Section `search`: how long a search takes among many documents, at the port, on both databases."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.report import Table, bytes_text, milliseconds, say
from benchmarks.search_corpus import OWNERS, SEED, documents, fill_postgres, fill_sqlite, vocabulary
from benchmarks.services import postgres_server
from benchmarks.workspace import Workspace
from forebay.adapters.sql.engine import ask, open_database
from forebay.adapters.sql.migrate import upgrade
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.documents import DocumentFilter
from forebay.domain.documents.search import SearchQuery

LIMIT = 20
ALL = "all together"
_SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query of a kind."""

    kind: str
    text: str
    where: DocumentFilter = field(default_factory=DocumentFilter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Seconds of every search of one kind, and how many hits its pages held."""

    database: str
    kind: str
    seconds: tuple[float, ...]
    hits: int


def queries(each: int) -> Iterator[Asked]:
    """Words by how frequent they are: the first ten are in nearly every document, those from 30,000 on in a few."""
    words = vocabulary()
    source = random.Random(SEED)
    examples = [one.text.split() for one in documents(each)]

    def common() -> str:
        return source.choice(words[:10])

    def medium() -> str:
        return source.choice(words[200:2_000])

    def rare() -> str:
        return source.choice(words[30_000:])

    for number in range(each):
        place = source.randrange(len(examples[number]) - 3)
        phrase = " ".join(examples[number][place : place + 2])
        owner = DocumentFilter(owner=f"owner-{number % OWNERS}")
        yield Asked(kind="rare word", text=rare())
        yield Asked(kind="word", text=medium())
        yield Asked(kind="common word", text=common())
        yield Asked(kind="two words", text=f"{medium()} {medium()}")
        yield Asked(kind="two common words", text=f"{words[number % 10]} {words[(number + 3) % 10]}")
        yield Asked(kind="phrase", text=f'"{phrase}"')
        yield Asked(kind="prefix", text=f"{medium()[:3]}*")
        yield Asked(kind="exclusion", text=f"{medium()} -{common()}")
        yield Asked(kind="word, 1 owner in 50", text=medium(), where=owner)
        yield Asked(kind="common word, 1 owner in 50", text=common(), where=owner)


async def searches(name: str, url: str, each: int) -> list[Searched]:
    database = open_database(url, wait_seconds=120)
    try:
        open_work = SqlUnitOfWorkFactory(database)
        seconds: dict[str, list[float]] = {}
        hits: dict[str, int] = {}
        asked = list(queries(each))
        for counts in (False, True):  # once to warm up
            for one in asked if counts else asked[:10]:
                started = time.perf_counter()
                async with open_work(write=False) as work:
                    found = await work.index.search(SearchQuery.parse(one.text), one.where, skip=0, limit=LIMIT)
                if counts:
                    seconds.setdefault(one.kind, []).append(time.perf_counter() - started)
                    hits[one.kind] = hits.get(one.kind, 0) + len(found)
        size = (await ask(database, _SIZE))[0] if database.dialect == "postgresql" else None
        if isinstance(size, int):
            say(f"  {name}: {bytes_text(size)}")
    finally:
        await database.dispose()
    for kind, times in seconds.items():
        say(f"  {name}, {kind}: median {milliseconds(statistics.median(times))}, p95 {milliseconds(p95(times))}")
    return [
        Searched(database=name, kind=kind, seconds=tuple(found), hits=hits[kind]) for kind, found in seconds.items()
    ]


def measure(workspace: Workspace, databases: Sequence[str], count: int, each: int) -> list[Searched]:
    results: list[Searched] = []
    for name in databases:
        with ExitStack() as stack:
            folder = stack.enter_context(workspace.fresh_folder(f"search-{name}"))
            started = time.monotonic()
            if name == "postgresql":
                url = stack.enter_context(stack.enter_context(postgres_server()).database())
                upgrade(url)
                fill_postgres(url, count)
            else:
                url = f"sqlite:///{folder / 'forebay.db'}"
                upgrade(url)
                fill_sqlite(folder / "forebay.db", count)
                say(f"  {name}: {bytes_text((folder / 'forebay.db').stat().st_size)}")
            say(f"  {count} documents filled in within {time.monotonic() - started:.0f} s")
            results += asyncio.run(searches(name, url, each))
    return results


def p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def tables(results: Sequence[Searched], count: int) -> list[Table]:
    rows = []
    for name in dict.fromkeys(result.database for result in results):
        of_database = [result for result in results if result.database == name]
        whole = Searched(
            database=name,
            kind=ALL,
            seconds=tuple(second for result in of_database for second in result.seconds),
            hits=sum(result.hits for result in of_database),
        )
        for result in (*of_database, whole):
            times = result.seconds
            rows.append([
                name, result.kind, str(len(times)), milliseconds(statistics.median(times)), milliseconds(p95(times)),
                milliseconds(max(times)), f"{result.hits / len(times):.1f}",
            ])  # fmt: skip
    heading = ["database", "query", "searches", "median", "p95", "longest", "hits on the page"]
    notes = [f"{count} documents of made-up words (seed {SEED}); a page of {LIMIT} hits, with what is shown of each"]
    return [Table(title="Searching documents", heading=heading, rows=rows, notes=notes)]

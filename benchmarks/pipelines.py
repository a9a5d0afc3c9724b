"""Section `pipelines`: the latest run, a client's summary and batches of reports among millions of runs (PostgreSQL).

At the port: use cases and repositories in this process, nothing of HTTP; then over HTTP (pipelines_http).
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks import pipelines_http
from benchmarks.pipelines_batches import FIRST_TIME, RECORDS, REPLAY, Batch, bare, ours
from benchmarks.pipelines_rows import CLIENTS, NEWEST, PIPELINES, client_id, fill, pipeline_id
from benchmarks.report import Table, bytes_text, milliseconds, ratio, say
from benchmarks.services import postgres_server
from benchmarks.workspace import Workspace
from forebay.adapters.sql.engine import ask, open_database
from forebay.adapters.sql.migrate import upgrade
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.pipelines.show_health import SummariseClient, SummaryQuery

SMALL = 50_000
TURN = 10  # questions to one database before it is the other's turn
TARGETS = {"latest run": 0.002, "client summary": 0.015}
_SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Seconds of every question of one kind, among so many runs."""

    question: str
    runs: int
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What PostgreSQL says that it does for a statement."""

    question: str
    statement: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`plans`: of the largest database."""

    asked: list[Asked]
    batches: list[Batch]
    plans: list[Plan]


class AtTheEnd:
    """A clock that shows when the newest run finished."""

    def now(self) -> datetime:
        return NEWEST


class Contestant:
    """A database with so many runs, and the questions that are put to it."""

    def __init__(self, url: str, runs: int) -> None:
        self.url, self.runs = url, runs
        self.database: Database = open_database(url)
        self.open_work = SqlUnitOfWorkFactory(self.database)
        self._summarise = SummariseClient(unit_of_work=self.open_work, clock=AtTheEnd())

    async def latest(self, number: int) -> None:
        async with self.open_work(write=False) as work:
            if await work.pipeline_runs.latest(pipeline_id(number % PIPELINES)) is None:
                raise RuntimeError("a pipeline has no run")

    async def summary(self, number: int) -> None:
        found = await self._summarise(SummaryQuery(client_id=client_id(number % CLIENTS)))
        if not found.figures.total or found.pipelines[0].latest is None:
            raise RuntimeError("a client has no runs")

    def questions(self) -> dict[str, Callable[[int], Awaitable[None]]]:
        return {"latest run": self.latest, "client summary": self.summary}


async def measure(urls: dict[int, str], *, each: int, rounds: int) -> Measured:
    contestants = [Contestant(url, runs) for runs, url in urls.items()]
    largest = max(contestants, key=lambda one: one.runs)
    try:
        plans = await explain(largest)
        asked = [one for question in TARGETS for one in await ask_all(contestants, question, each)]
        batches = await record(largest, rounds)
        (size,) = await ask(largest.database, _SIZE)
        say(f"  {largest.runs} runs: {bytes_text(int(str(size)))}")
    finally:
        for contestant in contestants:
            await contestant.database.dispose()
    return Measured(asked=asked, batches=batches, plans=plans)


async def ask_all(contestants: Sequence[Contestant], question: str, each: int) -> list[Asked]:
    """In turns, so that whatever else the machine does hits all alike; the first turns warm up and do not count."""
    seconds: dict[int, list[float]] = {one.runs: [] for one in contestants}
    source = random.Random(question)
    for turn in range(-2, each // TURN):
        numbers = [source.randrange(PIPELINES) for _ in range(TURN)]
        for contestant in contestants if turn % 2 else reversed(contestants):
            put = contestant.questions()[question]
            for number in numbers:
                started = time.perf_counter()
                await put(number)
                if turn >= 0:
                    seconds[contestant.runs].append(time.perf_counter() - started)
    found = [Asked(question=question, runs=runs, seconds=tuple(times)) for runs, times in seconds.items()]
    for one in found:
        say(f"  {question}, {one.runs} runs: median {milliseconds(one.median)}, p95 {milliseconds(one.p95)}")
    return found


async def record(contestant: Contestant, rounds: int) -> list[Batch]:
    """The first round warms up. Requests to look at pipelines are taken away after each batch, as a worker would."""
    batches: list[Batch] = []
    with psycopg.connect(contestant.url, autocommit=True) as connection:
        for number in range(rounds + 1):
            found: list[Batch] = []
            for who in ("forebay", "bare") if number % 2 else ("bare", "forebay"):
                found += bare(connection, number) if who == "bare" else await ours(contestant.open_work, number)
                connection.execute("TRUNCATE pipeline_checks")
            if number:
                batches += found
            rates = ", ".join(f"{one.who} {one.what} {RECORDS / one.seconds:.0f}/s" for one in found)
            say(f"  batch {number}: {rates}")
    return batches


async def explain(contestant: Contestant) -> list[Plan]:
    """Of every statement that the questions send."""
    plans: list[Plan] = []
    with psycopg.connect(contestant.url, autocommit=True) as connection:
        for question, put in contestant.questions().items():
            sent: list[tuple[str, Any]] = []

            def hear(
                _connection: object, _cursor: object, statement: str, parameters: Any, *_: object, into: Any = sent
            ) -> None:
                into.append((statement, parameters))

            event.listen(Engine, "before_cursor_execute", hear)
            try:
                await put(PIPELINES // 2)
            finally:
                event.remove(Engine, "before_cursor_execute", hear)
            for statement, parameters in sent:
                for _ in range(2):  # once to warm up
                    rows = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}".encode(), parameters).fetchall()
                plans.append(Plan(question=question, statement=statement, lines=tuple(str(row[0]) for row in rows)))
    return plans


def run(workspace: Workspace, counts: Sequence[int], *, quick: bool) -> tuple[object, list[Table]]:
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        urls: dict[int, str] = {}
        for count in sorted(set(counts)):
            started = time.monotonic()
            urls[count] = stack.enter_context(server.database())
            upgrade(urls[count])
            fill(urls[count], count)
            say(f"  {count} runs filled in within {time.monotonic() - started:.0f} s")
        each, rounds = (200, 4) if quick else (1_000, 15)
        measured = asyncio.run(measure(urls, each=each, rounds=rounds))
        over_http = pipelines_http.measure(workspace, urls[max(urls)], max(urls), each=each, rounds=rounds)
    for plan in measured.plans:
        say("\n".join((f"\n  {plan.question}: {plan.statement}", *plan.lines)))
    return (measured, over_http), [*tables(measured), *pipelines_http.tables(over_http)]


def tables(measured: Measured) -> list[Table]:
    rows: list[list[str]] = []
    for question, target in TARGETS.items():
        of_question = sorted((one for one in measured.asked if one.question == question), key=lambda one: one.runs)
        rows += (
            [
                question, str(one.runs), str(len(one.seconds)), milliseconds(one.median), milliseconds(one.p95),
                milliseconds(target), ratio(one.median, of_question[0].median),
            ]
            for one in of_question
        )  # fmt: skip
    heading = ["question", "runs", "asked", "median", "p95", "p95 to reach", "median against the fewest"]
    notes = [
        f"{CLIENTS} clients with {PIPELINES // CLIENTS} pipelines each; 50,000 runs are those of the last week",
        "at the port, on PostgreSQL; a summary is of the last seven days",
    ]
    return [Table(title="Asking about pipelines", heading=heading, rows=rows, notes=notes), batches_table(measured)]


def batches_table(measured: Measured) -> Table:
    def median(who: str, what: str) -> float:
        return statistics.median(one.seconds for one in measured.batches if (one.who, one.what) == (who, what))

    rows = []
    for who in ("bare", "forebay"):
        for what in (FIRST_TIME, REPLAY):
            seconds = median(who, what)
            rows.append([
                who, what, milliseconds(seconds), f"{RECORDS / seconds:,.0f}",
                ratio(median("bare", what), seconds), ratio(median(who, FIRST_TIME), seconds),
            ])  # fmt: skip
    return Table(
        title="Recording batches",
        heading=["who", "batch", "median", "records a second", "of bare's rate", "of the first time's rate"],
        rows=rows,
        notes=[
            f"{RECORDS} records about pipelines in no order, into a table of {max(one.runs for one in measured.asked)}",
            "bare: COPY of lines made beforehand, then INSERT … ON CONFLICT DO NOTHING; no verdicts, no checks",
            "forebay: from values to the commit, with verdicts, and requests to look at the alerts of the pipelines",
        ],
    )

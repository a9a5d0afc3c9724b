"""Section `listing`: whether `GET /v1/runs` stays as fast when there are a hundred times as many runs."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from benchmarks.contestants import BIN, forebay_environment
from benchmarks.processes import Server, running
from benchmarks.report import Table, bytes_text, milliseconds, ratio, say
from benchmarks.rows import OWNERS, Filled, fill_postgres, fill_sqlite
from benchmarks.services import postgres_server
from benchmarks.workspace import REPOSITORY, Workspace, free_port

LIMIT = 50
TARGET = 1.3
TURN = 10  # requests to one server before it is the other's turn
MIDDLE = "page at depth"
QUERIES: tuple[tuple[str, dict[str, str]], ...] = (
    ("first page", {}),
    (MIDDLE, {}),
    ("type", {"type": "archive"}),
    ("status, 2 in 100", {"status": "failed"}),
    ("status, none", {"status": "parsing"}),
    ("owner, 1 in 50", {"owner": f"owner-{OWNERS // 2}"}),
    ("owner, unknown", {"owner": "nobody"}),
    ("type and status", {"type": "archive", "status": "failed"}),
    ("type and owner", {"type": "archive", "owner": f"owner-{OWNERS // 2}"}),
    ("oldest first", {"order": "asc"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Median seconds of one query on one database by number of runs, and how many runs the page held."""

    database: str
    query: str
    medians: dict[int, float]
    items: dict[int, int]


class Reader:
    """One keep-alive connection to a server that lists."""

    def __init__(self, server: Server, filled: Filled) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self.filled = filled
        before = self.page({"created_before": f"{self.filled.middle.isoformat()[:19]}Z"})
        self._middle = cast("str", before["next_cursor"])

    def path(self, title: str, parameters: dict[str, str]) -> str:
        cursor = {"cursor": self._middle} if title == MIDDLE else {}
        return f"/v1/runs?{urlencode({'limit': str(LIMIT), **parameters, **cursor})}"

    def reconnect(self) -> None:
        """A server closes a connection that was idle while another database was filled."""
        self._connection.close()

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path} answered {answer.status}: {body[:300].decode('utf-8', 'replace')}")
        return body

    def page(self, parameters: dict[str, str]) -> dict[str, object]:
        return cast("dict[str, object]", json.loads(self.get(self.path("", parameters))))

    def timed(self, path: str) -> float:
        started = time.perf_counter()
        self.get(path)
        return time.perf_counter() - started

    def close(self) -> None:
        self._connection.close()


@contextmanager
def served(folder: Path, count: int, database_url: str | None) -> Iterator[Reader]:
    """A server on a database with `count` runs; SQLite in the folder unless a URL is given."""
    data, port = folder / str(count), free_port()
    data.mkdir()
    environment = forebay_environment(port, data)
    if database_url is not None:
        environment["FOREBAY_DATABASE_URL"] = database_url
    migrate(environment)
    started = time.monotonic()
    filled = fill_sqlite(data / "forebay.db", count) if database_url is None else fill_postgres(database_url, count)
    say(f"  {count} runs filled in within {time.monotonic() - started:.0f} s")
    command = [str(BIN / "forebay"), "serve"]
    with running(command, port=port, ready="/healthz", environment=environment, log=folder / f"{count}.log") as server:
        reader = Reader(server, filled)
        try:
            yield reader
        finally:
            reader.close()


def migrate(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [str(BIN / "forebay"), "migrate"],
        env={**os.environ, **environment},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"forebay migrate failed: {done.stdout[-500:]}{done.stderr[-1000:]}")


def compare(name: str, readers: Sequence[Reader], requests: int) -> list[Listed]:
    """Every query on every size in turn, so that a slow moment of the machine falls on all of them."""
    results: list[Listed] = []
    for reader in readers:
        reader.reconnect()
    for title, parameters in QUERIES:
        times: dict[int, list[float]] = {reader.filled.runs: [] for reader in readers}
        items: dict[int, int] = {}
        for reader in readers:
            path = reader.path(title, parameters)
            items[reader.filled.runs] = len(json.loads(reader.get(path))["items"])
            reader.get(path)
        for _ in range(max(1, requests // TURN)):
            for reader in readers:
                path = reader.path(title, parameters)
                times[reader.filled.runs] += [reader.timed(path) for _ in range(TURN)]
        medians = {count: statistics.median(found) for count, found in times.items()}
        results.append(Listed(database=name, query=title, medians=medians, items=items))
        say(f"  {name}, {title}: " + ", ".join(f"{count}: {milliseconds(found)}" for count, found in medians.items()))
    return results


def measure(workspace: Workspace, databases: Sequence[str], counts: Sequence[int], requests: int) -> list[Listed]:
    results: list[Listed] = []
    for name in databases:
        with ExitStack() as stack:
            folder = stack.enter_context(workspace.fresh_folder(name))
            server = stack.enter_context(postgres_server()) if name == "postgresql" else None
            readers: list[Reader] = []
            for count in sorted(counts):
                url = stack.enter_context(server.database()) if server is not None else None
                readers.append(stack.enter_context(served(folder, count, url)))
            results += compare(name, readers, requests)
            if server is None:
                biggest = folder / str(max(counts)) / "forebay.db"
                say(f"  SQLite with {max(counts)} runs: {bytes_text(biggest.stat().st_size)}")
    return results


def tables(results: Sequence[Listed]) -> list[Table]:
    if not results:
        return []
    counts = sorted(results[0].medians)
    rows = [
        [
            result.database,
            result.query,
            *(f"{milliseconds(result.medians[count])} ({result.items[count]})" for count in counts),
            ratio(result.medians[counts[-1]], result.medians[counts[0]]),
            "yes" if result.medians[counts[-1]] <= TARGET * result.medians[counts[0]] else "NO",
        ]
        for result in results
    ]
    heading = ["database", "query", *(f"{count} runs" for count in counts), "ratio", f"at most {TARGET}"]
    notes = [f"Median of a page of at most {LIMIT} through HTTP; in brackets how many runs it held."]
    return [Table(title="GET /v1/runs", heading=heading, rows=rows, notes=notes)]

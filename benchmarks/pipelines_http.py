"""The same questions and batches over HTTP: one client, one connection kept alive, beside a server without a worker."""

from __future__ import annotations

import http.client
import json
import random
import statistics
import time
from dataclasses import dataclass

import psycopg

from benchmarks.contestants import BIN, forebay_environment
from benchmarks.pipelines_batches import FIRST_TIME, RECORDS, REPLAY, fields_of, records_ndjson
from benchmarks.pipelines_rows import CLIENTS, NEWEST, PIPELINES, client_id, pipeline_id
from benchmarks.processes import Server, running
from benchmarks.report import Table, milliseconds, say
from benchmarks.workspace import Workspace, free_port

TARGETS = {"latest run": 0.005, "client summary": 0.020}
RATE = 15_000
_UNTIL = NEWEST.isoformat()[:19]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverHttp:
    """Seconds of every question, and of every batch with those of the server's processor, by what it is."""

    runs: int
    asked: dict[str, list[float]]
    batches: dict[str, list[tuple[float, float]]]


class Caller:
    """One keep-alive connection."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[float, bytes]:
        """Seconds and the answer."""
        headers = {"Content-Type": "application/x-ndjson"} if body else {}
        started = time.perf_counter()
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - started
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {content[:300].decode('utf-8', 'replace')}")
        return seconds, content


def measure(workspace: Workspace, url: str, runs: int, *, each: int, rounds: int) -> OverHttp:
    """The first questions and the first round warm up."""
    with workspace.fresh_folder("pipelines") as folder:
        port = free_port()
        environment = {**forebay_environment(port, folder / "data"), "FOREBAY_DATABASE_URL": url}
        command = [str(BIN / "forebay"), "serve", "--no-worker"]
        with running(
            command, port=port, ready="/healthz", environment=environment, log=folder / "server.log"
        ) as server:
            caller = Caller(server)
            asked = {question: ask(caller, question, each) for question in TARGETS}
            found = OverHttp(runs=runs, asked=asked, batches=record(caller, server, url, rounds))
    return found


def ask(caller: Caller, question: str, each: int) -> list[float]:
    source = random.Random(question)
    seconds = []
    for number in range(-20, each):
        if question == "latest run":
            path = f"/v1/pipelines/{pipeline_id(source.randrange(PIPELINES))}/runs/latest"
        else:
            path = f"/v1/clients/{client_id(source.randrange(CLIENTS))}/summary?until={_UNTIL}"
        took, _ = caller.ask("GET", path)
        if number >= 0:
            seconds.append(took)
    say(f"  {question} over HTTP: median {milliseconds(statistics.median(seconds))}")
    return seconds


def record(caller: Caller, server: Server, url: str, rounds: int) -> dict[str, list[tuple[float, float]]]:
    batches: dict[str, list[tuple[float, float]]] = {FIRST_TIME: [], REPLAY: []}
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(rounds + 1):
            body = records_ndjson(fields_of(number, "http"))
            for what, verdict in ((FIRST_TIME, "created"), (REPLAY, "unchanged")):
                before = server.cpu_seconds()
                took, answer = caller.ask("POST", "/v1/pipeline-runs:batch", body)
                if json.loads(answer)["summary"][verdict] != RECORDS:
                    raise RuntimeError(f"a batch was not {verdict} as a whole")
                if number:
                    batches[what].append((took, server.cpu_seconds() - before))
                say(f"  batch {number} over HTTP, {what}: {RECORDS / took:.0f}/s")
            connection.execute("TRUNCATE pipeline_checks")
    return batches


def tables(found: OverHttp) -> list[Table]:
    asked = [
        [
            question, str(len(seconds)), milliseconds(statistics.median(seconds)),
            milliseconds(statistics.quantiles(seconds, n=20)[-1]), milliseconds(TARGETS[question]),
        ]
        for question, seconds in found.asked.items()
    ]  # fmt: skip
    batches = []
    for what, both in found.batches.items():
        took, busy = (statistics.median(one) for one in zip(*both, strict=True))
        batches.append([what, milliseconds(took), f"{RECORDS / took:,.0f}", f"{RATE:,}", f"{busy / RECORDS * 1e6:.0f}"])
    note = f"NDJSON of {RECORDS} records, one request at a time, into a table of {found.runs} runs"
    return [
        Table(
            title=f"Asking about pipelines over HTTP, among {found.runs} runs",
            heading=["question", "asked", "median", "p95", "p95 to reach"],
            rows=asked,
            notes=["a summary is of the last seven days"],
        ),
        Table(
            title="Recording batches over HTTP",
            heading=["batch", "median", "records a second", "to reach", "µs of the server's processor for a record"],
            rows=batches,
            notes=[note],
        ),
    ]

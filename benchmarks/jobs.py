"""Section `jobs`: how many small jobs a second each queue brings through, and how soon a job begins once uploaded."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from benchmarks.contestants import BIN, forebay_environment
from benchmarks.listing import migrate
from benchmarks.processes import Server, running
from benchmarks.report import Table, milliseconds, say
from benchmarks.services import postgres_server, redis_server
from benchmarks.workspace import Workspace, free_port

BOUNDARY = "forebay-benchmark"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
PAGE = 1000
QUEUES = ("server", "worker-sqlite", "worker-postgresql", "celery-postgresql")
TITLES = {
    "server": "local, in `forebay serve`, SQLite",
    "worker-sqlite": "local, `forebay worker`, SQLite",
    "worker-postgresql": "local, `forebay worker`, PostgreSQL",
    "celery-postgresql": "Celery over Redis, PostgreSQL",
}
Job = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Jobs a second while a backlog is worked off; seconds from an upload's commit to its job's start when idle."""

    queue: str
    jobs: int
    rate: float
    starts: list[float]
    whole: list[float]


class Client:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None, *, media_type: str = FORM) -> dict[str, object]:
        headers = {"Content-Type": media_type} if body is not None else {}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {text[:300].decode('utf-8', 'replace')}")
        return cast("dict[str, object]", json.loads(text))

    def upload(self, number: int) -> str:
        """A small configuration file, unlike all others."""
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="type"\r\n\r\nsingle_conf\r\n'
        part += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.conf"\r\n\r\n'
        part += f"[stanza {number}]\nkey = {os.urandom(8).hex()}\n\r\n--{BOUNDARY}--\r\n"
        return str(self.ask("POST", "/v1/uploads", part.encode())["id"])

    def jobs(self, **where: str) -> Iterator[Job]:
        cursor = ""
        while True:
            query = "&".join(f"{name}={value}" for name, value in where.items())
            page = self.ask("GET", f"/v1/jobs?limit={PAGE}&{query}{cursor}")
            yield from cast("list[Job]", page["items"])
            if page["next_cursor"] is None:
                return
            cursor = f"&cursor={page['next_cursor']}"

    def wait_until_done(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while any(True for status in ("queued", "running") for _ in self.jobs(status=status)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"jobs were left after {seconds:.0f} s")
            time.sleep(0.2)


def seconds_between(job: Job, first: str, last: str) -> float:
    return (datetime.fromisoformat(str(job[last])) - datetime.fromisoformat(str(job[first]))).total_seconds()


@contextmanager
def serving(environment: Mapping[str, str], folder: Path, *, worker: bool) -> Iterator[Client]:
    command = [str(BIN / "forebay"), "serve", *([] if worker else ["--no-worker"])]
    port = int(environment["FOREBAY_PORT"])
    with running(command, port=port, ready="/healthz", environment=environment, log=folder / "serve.log"):
        yield Client(port)


@contextmanager
def working(queue: str, environment: Mapping[str, str], folder: Path) -> Iterator[Server | None]:
    """The workers of a queue beside a server; nothing for the one inside it."""
    if queue == "server":
        yield None
        return
    port = free_port()
    more = {**environment, "FOREBAY_WORKER_PORT": str(port)}
    command = [str(BIN / "forebay"), "worker"]
    if queue.startswith("celery"):
        command = [str(BIN / "celery"), "-A", "forebay.entrypoints.worker.celery_app", "worker", "--concurrency", "2"]
    with running(command, port=port, ready="/healthz", environment=more, log=folder / "worker.log") as server:
        yield server


def measure_queue(queue: str, workspace: Workspace, jobs: int, single: int) -> Passed:
    with ExitStack() as stack:
        folder = stack.enter_context(workspace.fresh_folder(queue))
        environment = dict(forebay_environment(free_port(), folder / "data"))
        environment["FOREBAY_WORKER_CONCURRENCY"] = "2"
        if queue.endswith("postgresql"):
            environment["FOREBAY_DATABASE_URL"] = stack.enter_context(stack.enter_context(postgres_server()).database())
        if queue.startswith("celery"):
            environment["FOREBAY_QUEUE_URL"] = stack.enter_context(redis_server()).url
        migrate(environment)
        with serving(environment, folder, worker=False) as client:
            for number in range(jobs):
                client.upload(number)
            if queue != "server":
                with working(queue, environment, folder):
                    client.wait_until_done(300)
        with serving(environment, folder, worker=queue == "server") as client, working(queue, environment, folder):
            client.wait_until_done(300)
            backlog = list(client.jobs(status="succeeded"))
            singles: list[Job] = []
            for number in range(single):
                run = client.upload(jobs + number)
                client.wait_until_done(60)
                singles += client.jobs(run_id=run)
        if len(backlog) != jobs or len(singles) != single:
            raise RuntimeError(f"{len(backlog)} of {jobs} and {len(singles)} of {single} jobs succeeded")
    first = min(datetime.fromisoformat(str(job["started_at"])) for job in backlog)
    last = max(datetime.fromisoformat(str(job["finished_at"])) for job in backlog)
    result = Passed(
        queue=queue,
        jobs=jobs,
        rate=jobs / (last - first).total_seconds(),
        starts=[seconds_between(job, "created_at", "started_at") for job in singles],
        whole=[seconds_between(job, "created_at", "finished_at") for job in singles],
    )
    say(f"  {TITLES[queue]}: {result.rate:.0f}/s, start {milliseconds(statistics.median(result.starts))}")
    return result


def measure(workspace: Workspace, queues: Sequence[str], *, repeats: int, quick: bool) -> list[Passed]:
    """Queues take turns, round after round."""
    jobs, single = (100, 10) if quick else (1000, 50)
    return [measure_queue(queue, workspace, jobs, single) for _ in range(repeats) for queue in queues]


def tables(results: Sequence[Passed]) -> list[Table]:
    rows: list[list[str]] = []
    for queue in dict.fromkeys(result.queue for result in results):
        of_queue = [result for result in results if result.queue == queue]
        starts = [start for result in of_queue for start in result.starts]
        whole = [time for result in of_queue for time in result.whole]
        rows.append(
            [
                TITLES[queue],
                f"{statistics.median(result.rate for result in of_queue):.0f}",
                milliseconds(statistics.median(starts)),
                milliseconds(max(starts)),
                milliseconds(statistics.median(whole)),
            ]
        )
    heading = ["queue", "jobs/s", "upload to start", "at worst", "upload to done"]
    notes = [
        "jobs/s: a backlog of small configuration files, from the first start to the last end, two at a time.",
        "upload to start, to done: medians of single uploads while nothing else is to do.",
    ]
    return [Table(title="Jobs", heading=heading, rows=rows, notes=notes)]

"""Every way to get jobs done: who works on them, and on what. Tests see the same HTTP API on each."""

import asyncio
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from forebay.application.intake.sweep import SweepCommand, SweepFinding
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import load_settings
from tests.e2e.gated_documents import Gate
from tests.e2e.workers import CELERY, FOREBAY_WORKER, WorkerProcess, eventually, running_worker
from tests.http.api import Api
from tests.http.conftest import service_settings
from tests.http.event_streams import streamed
from tests.server_process import ServerProcess
from tests.services.redis import RedisServer

CONCURRENCY = 2
MIB = 1024**2
_SETTINGS = {
    "FOREBAY_SWEEP_INTERVAL_SECONDS": "0",
    "FOREBAY_RECOVERY_INTERVAL_SECONDS": "3600",  # nothing is done because somebody found it lying about
    "FOREBAY_WORKER_CONCURRENCY": str(CONCURRENCY),
    "FOREBAY_LEASE_SECONDS": "6",  # a worker learns within a third of it that its job is gone
    "FOREBAY_MAX_ATTEMPTS": "2",
    "FOREBAY_RETRY_DELAYS": "0.1",
    "FOREBAY_ARCHIVE_MAX_BYTES": str(100 * MIB),
    "FOREBAY_ARCHIVE_MAX_RATIO": "100",
    "FOREBAY_ARCHIVE_MAX_MEMBERS": "50",
    "FOREBAY_ARCHIVE_MAX_PATH_BYTES": "200",
    "FOREBAY_ARCHIVE_MAX_DEPTH": "2",
}
_COMMANDS = {
    "worker": FOREBAY_WORKER,
    "celery": (*CELERY, "worker", "--concurrency", str(CONCURRENCY)),
}
WAYS = [
    pytest.param("server on sqlite", marks=pytest.mark.adapter("sqlite", "filesystem")),
    pytest.param("server on postgres", marks=pytest.mark.adapter("postgres", "s3")),
    pytest.param("worker on sqlite", marks=pytest.mark.adapter("sqlite", "filesystem")),
    pytest.param("worker on postgres", marks=pytest.mark.adapter("postgres", "s3")),
    pytest.param("celery on sqlite", marks=pytest.mark.adapter("sqlite", "filesystem", "redis")),
    pytest.param("celery on postgres", marks=pytest.mark.adapter("postgres", "s3", "redis")),
]


@dataclass(frozen=True)
class Work:
    """A server, whoever does its jobs, and the gate at which the steps of documents wait."""

    api: Api
    gate: Gate
    worker_url: str
    settings: Mapping[str, str]

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        response = self.api.client.get(path, params=query)
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body

    def post(self, path: str, body: object = None, *, key: str | None = None, status: int = 202) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        response = self.api.client.post(path, headers=headers, json=body)
        assert response.status_code == status, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def upload(
        self,
        content: bytes,
        *,
        type: str = "archive",  # noqa: A002 - its name
        name: str = "some.archive",
        **fields: str,
    ) -> str:
        """The run's id."""
        response = self.api.upload(content, headers=None, type=type, name=name, **fields)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def document(self) -> tuple[str, str]:
        """The ids of a run and of its job, whose steps wait at the gate."""
        run_id = self.upload(b"%PDF-1.7\n", type="document", name="a.pdf")
        return run_id, str(self.job_of(run_id)["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        return self.get(f"/v1/runs/{run_id}")

    def job(self, job_id: str) -> dict[str, Any]:
        return self.get(f"/v1/jobs/{job_id}")

    def job_of(self, run_id: str) -> dict[str, Any]:
        """The newest one."""
        job: dict[str, Any] = self.get("/v1/jobs", run_id=run_id, limit=1)["items"][0]
        return job

    def ended(self, job_id: str) -> dict[str, Any]:
        """The job, once the stream of its events has ended."""
        streamed(self.api.client, f"/v1/jobs/{job_id}/events")
        return self.job(job_id)

    def worked_on(self, run_id: str) -> dict[str, Any]:
        """The run, once its newest job has ended."""
        self.ended(self.job_of(run_id)["id"])
        return self.run(run_id)

    def events(self, job_id: str) -> list[dict[str, Any]]:
        return list(self.get(f"/v1/jobs/{job_id}/events", limit=1000)["items"])

    def codes(self, job_id: str) -> list[str]:
        return [event["code"] for event in self.events(job_id)]

    def members(self, run_id: str, **query: str | int) -> list[dict[str, Any]]:
        return list(self.get(f"/v1/runs/{run_id}/files", role="member", limit=1000, **query)["items"])

    def artifacts(self, job_id: str) -> dict[str, bytes]:
        """What it made, by name."""
        items = self.get(f"/v1/jobs/{job_id}/artifacts", limit=1000)["items"]
        made = {item["name"]: self.api.client.get(item["content_url"]).content for item in items}
        assert len(made) == len(items)
        return made

    def counted(self, name: str, **labels: str) -> float:
        """What the worker's metric of that name says by now."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(httpx.get(f"{self.worker_url}/metrics", timeout=60).text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def wait_until_counted(self, name: str, expected: float, **labels: str) -> None:
        """Workers count behind the commit that everybody sees."""
        eventually(lambda: self.counted(name, **labels) == expected, f"{name} {labels} did not become {expected}")

    def wait_until_nothing_is_left_behind(self) -> None:
        """No object and no run that nobody needs any more, however young. Workers tidy up behind their commits."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.settings.items():
                if name.startswith("AWS_"):
                    patch.setenv(name, value)
            eventually(lambda: not asyncio.run(self._left_behind()), "a sweep would still find something")

    async def _left_behind(self) -> list[SweepFinding]:
        found: list[SweepFinding] = []
        async with open_use_cases(load_settings(self.settings, env_file=Path("none"))) as use_cases:
            await use_cases.intake.sweep(SweepCommand(grace=timedelta(0), dry_run=True, on_finding=found.append))
        return found


@contextmanager
def open_way(
    request: pytest.FixtureRequest, folder: Path, *, gated: bool = True, more: Mapping[str, str] | None = None
) -> Iterator[Work]:
    """The one that the fixture's parameter names. Its processes are told to stop at the end, and do.

    `gated`: jobs of documents are those of the gate, and not what Forebay does with them. `more` settings for all.
    """
    worker_kind, _, place = request.param.partition(" on ")
    with ExitStack() as stack:
        gate = Gate(folder / "installed")
        stack.callback(gate.close)
        settings = {
            "FOREBAY_DATA_DIR": str(folder / "data"),
            **_SETTINGS,
            **(gate.settings if gated else {}),
            **(more or {}),
        }
        if place == "postgres":
            settings |= service_settings(request)
        if worker_kind == "celery":
            redis: RedisServer = request.getfixturevalue("redis_server")
            settings["FOREBAY_QUEUE_URL"] = stack.enter_context(redis.database())
        # with a broker, a server leaves jobs to others by itself
        without = {"FOREBAY_WORKER_CONCURRENCY": "0"} if worker_kind == "worker" else {}
        server = stack.enter_context(_serving(folder, settings | without))
        worker_url = server.url
        if worker_kind in _COMMANDS:
            worker_url = stack.enter_context(_working(folder / "worker", _COMMANDS[worker_kind], settings)).url
        client = stack.enter_context(httpx.Client(base_url=server.url, timeout=30))
        yield Work(api=Api(client=client, server=server), gate=gate, worker_url=worker_url, settings=settings)
        gate.let_all_go()


@contextmanager
def _serving(folder: Path, settings: Mapping[str, str]) -> Iterator[ServerProcess]:
    server = ServerProcess(folder, settings)
    server.start()
    try:
        yield server
        assert server.stop() == 0, server.log
    finally:
        server.kill()


@contextmanager
def _working(folder: Path, command: tuple[str, ...], settings: Mapping[str, str]) -> Iterator[WorkerProcess]:
    with running_worker(folder, command, settings) as worker:
        worker.wait_until_ready()
        yield worker
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0, worker.log

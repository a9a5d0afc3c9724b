"""Somebody who uses the stack over HTTP, and remembers what was acknowledged."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import httpx

from tests.stack.waiting import eventually

LAST = frozenset({"succeeded", "failed", "cancelled"})
File = tuple[str, bytes]


@dataclass
class Ledger:
    """The digest of every upload that was acknowledged, by its run. Thread-safe."""

    digests: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(self, run_id: str, content: bytes) -> None:
        with self._lock:
            self.digests[run_id] = hashlib.sha256(content).hexdigest()

    def all(self) -> dict[str, str]:
        with self._lock:
            return dict(self.digests)


class Visitor:
    """Expects that all is well: anything but what was asked for is an AssertionError."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        self.ledger = ledger

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        return _body(self.http.get(path, params=query), 200)

    def post(self, path: str, body: object, *statuses: int) -> dict[str, Any]:
        return _body(self.http.post(path, json=body), *(statuses or (201,)))

    def upload(self, content: bytes, *, name: str = "app.tgz", **fields: str) -> dict[str, Any]:
        """The run."""
        data = {"type": "app_bundle", **fields}
        run = _body(self.http.post("/v1/uploads", data=data, files={"file": (name, content)}), 201)
        self.ledger.note(run["id"], content)
        return run

    def upload_documents(self, *files: File, **fields: str) -> list[dict[str, Any]]:
        """The documents, as they are listed."""
        parts = [("file", file) for file in files]
        items = _body(self.http.post("/v1/documents", data=fields, files=parts), 201)["items"]
        found = [item["document"] for item in items]
        for document, (_, content) in zip(found, files, strict=True):
            self.ledger.note(document["run_id"], content)
        return found

    def job_of(self, run_id: str) -> dict[str, Any]:
        """The job that came with the upload."""
        return dict(self.get("/v1/jobs", run_id=run_id)["items"][-1])

    def worked_on(self, run_id: str, *, within: float = 180.0) -> dict[str, Any]:
        """The job of the run, once it has succeeded."""

        def ended() -> dict[str, Any] | None:
            job = self.job_of(run_id)
            return job if job["status"] in LAST else None

        job = eventually(ended, lambda: f"the job of run {run_id} is not done: {self.job_of(run_id)}", within=within)
        assert job["status"] == "succeeded", (job, self.events(job["id"]))
        return job

    def events(self, job_id: str) -> list[dict[str, Any]]:
        return list(self.get(f"/v1/jobs/{job_id}/events", limit=1000)["items"])

    def workers_of(self, job_id: str) -> list[str]:
        """Who began to work on the job, one after the other."""
        return [str(event["payload"]["worker"]) for event in self.events(job_id) if event["code"] == "job_started"]

    def is_ready(self) -> bool:
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def failing(self) -> set[str]:
        """The parts that /readyz names with its 503; none when all is well."""
        response = self.http.get("/readyz")
        assert response.status_code in {200, 503}, response.text
        return {name for name, part in response.json()["parts"].items() if part["status"] != "ok"}

    def assert_all_is_there(self, runs: Iterable[str] | None = None) -> None:
        """Every upload that was acknowledged can be read byte for byte, and was worked on."""
        digests = self.ledger.all()
        for run_id in digests if runs is None else runs:
            self.worked_on(run_id)
            run = self.get(f"/v1/runs/{run_id}")
            assert run["status"] == "complete", run
            assert self.digest_of(run) == digests[run_id], run

    def digest_of(self, run: dict[str, Any]) -> str:
        """What the bytes of the run's file hash to as they are sent."""
        (file,) = run["files"]
        digest = hashlib.sha256()
        with self.http.stream("GET", f"/v1/files/{file['id']}/content") as response:
            assert response.status_code == 200, response.read()
            for block in response.iter_bytes():
                digest.update(block)
        assert response.headers["etag"] == f'"{digest.hexdigest()}"'
        return digest.hexdigest()


def _body(response: httpx.Response, *statuses: int) -> dict[str, Any]:
    assert response.status_code in statuses, (response.status_code, response.text)
    body: dict[str, Any] = response.json()
    return body

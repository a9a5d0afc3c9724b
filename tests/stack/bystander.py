"""Somebody who looks at all there is to see again and again, whatever happens to the stack."""

from collections.abc import Callable
from itertools import cycle
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

import httpx

from tests.stack.visitor import Visitor

_PATIENCE = 120.0
_PAUSE = 0.05
Ask = Callable[[httpx.Client], httpx.Response]


class Bystander:
    """A thread that asks the questions in turn, from __enter__ to __exit__."""

    def __init__(self, url: str, questions: dict[str, Ask]) -> None:
        self._http = httpx.Client(base_url=url, timeout=60)
        self._questions = questions
        self._faults: list[str] = []
        self._asked = 0
        self._changed = Condition()
        self._stopping = Event()
        self._thread = Thread(target=self._look, name="bystander")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._http.close()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def faults(self) -> list[str]:
        """Answers that say that Forebay is wrong, not that a part of it is away; and those that never came."""
        with self._changed:
            return list(self._faults)

    def wait_for_a_round(self) -> None:
        """Until each question was asked and answered once more."""
        with self._changed:
            enough = self._asked + len(self._questions) + 1  # one may be under way
            assert self._changed.wait_for(lambda: self._asked >= enough, _PATIENCE), (self._asked, enough)

    def _look(self) -> None:
        for name, ask in cycle(self._questions.items()):
            fault = ""
            try:
                response = ask(self._http)
            except httpx.TransportError as error:
                fault = f"{name}: {error!r}"
            else:
                if response.status_code >= 500 and response.status_code != 503:
                    fault = f"{name}: {response.status_code} {response.text}"
            with self._changed:
                self._asked += 1
                self._faults.extend([fault] if fault else [])
                self._changed.notify_all()
            if self._stopping.wait(_PAUSE):
                return


def questions_about(visitor: Visitor, run_id: str, document_id: str, pipeline_id: str) -> dict[str, Ask]:
    """All that reads the database, the broker or the store, and some of what writes."""
    files = visitor.get(f"/v1/runs/{run_id}/files")["items"]
    paths = [
        "/",
        "/health",
        "/readyz",
        "/metrics",
        "/v1/system",
        "/v1/runs?limit=5",
        f"/v1/runs/{run_id}",
        f"/v1/runs/{run_id}/files",
        *(f"/v1/files/{file['id']}/content" for file in files),
        "/v1/jobs?limit=5",
        "/v1/events?limit=5",
        "/v1/models",
        "/v1/categories",
        "/v1/documents?limit=5",
        "/v1/documents?q=heron",
        f"/v1/documents/{document_id}",
        f"/v1/documents/{document_id}/text",
        f"/v1/documents/{document_id}/content",
        f"/v1/documents/{document_id}/preview?width=99",
        "/v1/learned-models",
        "/v1/clients",
        "/v1/pipelines/health",
        "/v1/pipelines/flakiest",
        f"/v1/pipelines/{pipeline_id}/runs",
        "/v1/alerts",
        "/v1/alert-rules",
        "/v1/ingestion-sync",
    ]
    report = {"external_run_id": "bystander", "status": "success"}
    return {
        **{f"GET {path}": _get(path) for path in paths},
        "POST runs": lambda http: http.post(f"/v1/pipelines/{pipeline_id}/runs", json=report),
        "POST batch": lambda http: http.post(
            "/v1/pipeline-runs:batch", json=[{**report, "pipeline_id": pipeline_id, "status": "running"}]
        ),
        "POST documents": lambda http: http.post("/v1/documents", files=[("file", ("note.txt", b"A grey heron."))]),
        "POST parse": lambda http: http.post(f"/v1/runs/{run_id}/parse"),
    }


def _get(path: str) -> Ask:
    return lambda http: http.get(path)

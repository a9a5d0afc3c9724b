"""Streams of events that break off: the program comes back behind the last event that it has seen."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.cli.program import Program
from tests.cli.test_runs import NOBODY

CODES = ["job_queued", "job_started", "step_started", "step_succeeded", "job_succeeded"]
STREAM = {"Content-Type": "text/event-stream"}
PROBLEM = {"Content-Type": "application/problem+json"}


def event(position: int, *, message: str = "a line\u2028that Unicode breaks") -> dict[str, Any]:
    return {
        "position": position,
        "at": "2026-01-01T00:00:00Z",
        "code": CODES[position - 1],
        "level": "info",
        "message": message,
        "run_id": NOBODY,
        "job_id": NOBODY,
        "step_id": None,
        "payload": {},
    }


def frames(*positions: int) -> bytes:
    text = "".join(
        f"id: {n}\nevent: {CODES[n - 1]}\ndata: {json.dumps(event(n), ensure_ascii=False)}\n\n" for n in positions
    )
    return f"retry: 1\n\n: heartbeat\n\n{text}".encode()


class Script:
    """Answers one request after the other as it is written, and remembers what was asked."""

    def __init__(self, *answers: tuple[int, dict[str, str], bytes]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str | None]] = []

    @contextmanager
    def served(self) -> Iterator[str]:
        script = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:
                script.asked.append((self.path, self.headers["Last-Event-ID"]))
                status, headers, body = script.answers.pop(0)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
                """Nobody reads it."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()


PATH = f"/v1/jobs/{NOBODY}/events"
CHUNKED = {**STREAM, "Content-Length": "100000"}  # and then it is cut off


def test_nothing_is_lost_and_nothing_repeated(here: Program) -> None:
    half = frames(3, 4)[:-20]  # its last event is cut off
    unavailable = b'{"code": "database_unavailable", "detail": "later", "status": 503, "errors": []}'
    script = Script(
        (200, STREAM, frames(1, 2)),  # the server was told to stop
        (503, PROBLEM, unavailable),  # and its database is not back yet
        (200, CHUNKED, half),
        (200, STREAM, frames()),
        (200, {"Content-Type": "application/json"}, job("running")),
        (200, STREAM, frames(4, 5)),
    )
    with script.served() as url:
        done = here("--server", url, "jobs", "events", NOBODY, "-f", "--json")
    assert done.documents == [event(n) for n in range(1, 6)]
    assert script.asked == [
        *((PATH, None), (PATH, "2"), (PATH, "2"), (PATH, "3")),
        *((PATH.removesuffix("/events"), None), (PATH, "3")),
    ]


def test_a_stream_without_events_ends_with_its_job(here: Program) -> None:
    script = Script((200, STREAM, frames()), (200, {"Content-Type": "application/json"}, job("succeeded")))
    with script.served() as url:
        assert here("--server", url, "jobs", "events", NOBODY, "-f", "--after", "7", "--json").documents == []
    assert script.asked[0] == (f"{PATH}?after=7", None)


def test_a_server_that_has_nothing_more_to_tell_ends_it(here: Program) -> None:
    script = Script((200, STREAM, frames(1, 2)), (204, {}, b""))
    with script.served() as url:
        assert len(here("--server", url, "jobs", "events", NOBODY, "-f", "--json").documents) == 2
    assert script.asked == [(PATH, None), (PATH, "2")]


def test_a_stream_that_breaks_before_its_first_event_goes_on_where_it_began(here: Program) -> None:
    script = Script(
        (200, CHUNKED, b"retry: 1\nid: 7\n\n: heartbeat\n\nid: 8\ndata: cut o"),
        (200, STREAM, b"retry: 1\nid: 7\n\n"),
        (200, {"Content-Type": "text/html"}, b"enough"),
    )
    with script.served() as url:
        here("--server", url, "jobs", "events", "-f", "--json", code=1)
    assert script.asked == [("/v1/events", None), ("/v1/events", "7"), ("/v1/events", "7")]


def test_connecting_counts_as_being_back(here: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forebay.entrypoints.cli.remote_jobs._TRIES", 2)
    refused = b'{"code": "unavailable", "detail": "later", "status": 503, "errors": []}'
    quiet = (200, STREAM, b"retry: 1\nid: 0\n\n")
    away = (503, PROBLEM, refused)
    script = Script(quiet, away, quiet, away, quiet, away, away)
    with script.served() as url:
        here("--server", url, "jobs", "events", "-f", "--json", code=5)
    assert script.answers == []


def test_a_job_that_was_deleted_meanwhile_is_at_its_end(here: Program) -> None:
    gone = b'{"code": "job_not_found", "detail": "there is no such job", "status": 404, "errors": []}'
    script = Script((200, STREAM, frames(1)), (404, PROBLEM, gone))
    with script.served() as url:
        assert len(here("--server", url, "jobs", "events", NOBODY, "-f", "--json").documents) == 1


def test_a_server_that_does_not_come_back_is_given_up(here: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forebay.entrypoints.cli.remote_jobs._TRIES", 2)
    refused = b'{"code": "unavailable", "detail": "later", "status": 503, "errors": []}'
    script = Script((200, STREAM, frames(1)), (503, PROBLEM, refused), (503, PROBLEM, refused))
    with script.served() as url:
        done = here("--server", url, "jobs", "events", NOBODY, "-f", "--json", code=5)
    assert len(done.documents) == 1
    assert done.errors[0]["code"] == "unavailable"


@pytest.mark.parametrize(
    ("headers", "body"),
    [({"Content-Type": "text/html"}, b"<html>"), (STREAM, b"data: nonsense\n\n"), (STREAM, b'data: {"a": 1}\n\n')],
)
def test_what_is_no_stream_of_forebay_is_told_as_such(here: Program, headers: dict[str, str], body: bytes) -> None:
    with Script((200, headers, body)).served() as url:
        done = here("--server", url, "jobs", "events", NOBODY, "-f", "--json", code=1)
    assert done.errors[0]["code"] == "unexpected_answer"


def job(status: str) -> bytes:
    when = "2026-01-01T00:00:00Z"
    facts = {
        "id": NOBODY,
        "run_id": NOBODY,
        "kind": "archive_catalogue",
        "status": status,
        "attempts": 1,
        "max_attempts": 5,
        "run_after": when,
        "cancel_requested": False,
        "lease_owner": None,
        "lease_expires_at": None,
        "error": None,
        "created_at": when,
        "updated_at": when,
        "started_at": when,
        "finished_at": None,
        "steps": [],
        "summary": {},
    }
    return json.dumps(facts).encode()

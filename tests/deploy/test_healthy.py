"""The check of health in the image: what it says of answers and of files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.deploy.compose_file import REPOSITORY

PROGRAM = REPOSITORY / "deploy" / "docker" / "healthy"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        code = 200 if self.path == "/readyz" else 503
        self.send_response(code)
        self.end_headers()
        self.wfile.write(b"" if code == 200 else b'{"parts": {"db": "failing"}}')

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def healthy(*arguments: str | Path) -> tuple[int, str]:
    """Its exit code and what it says is wrong, in an environment with a proxy that is none of its business."""
    environ = {**os.environ, "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    command = [sys.executable, PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environ)
    return done.returncode, done.stderr


def test_a_good_answer_is_healthy(url: str) -> None:
    assert healthy(f"{url}/readyz") == (0, "")


def test_a_bad_answer_is_not_and_is_shown(url: str) -> None:
    code, said = healthy(f"{url}/broken")
    assert code == 1
    assert "503" in said
    assert '"db": "failing"' in said


def test_no_answer_is_not(url: str) -> None:
    code, said = healthy("http://127.0.0.1:9/readyz")
    assert code == 1
    assert "does not answer" in said
    assert "Traceback" not in said


def test_a_file_that_was_just_written_is_healthy(tmp_path: Path) -> None:
    (tmp_path / "beat").touch()
    assert healthy(tmp_path / "beat", "60") == (0, "")


def test_one_that_was_not_written_for_long_is_not(tmp_path: Path) -> None:
    file = tmp_path / "beat"
    file.touch()
    long_ago = time.time() - 3600
    os.utime(file, (long_ago, long_ago))
    code, said = healthy(file, "60")
    assert code == 1
    assert re.search(r"last written 36\d\d s ago; expected at most 60", said)


def test_one_that_is_missing_is_not(tmp_path: Path) -> None:
    assert healthy(tmp_path / "beat", "60") == (1, f"there is no {tmp_path / 'beat'}\n")


def test_it_says_how_it_is_called() -> None:
    code, said = healthy()
    assert code == 1
    assert "healthy URL" in said

"""Servers that are not there, not Forebay, or go away."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server, socket
from typing import ClassVar
from uuid import uuid4

import pytest

from forebay.application.ports.intake import RunFilter
from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.paging import SortOrder
from forebay.entrypoints.cli.errors import FileChangedError
from forebay.entrypoints.cli.gateway import RunsQuery, UploadRequest
from forebay.entrypoints.cli.remote import open_remote
from tests.cli.program import Program, archive
from tests.cli.test_runs import NOBODY
from tests.server_process import ServerProcess


class Answering(BaseHTTPRequestHandler):
    """Answers every request with the same bytes, and closes."""

    status: ClassVar[int] = 200
    headers_sent: ClassVar[dict[str, str]] = {}
    body: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Nobody reads it."""


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """The URL of a server that always answers so."""
    handler = type("Handler", (Answering,), {"status": status, "body": body, "headers_sent": headers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def closed_port() -> int:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def test_a_server_that_is_not_there_is_named(here: Program, closed_port: int) -> None:
    url = f"http://user:secret@127.0.0.1:{closed_port}"
    done = here("--server", url, "runs", "list", code=5)
    assert done.err.startswith(f"forebay: cannot connect to http://127.0.0.1:{closed_port}: Connection refused; ")
    assert "check --server or FOREBAY_SERVER" in done.err
    assert "secret" not in done.err
    here.file("a.tgz", archive())
    done = here("--server", "http://no-such-host.invalid", "runs", "list", code=5)
    assert done.err.startswith("forebay: cannot connect to http://no-such-host.invalid: ")
    done = here("--server", url, "upload", "a.tgz", "-t", "archive", "--json", code=5)
    assert done.errors[0]["code"] == "server_unreachable"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host/?a=1", "http://[::1", "x"])
def test_a_url_that_is_none_is_refused(here: Program, url: str) -> None:
    done = here("--server", url, "runs", "list", code=8)
    assert done.err == "forebay: --server: expected the URL of a server, for instance http://host:8000\n"


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"<html>", {"Content-Type": "text/html"}),
        (200, b'{"items": 1}', {"Content-Type": "application/json"}),
        (404, b"<html>", {"Content-Type": "text/html"}),
        (502, b"", {}),
        (404, b"{}", {"Content-Type": "application/problem+json"}),
    ],
)
def test_what_is_not_forebay_is_told_as_such(here: Program, status: int, body: bytes, headers: dict[str, str]) -> None:
    with answering(status, body, **headers) as url:
        for command in (["runs", "list"], ["files", "get", NOBODY, "-o", "x"]):
            done = here("--server", url, *command, "--json", code=1)
            assert done.errors[0]["code"] == "unexpected_answer"
            assert "is not a Forebay" in done.errors[0]["detail"]
            assert f"HTTP {status}" in done.errors[0]["detail"]


def test_a_redirect_says_where_to(here: Program) -> None:
    with answering(301, b"", Location="https://elsewhere/v1/runs") as url:
        done = here("--server", url, "runs", "list", code=1)
    assert "'https://elsewhere/v1/runs' (HTTP 301)" in done.err


def test_a_defect_of_the_server_names_the_request(here: Program) -> None:
    body = b'{"code": "internal_error", "detail": "something went wrong", "request_id": "abc", "status": 500}'
    with answering(500, body, **{"Content-Type": "application/problem+json"}) as url:
        done = here("--server", url, "runs", "list", code=1)
    assert done.err == "forebay: something went wrong (request id abc)\n"


def test_a_code_of_a_newer_server_is_passed_on(here: Program) -> None:
    body = b'{"code": "brand_new", "detail": "not yet", "status": 422, "errors": []}'
    with answering(422, body, **{"Content-Type": "application/problem+json"}) as url:
        done = here("--server", url, "runs", "list", "--json", code=1)
    assert (done.errors[0]["code"], done.errors[0]["detail"]) == ("brand_new", "not yet")


def test_bytes_that_are_not_the_ones_stored_get_no_name(here: Program) -> None:
    headers = {"ETag": f'"{"0" * 64}"', "Content-Length": "5", "Content-Disposition": 'attachment; filename="a.tgz"'}
    with answering(200, b"wrong", **headers) as url:
        done = here("--server", url, "files", "get", NOBODY, "--json", code=6)
    assert done.errors[0]["code"] == "content_damaged"
    assert list(here.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../../escape", "/etc/passwd", ".bashrc", "", "a\\b"])
def test_a_name_that_a_server_chose_cannot_lead_elsewhere(here: Program, name: str) -> None:
    headers = {"ETag": f'"{"0" * 64}"', "Content-Length": "0", "Content-Disposition": f'attachment; filename="{name}"'}
    with answering(200, b"", **headers) as url:
        here("--server", url, "files", "get", NOBODY, code=2)
    assert list(here.folder.iterdir()) == []


def test_a_download_that_breaks_off_leaves_nothing(here: Program) -> None:
    headers = {"ETag": f'"{"0" * 64}"', "Content-Length": "50", "Content-Disposition": 'attachment; filename="a.tgz"'}
    with answering(200, b"half", **headers) as url:
        done = here("--server", url, "files", "get", NOBODY, "--json", code=7)
    assert done.errors[0]["code"] == "connection_lost"
    assert list(here.folder.iterdir()) == []


def test_an_upload_that_the_server_cuts_off_says_so(here: Program) -> None:
    here.file("a.tgz", archive() + b"x" * 30_000_000)
    with create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def accept_and_hang_up() -> None:
            connection, _ = listening.accept()
            connection.recv(1000)
            connection.close()

        thread = threading.Thread(target=accept_and_hang_up)
        thread.start()
        done = here("--server", f"http://127.0.0.1:{port}", "upload", "a.tgz", "-t", "archive", code=7)
        thread.join()
    assert done.err.startswith(f"forebay: a.tgz: the connection to http://127.0.0.1:{port} was lost: ")


class Changing:
    """A file that turns out to have changed when most of it is on its way."""

    size = 4_000_000

    def __init__(self) -> None:
        self._left = 10

    async def readinto(self, buffer: memoryview) -> int:
        if self._left == 0:
            raise FileChangedError
        self._left -= 1
        buffer[:] = (archive() + b"x" * len(buffer))[: len(buffer)]
        return len(buffer)


async def test_what_stops_the_reading_stops_the_sending(server: ServerProcess) -> None:
    owner = f"o{uuid4().hex}"
    request = UploadRequest(
        file_name="a.tgz",
        details=UploadDetails(type=RunType.ARCHIVE, owner=owner),
        source=Changing(),
        on_progress=lambda done: None,
    )
    async with open_remote(server.url, version="0") as gateway:
        with pytest.raises(FileChangedError):
            await gateway.upload(request)
        query = RunsQuery(where=RunFilter(owner=owner, status=RunStatus.FAILED), order=SortOrder.ASC, cursor=None)
        while not (found := (await gateway.list_runs(query)).items):
            pass  # the server needs a moment to notice
    assert found[0].error is not None
    assert found[0].error.code == "upload_interrupted"


@pytest.mark.parametrize("known", [True, False], ids=["with a length", "without one"])
def test_a_refusal_in_the_middle_of_a_huge_upload_is_seen(here: Program, server: ServerProcess, known: bool) -> None:
    """A sparse file of a terabyte: nobody waits until it has been sent."""
    path = here.file("huge.tgz", b"no archive")
    os.truncate(path, 1 << 40)
    if known:
        done = here("--server", server.url, "upload", "huge.tgz", "-t", "archive", "--json", code=2)
    else:
        done = here("--server", server.url, "upload", "/dev/zero", "-t", "archive", "--json", code=2)
    assert done.errors[0]["code"] in {"wrong_content", "upload_too_large"}


def test_a_path_in_front_of_the_api_is_kept(here: Program, server: ServerProcess) -> None:
    """A reverse proxy may offer Forebay below a path; this server has nothing there, and its answer shows it."""
    done = here("--server", f"{server.url}/forebay/", "runs", "list", "--json", code=1)
    assert done.errors[0]["code"] == "route_not_found"
    assert done.errors[0]["detail"] == "there is nothing at /forebay/v1/runs"

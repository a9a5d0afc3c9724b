"""A server that is told to stop lets uploads finish, cuts off those that do not, and says so."""

import json
import socket
import threading
from pathlib import Path

import httpx

from tests.http.api import BOUNDARY, archive, form_body
from tests.server_process import ServerProcess, running_server

BODY = form_body([('name="type"', b"archive"), ('name="file"; filename="x.tgz"', archive(2_000_000))])
HEAD = (
    "POST /v1/uploads HTTP/1.1\r\nHost: forebay\r\nConnection: close\r\n"
    f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode()


def test_an_upload_under_way_may_finish(tmp_path: Path) -> None:
    with running_server(
        tmp_path, {"FOREBAY_SHUTDOWN_GRACE_SECONDS": "30", "FOREBAY_WORKER_CONCURRENCY": "0"}
    ) as server:
        with begun_upload(server) as connection:
            stopping = threading.Thread(target=server.stop)
            stopping.start()
            wait_until_it_no_longer_accepts(server)
            connection.sendall(BODY[1_000_000:])
            answer = read_to_the_end(connection)
            stopping.join()
        assert b" 201 Created" in answer.split(b"\r\n")[0]
        run_id = json.loads(answer.partition(b"\r\n\r\n")[2])["id"]
        server.start()
        run = httpx.get(f"{server.url}/v1/runs/{run_id}").json()
        assert run["status"] == "stored"


def test_an_upload_that_does_not_finish_in_the_grace_time_fails_cleanly(tmp_path: Path) -> None:
    with running_server(tmp_path, {"FOREBAY_SHUTDOWN_GRACE_SECONDS": "1"}) as server:
        with begun_upload(server):
            assert server.stop() == 0
        server.start()
        (run,) = httpx.get(f"{server.url}/v1/runs").json()["items"]
        assert (run["status"], run["error"]["code"]) == ("failed", "upload_cancelled")
        assert not [path for path in (server.data_dir / "blobs").rglob("*") if path.is_file()]


def begun_upload(server: ServerProcess) -> socket.socket:
    """A connection on which half an upload was sent and whose run is there."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(HEAD + BODY[:1_000_000])
    for _ in range(2000):
        if httpx.get(f"{server.url}/v1/runs", params={"status": "pending"}).json()["items"]:
            return connection
    raise AssertionError("the upload never began")


def wait_until_it_no_longer_accepts(server: ServerProcess) -> None:
    for _ in range(100_000):
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=30).close()
        except OSError:
            return
    raise AssertionError("the server never stopped accepting")


def read_to_the_end(connection: socket.socket) -> bytes:
    answer = b""
    while chunk := connection.recv(65536):
        answer += chunk
    return answer

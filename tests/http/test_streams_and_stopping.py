"""A server that is told to stop does not wait for endless streams; and none waits for clients that do not read."""

import select
import socket
import threading
from pathlib import Path

import httpx
import pytest

from tests.http.api import archive
from tests.http.event_streams import NDJSON, stream
from tests.server_process import running_server

PATIENT = {"FOREBAY_SHUTDOWN_GRACE_SECONDS": "3600", "FOREBAY_WORKER_CONCURRENCY": "0"}


@pytest.mark.adapter("sqlite", "filesystem")
def test_open_streams_end_in_order_and_use_up_no_grace_time(tmp_path: Path) -> None:
    with running_server(tmp_path, PATIENT) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        files = {"file": ("x.tgz", archive())}
        run = client.post("/v1/uploads", data={"type": "archive"}, files=files).json()
        (job,) = client.get("/v1/jobs", params={"run_id": run["id"]}).json()["items"]
        lines = client.stream("GET", "/v1/events", params={"follow": "true"}, headers={"Accept": NDJSON})
        with (
            stream(client, "/v1/events") as everything,
            stream(client, f"/v1/jobs/{job['id']}/events") as of_job,
            lines as followed,
        ):
            assert next(of_job).name == "job_queued"
            stopping = threading.Thread(target=server.stop)
            stopping.start()
            assert list(of_job) == []  # an answer that was cut off would raise
            assert list(everything) == []
            assert followed.read() == b""
        stopping.join()
        assert "Cancel" not in server.log


@pytest.mark.adapter("sqlite", "filesystem")
def test_a_client_that_takes_nothing_of_its_download_is_cut_off(tmp_path: Path) -> None:
    impatient = {**PATIENT, "FOREBAY_UPLOAD_STALL_SECONDS": "3"}
    content = archive(32 * 1024 * 1024)  # more than the buffers of the connection hold
    with running_server(tmp_path, impatient) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        run = client.post("/v1/uploads", data={"type": "archive"}, files={"file": ("x.tgz", content)}).json()
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            silent.connect(("127.0.0.1", server.port))
            silent.sendall(f"GET /v1/files/{run['files'][0]['id']}/content HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            closed = select.poll()
            closed.register(silent, 0)  # readable it is all the time
            assert closed.poll(60_000), "the server did not close the connection"
        assert "FOREBAY_UPLOAD_STALL_SECONDS" in server.log
        assert "ASGI callable" not in server.log

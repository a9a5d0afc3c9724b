"""A server that is told to stop does not wait for streams that would go on for ever."""

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

"""The server is killed at random moments of many uploads: what it acknowledged is there, the rest leaves no trace."""

import asyncio
import hashlib
import random
import threading
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from forebay.application.intake.sweep import SweepCommand
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.schemes import choose_blobs
from forebay.bootstrap.settings import Settings, load_settings
from tests.http.conftest import service_settings
from tests.server_process import ServerProcess

ROUNDS = 6
CLIENTS = 6


class Uploader(threading.Thread):
    """Uploads files of many sizes until the server goes away, and remembers what was acknowledged."""

    def __init__(self, url: str, seed: int, enough: threading.Semaphore) -> None:
        super().__init__()
        self._url = url
        self._random = random.Random(seed)
        self._enough = enough
        self.acknowledged: dict[str, str] = {}

    def run(self) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as client:
            while True:
                size = self._random.choice([200, 3_000, 65_536, 70_000, 900_000, 6_000_000])
                content = b"\x1f\x8b\x08" + self._random.randbytes(size)
                try:
                    response = client.post("/v1/uploads", data={"type": "archive"}, files={"file": ("x.tgz", content)})
                except httpx.TransportError:
                    return
                assert response.status_code == 201, response.text
                (file,) = response.json()["files"]
                self.acknowledged[file["id"]] = hashlib.sha256(content).hexdigest()
                self._enough.release()


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param("embedded", marks=pytest.mark.adapter("sqlite", "filesystem")),
        pytest.param("services", marks=pytest.mark.adapter("postgres", "s3")),
    ],
)
@pytest.mark.timeout(600)
def test_no_acknowledged_upload_is_lost_and_nothing_is_left_over(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"FOREBAY_SWEEP_INTERVAL_SECONDS": "0", "FOREBAY_WORKER_CONCURRENCY": "0"}  # the bytes are no archives
    if backend == "services":
        settings |= service_settings(request)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, settings[name])
    server = ServerProcess(tmp_path, settings)
    acknowledged: dict[str, str] = {}
    chance = random.Random(20261121)
    for round_number in range(ROUNDS):
        server.start()
        enough = threading.Semaphore(0)
        clients = [Uploader(server.url, round_number * CLIENTS + n, enough) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for _ in range(chance.randrange(3, 25)):
            enough.acquire(timeout=60)
        server.kill()
        for client in clients:
            client.join()
            acknowledged |= client.acknowledged
    assert len(acknowledged) >= ROUNDS * 3
    server.start()
    try:
        objects = asyncio.run(_sweep_two_hours_later(load_settings(server.settings, env_file=tmp_path / "none")))
        with httpx.Client(base_url=server.url, timeout=60) as http:
            for file_id, digest in acknowledged.items():
                content = http.get(f"/v1/files/{file_id}/content").raise_for_status().content
                assert hashlib.sha256(content).hexdigest() == digest
            runs = _all_runs(http)
        assert not [run for run in runs if run["status"] == "pending"]
        assert all(run["error"]["code"] == "upload_abandoned" for run in runs if run["status"] == "failed")
        digests = {file["sha256"] for run in runs for file in run["files"]}
        assert set(acknowledged.values()) <= digests
        assert objects == len(digests)
    finally:
        server.kill()


def _all_runs(http: httpx.Client) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = http.get("/v1/runs", params={"limit": 1000} | ({"cursor": cursor} if cursor else {})).json()
        runs += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return runs


class _TwoHoursLater:
    """The clock of a sweep long after the crash."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=2)


async def _sweep_two_hours_later(settings: Settings) -> int:
    """Sweeps beside the running server; how many objects are in the store afterwards, half-written ones included."""
    async with open_use_cases(settings, Replacements(clock=_TwoHoursLater())) as use_cases:
        await use_cases.intake.sweep(SweepCommand(grace=timedelta(hours=1)))
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(choose_blobs(settings)(settings))
        assert parts.incomplete is not None
        half_written = [item async for item in parts.incomplete.list_incomplete()]
        return len([info async for info in parts.store.list_objects()]) + len(half_written)

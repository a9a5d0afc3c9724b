"""The OpenLineage client itself, unmodified, in a process of its own, with nothing but its environment set."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.http.api import Api
from tests.http.test_lineage import TOKEN, guarded, new_job, pipeline_of

__all__ = ["guarded"]
SENDER = Path(__file__).with_name("lineage_sender.py")
ASYNC = {
    "OPENLINEAGE__TRANSPORT__TYPE": "async_http",
    "OPENLINEAGE__TRANSPORT__COMPRESSION": "gzip",
}
PACKED = {
    "OPENLINEAGE__TRANSPORT__TYPE": "http",
    "OPENLINEAGE__TRANSPORT__COMPRESSION": "gzip",
}


def send(job: str, runs: int, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(SENDER), job, str(runs)],
        env={**environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def runs_of(api: Api, job: str) -> list[dict[str, Any]]:
    pipeline = pipeline_of(api, job)
    found: list[dict[str, Any]] = api.client.get(
        f"/v1/pipelines/{pipeline['id']}/runs", params={"order": "asc", "limit": 100}
    ).json()["items"]
    return found


def assert_all_arrived(api: Api, job: str, runs: int) -> None:
    found = runs_of(api, job)
    assert [run["external_run_id"] for run in found] == [str(UUID(int=number + 1)) for number in range(runs)]
    for number, run in enumerate(found):
        assert run["started_at"] == f"2026-03-01T10:{number:02}:00Z"
        assert run["finished_at"] == f"2026-03-01T10:{number:02}:30Z"
        if number % 2:
            assert (run["status"], run["rows_processed"]) == ("failed", None)
            assert run["error_message"] == f"run {number} broke\n\nTraceback: here"
        else:
            assert (run["status"], run["rows_processed"]) == ("success", number * 100)
    assert pipeline_of(api, job)["platform"] == "dbt"


@pytest.mark.parametrize("transport", ["url", "packed", "async"])
def test_its_events_arrive_whatever_transport_it_uses(api: Api, transport: str) -> None:
    job, url = new_job(), api.server.url
    settings = {
        "url": {"OPENLINEAGE_URL": url},
        "packed": {**PACKED, "OPENLINEAGE__TRANSPORT__URL": url},
        "async": {**ASYNC, "OPENLINEAGE__TRANSPORT__URL": url},
    }[transport]
    for _ in range(2):  # sent again, all of it changes nothing
        sent = send(job, 10, settings)
        assert sent.returncode == 0, sent.stderr
        assert_all_arrived(api, job, 10)


def test_its_api_key_is_the_token(guarded: Api) -> None:
    job, url = new_job(), guarded.server.url
    sent = send(job, 2, {"OPENLINEAGE_URL": url, "OPENLINEAGE_API_KEY": TOKEN})
    assert sent.returncode == 0, sent.stderr
    assert_all_arrived(guarded, job, 2)
    refused = send(job, 1, {"OPENLINEAGE_URL": url, "OPENLINEAGE_API_KEY": "wrong"})
    assert refused.returncode != 0
    assert "401" in refused.stderr

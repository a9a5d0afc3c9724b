"""Syncs by real servers and workers from a partner's API: killed, hindered, and by the clock."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.workers import eventually
from tests.e2e.workers_site import BACKENDS, Site, open_site
from tests.pipelines_partner.api import TOKEN, Asked, PartnerApi, Reply, run_of, running_api
from tests.pipelines_partner.sources import sources_settings
from tests.server_process import running_server

pytestmark = pytest.mark.timeout(300)


@dataclass
class Partnership:
    """A site that pulls from a partner."""

    site: Site
    api: PartnerApi

    @property
    def http(self) -> httpx.Client:
        return self.site.client.http

    def pipeline(self, external_id: str, runs: int) -> str:
        """The id of a pipeline, of which the partner has so many runs."""
        clients = self._json("/v1/clients")["items"]
        client_id = clients[0]["id"] if clients else self._made("/v1/clients", name="Acme")["id"]
        body = {"client_id": client_id, "name": external_id, "platform": "vendor_api", "external_id": external_id}
        self.api.records[external_id] = [run_of(number) for number in range(runs)]
        return str(self._made("/v1/pipelines", **body)["id"])

    def sync(self, **body: str) -> dict[str, Any]:
        """The job."""
        response = self.http.post("/v1/ingestion-sync", json=body)
        assert response.status_code == 202, response.text
        (started,) = response.json()["items"]
        return dict(started["job"])

    def runs(self, pipeline_id: str) -> dict[str, str]:
        """Statuses by external id, of which there are no two alike."""
        items = self._json(f"/v1/pipelines/{pipeline_id}/runs", limit="1000")["items"]
        found = {item["external_run_id"]: item["status"] for item in items}
        assert len(found) == len(items)
        return found

    def state(self) -> dict[str, dict[str, Any]]:
        """By the pipelines' names."""
        (source,) = self._json("/v1/ingestion-sync")["items"]
        return {one["name"]: one for one in source["pipelines"]}

    def _made(self, path: str, **body: str) -> dict[str, Any]:
        response = self.http.post(path, json=body)
        assert response.status_code == 201, response.text
        return dict(response.json())

    def _json(self, path: str, **query: str) -> dict[str, Any]:
        response = self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        return dict(response.json())


@pytest.fixture(params=BACKENDS)
def acme(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Partnership]:
    with running_api() as api, open_site(request, tmp_path, sources_settings(tmp_path, api)) as site:
        yield Partnership(site, api)
        answers = site.client.http.get("/v1/ingestion-sync").text + site.client.http.get("/v1/events?after=0").text
        assert TOKEN not in answers + site.server.log


def test_a_sync_whose_worker_is_killed_goes_on_without_loss_or_double(acme: Partnership) -> None:
    pipeline_id = acme.pipeline("nightly", 35)
    acme.api.records["nightly"][3]["status"] = "queued"
    acme.api.answers = lambda asked: Reply(stalls=True, headers={"Content-Length": "9"}) if asked.cursor else None
    job_id = acme.sync()["id"]
    with acme.site.worker(name="first") as first:
        acme.api.wait_for(lambda asked: asked.cursor == "10")
        assert len(acme.runs(pipeline_id)) == 10
        first.kill()
    acme.api.records["nightly"] += [run_of(3, "errored"), run_of(20), run_of(36)]
    acme.api.answers = lambda asked: None
    with acme.site.worker(name="second"):
        job = acme.site.client.wait_for(job_id, "succeeded")
    expected = {f"run-{number}": "success" for number in [*range(35), 36]} | {"run-3": "failed"}
    assert acme.runs(pipeline_id) == expected
    assert acme.api.cursors() == [None, "10", "10", "20", "30"]
    (step,) = job["steps"]
    assert step["metadata"]["verdicts"] == {"created": 26, "updated": 1, "unchanged": 1, "stale": 0, "rejected": 0}
    assert acme.state()["nightly"]["cursor"] == "30"


def test_one_broken_pipeline_does_not_stop_the_others_and_the_next_sync_goes_on(acme: Partnership) -> None:
    first, broken, last = acme.pipeline("a", 5), acme.pipeline("b", 25), acme.pipeline("c", 5)

    def poems(asked: Asked) -> Reply | None:
        return Reply(body=b"<p>roses</p>") if (asked.pipeline, asked.cursor) == ("b", "10") else None

    acme.api.answers = poems
    with acme.site.worker() as worker:
        job_id = acme.sync()["id"]
        job = acme.site.client.wait_for(job_id, "failed")
        assert job["error"]["code"] == "steps_failed"
        assert [step["status"] for step in job["steps"]] == ["succeeded", "failed", "succeeded"]
        assert [len(acme.runs(one)) for one in (first, broken, last)] == [5, 10, 5]
        state = acme.state()
        assert (state["b"]["cursor"], state["a"]["error"]) == ("10", None)
        assert "is not JSON" in state["b"]["error"]
        acme.api.answers = lambda asked: None
        acme.site.client.wait_for(acme.sync(pipeline_id=broken)["id"], "succeeded")
        assert TOKEN not in worker.log
    assert len(acme.runs(broken)) == 25
    assert acme.api.cursors("b") == [None, "10", "10", "20"]
    assert acme.state()["b"]["error"] is None


def test_a_bad_day_of_the_partner_costs_attempts_only(acme: Partnership) -> None:
    pipeline_id = acme.pipeline("nightly", 25)
    busy, cut = Reply(status=429, headers={"Retry-After": "0"}), Reply(body=b'{"items": [', cut_at=5)
    acme.api.script += [busy, None, cut, Reply(status=500), None, Reply(status=503, headers={"Retry-After": "0"})]
    with acme.site.worker():
        acme.site.client.wait_for(acme.sync()["id"], "succeeded")
    assert len(acme.runs(pipeline_id)) == 25
    assert acme.api.cursors() == [None, None, "10", "10", "10", "20", "20"]


@pytest.mark.adapter("sqlite", "filesystem")
def test_servers_sync_by_the_clock_and_two_of_them_do_not_double(tmp_path: Path) -> None:
    with ExitStack() as stack:
        api = stack.enter_context(running_api())
        settings = {
            "FOREBAY_DATA_DIR": str(tmp_path / "data"),
            "FOREBAY_SYNC_INTERVAL_SECONDS": "3600",
            **sources_settings(tmp_path, api),
        }
        servers = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            servers.append(stack.enter_context(running_server(tmp_path / name, settings)))

        def looked() -> bool:
            found = [httpx.get(f"{server.url}/health", timeout=60).json()["parts"]["sync"] for server in servers]
            return all("every source has its turn" in str(part) for part in found)

        eventually(looked, "the servers never looked whether a sync is due")
        jobs = httpx.get(f"{servers[0].url}/v1/jobs", params={"kind": "pipeline_sync"}).json()["items"]
        assert [job["subject"] for job in jobs] == ["acme"]


def test_a_server_with_a_broken_file_of_sources_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nname = "acme"\n')
    with (
        pytest.raises(AssertionError, match="source 'acme': url: it is missing"),
        running_server(tmp_path, {"FOREBAY_SOURCES_FILE": str(file)}),
    ):
        raise NotImplementedError("it must not come up")

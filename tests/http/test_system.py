"""Health, metrics, documentation and the log."""

import json
import re
import time
from typing import Any

from forebay.adapters.sql.migrate import HEAD
from tests.http.api import Api, archive


def test_health_names_each_part(api: Api) -> None:
    body = api.client.get("/health").json()
    assert body["status"] == "ok"
    assert {"db", "storage", "sweeper"} <= set(body["parts"])
    assert all(part["status"] == "ok" and part["detail"] for part in body["parts"].values())
    assert api.client.get("/healthz").json() == {"status": "ok"}
    assert api.client.get("/readyz").status_code == 200


def test_the_system_says_what_it_is_and_who_works(api: Api) -> None:
    body = api.client.get("/v1/system").json()
    assert body["version"] == api.client.get("/health").json()["version"]
    assert body["database"] in {"sqlite", "postgresql"}
    assert body["activity"]["schema_revision"] == HEAD
    assert body["activity"]["running"] >= sum(len(worker["jobs"]) for worker in body["activity"]["workers"]) >= 0
    assert body["started_at"].endswith("Z")
    settings = {one["name"]: one for one in body["settings"]}
    assert settings["FOREBAY_MAX_UPLOAD_BYTES"]["origin"] == "environment"
    assert settings["FOREBAY_MAX_UPLOAD_BYTES"]["value"] == 8 * 1024 * 1024
    assert settings["FOREBAY_LOG_LEVEL"] == {
        "name": "FOREBAY_LOG_LEVEL",
        "value": "info",
        "origin": "default",
        "description": "The least severe lines to write.",
    }
    assert {"postgres", "s3", "tesseract"} <= {part["name"] for part in body["optional_parts"]}
    assert all(part["installed"] != bool(part["hint"]) for part in body["optional_parts"])


def test_the_system_names_the_worker_inside_the_server(api: Api, working: Api) -> None:
    assert api.client.get("/v1/system").json()["worker"] is None
    assert working.client.get("/v1/system").json()["worker"]["concurrency"] == 2


def test_metrics_count_requests_and_uploads(api: Api) -> None:
    before = _metric(api, 'forebay_uploads_total{outcome="stored"}')
    api.upload(archive(seed="metrics"))
    assert _metric(api, 'forebay_uploads_total{outcome="stored"}') == before + 1
    assert _metric(api, 'forebay_http_requests_total{method="POST",route="/v1/uploads",status="201"}') > 0


def test_the_docs_and_everything_on_them_come_from_this_server(api: Api) -> None:
    page = api.client.get("/docs")
    assert page.status_code == 200
    assert "unsafe-inline" not in page.headers["content-security-policy"].split("style-src")[0]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    assert all(link.startswith("/") and api.client.get(link).status_code == 200 for link in links)
    assert api.client.get("/openapi.json", follow_redirects=True).json()["openapi"].startswith("3.1")
    assert api.client.get("/docs/../../etc/passwd").status_code == 404


def test_a_request_id_is_taken_or_made_and_every_line_of_an_upload_has_it_with_the_run(api: Api) -> None:
    content = archive(300_000, seed="logged")
    response = api.upload(content, headers={"X-Request-Id": "mine-1"})
    assert response.headers["x-request-id"] == "mine-1"
    run_id = response.json()["id"]
    lines = _lines_until_the_answer(api, "mine-1")  # which is logged once it was sent
    for line in lines:
        assert line["run_id"] == run_id
        assert line["request_id"] == "mine-1"
    last = lines[-1]
    assert (last["method"], last["path"], last["status"]) == ("POST", "/v1/uploads", 201)
    assert last["bytes_in"] > len(content)
    assert last["bytes_out"] > 0
    assert last["duration_ms"] > 0
    made = api.client.get("/healthz", headers={"X-Request-Id": "not harmless <script>"})
    assert re.fullmatch(r"[0-9a-f-]{36}", made.headers["x-request-id"])


def _lines_until_the_answer(api: Api, request_id: str) -> list[dict[str, Any]]:
    """All that the server has logged of a request, its last line included."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        complete = api.server.log.rpartition("\n")[0]
        lines = [json.loads(line) for line in complete.splitlines() if request_id in line]
        if lines and "status" in lines[-1]:
            return lines
        time.sleep(0.01)
    raise AssertionError(f"the server did not log the answer to {request_id}:\n{api.server.log}")


def _metric(api: Api, name: str) -> float:
    for line in api.client.get("/metrics").text.splitlines():
        if line.startswith(name + " "):
            return float(line.rsplit(" ", 1)[1])
    return 0.0

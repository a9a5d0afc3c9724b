"""What people do with Forebay, once each, over HTTP."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.http.archives import tar
from tests.http.papers import pdf, word
from tests.stack.receiver import Receiver
from tests.stack.visitor import Visitor
from tests.stack.waiting import eventually

WEBHOOK = {"rule_type": "on_failure", "channel": "webhook"}


def test_the_web_pages_are_served(visitor: Visitor) -> None:
    page = visitor.http.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    script = page.text.partition('src="')[2].partition('"')[0]
    assert visitor.http.get(script).status_code == 200, script


def test_an_upload_comes_back_byte_for_byte(visitor: Visitor) -> None:
    content = tar({"app/default/noise.bin": secrets.token_bytes(5_000_000)})
    run = visitor.upload(content, label="smoke")
    assert visitor.digest_of(run) == hashlib.sha256(content).hexdigest() == run["files"][0]["sha256"]
    assert run["id"] in [item["id"] for item in visitor.get("/v1/runs", label="smoke")["items"]]
    wrong = visitor.http.post(
        "/v1/uploads", data={"type": "app_bundle", "sha256": "0" * 64}, files={"file": ("app.tgz", content)}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "digest_mismatch")


def test_an_archive_is_catalogued_by_a_worker_of_celery(visitor: Visitor) -> None:
    run = visitor.upload(tar({"app/default/app.conf": b"[ui]\nlabel = Smoke\n", "app/README": b"read me"}))
    job = visitor.worked_on(run["id"])
    assert visitor.get(f"/v1/runs/{run['id']}")["status"] == "complete"
    members = visitor.get(f"/v1/runs/{run['id']}/files", role="member")["items"]
    assert [member["path"] for member in members] == ["app/README", "app/default/app.conf"]
    (conf,) = [member for member in members if member["path"].endswith(".conf")]
    assert visitor.http.get(f"/v1/files/{conf['id']}/content").content == b"[ui]\nlabel = Smoke\n"
    assert "worker" not in visitor.get("/health")["parts"]  # none inside the server
    (worker,) = visitor.workers_of(job["id"])
    assert worker


def test_documents_are_read_found_and_told_apart(visitor: Visitor) -> None:
    word_of_ours = f"heron{uuid4().hex[:12]}"
    category = f"invoice-{uuid4().hex[:8]}"
    rule = {"kind": "any", "terms": [f"{word_of_ours}payable"]}
    visitor.post("/v1/categories", {"name": category, "rules": [rule]})
    printed, letter = visitor.upload_documents(
        ("invoice.pdf", pdf([f"Amount of the {word_of_ours} due", f"{word_of_ours}payable in 30 days"])),
        ("letter.docx", word("Dear Ann,", f"I saw a {word_of_ours} today.")),
    )
    for document in (printed, letter):
        visitor.worked_on(document["run_id"])
        assert visitor.get(f"/v1/documents/{document['id']}")["status"] == "ready"
    found = visitor.get("/v1/documents", q=word_of_ours)["items"]
    assert {item["id"] for item in found} == {printed["id"], letter["id"]}
    assert [item["id"] for item in visitor.get("/v1/documents", category=category)["items"]] == [printed["id"]]
    preview = visitor.http.get(f"/v1/documents/{printed['id']}/preview")
    assert (preview.status_code, preview.headers["content-type"]) == (200, "image/png")


@pytest.fixture(scope="module")
def pipeline(visitor: Visitor) -> dict[str, str]:
    """A pipeline of a client, and how a batch addresses it."""
    client = visitor.post("/v1/clients", {"name": f"Acme {uuid4().hex}"})
    body = {"name": "Nightly load", "platform": "airflow", "external_id": "nightly_load"}
    made = visitor.post(f"/v1/clients/{client['id']}/pipelines", body)
    return {"id": made["id"], "client_id": client["id"], "client": client["name"]}


def test_reports_of_pipelines_count_once_however_often_they_come(visitor: Visitor, pipeline: dict[str, str]) -> None:
    start = datetime.now(UTC) - timedelta(hours=1)
    times = {"started_at": start.isoformat(), "finished_at": (start + timedelta(minutes=10)).isoformat()}
    path = f"/v1/pipelines/{pipeline['id']}/runs"
    first = visitor.post(path, {"external_run_id": "run-1", "status": "success", **times})
    assert first["verdict"] == "created"
    address = {"client": pipeline["client"], "platform": "airflow", "external_id": "nightly_load"}
    later = {"started_at": (start + timedelta(minutes=20)).isoformat()}
    records = [
        {**address, "external_run_id": "run-1", "status": "success", **times},
        {**address, "external_run_id": "run-2", "status": "running", **later},
    ]
    sent = [visitor.post("/v1/pipeline-runs:batch", records, 200)["summary"] for _ in range(2)]
    assert [(one["created"], one["unchanged"], one["rejected"]) for one in sent] == [(1, 1, 0), (0, 2, 0)]
    assert visitor.get(f"{path}/latest")["external_run_id"] == "run-2"
    summary = visitor.get(f"/v1/clients/{pipeline['client_id']}/summary")
    assert (summary["total"], summary["counts"]["success"], summary["counts"]["running"]) == (2, 1, 1)


def test_a_failure_opens_an_alert_and_calls_a_webhook(
    visitor: Visitor, pipeline: dict[str, str], receiver: Receiver
) -> None:
    body = {**WEBHOOK, "pipeline_id": pipeline["id"], "destination": f"{receiver.url}/hook"}
    rule = visitor.post("/v1/alert-rules", body)
    finished = datetime.now(UTC).isoformat()
    report = {"external_run_id": "run-3", "status": "failed", "finished_at": finished, "error_message": "no such table"}
    visitor.post(f"/v1/pipelines/{pipeline['id']}/runs", report)
    (alert,) = eventually(
        lambda: visitor.get("/v1/alerts", pipeline_id=pipeline["id"], is_open="true")["items"], "no alert was opened"
    )
    assert alert["summary"] == "run run-3 failed: no such table"
    (message,) = eventually(lambda: receiver.messages(rule["signing_secret"]), "the webhook was not called")
    assert (message["type"], message["data"]["alert"]["id"]) == ("alert.opened", alert["id"])

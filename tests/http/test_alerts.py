"""/v1/alert-rules and /v1/alerts, and what comes of them: the whole way from a report to a signed webhook."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.http.api import Api, assert_problem
from tests.http.pipelines_office import NOBODY, all_pages, change, get, new_client, new_pipeline, report
from tests.http.webhook_receiver import WebhookReceiver, webhook_receiver

HOOK = "https://hooks.example/secret-path"


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with webhook_receiver() as opened:
        yield opened


def created(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def new_rule(api: Api, **fields: Any) -> dict[str, Any]:
    body = {"rule_type": "on_failure", "channel": "webhook", "destination": HOOK, **fields}
    return created(api.client.post("/v1/alert-rules", json=body))


def watched(api: Api, receiver: WebhookReceiver, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A pipeline, and a rule for it that calls the receiver."""
    pipeline = new_pipeline(api)
    path = f"/hooks/{uuid4().hex}"
    rule = new_rule(api, pipeline_id=pipeline["id"], destination=receiver.url + path, **fields)
    receiver.secrets[path] = rule["signing_secret"]
    return pipeline, rule


def alerts_of(api: Api, pipeline: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = get(api, "/v1/alerts", pipeline_id=pipeline["id"], **query)["items"]
    return items


def test_a_failure_is_told_once_signed_and_so_is_that_it_recovered(api: Api, receiver: WebhookReceiver) -> None:
    pipeline, rule = watched(api, receiver)
    report(api, pipeline, "1", "failed", started_at="2026-03-01T12:00:00Z", error_message="no such table")
    receiver.until(lambda it: it.types(pipeline) == ["alert.opened"])
    [message] = receiver.accepted
    assert message["data"]["alert"]["summary"] == "run 1 failed: no such table"
    assert message["data"]["alert"]["rule_id"] == rule["id"]
    assert message["data"]["pipeline"]["name"] == pipeline["name"]
    report(api, pipeline, "2", "failed", started_at="2026-03-01T13:00:00Z")
    report(api, pipeline, "3", "success", started_at="2026-03-01T14:00:00Z")
    receiver.until(lambda it: it.types(pipeline) == ["alert.opened", "alert.closed"])
    [alert] = alerts_of(api, pipeline)
    assert (alert["is_open"], alert["close_reason"]) == (False, "recovered")
    assert len({webhook_id for webhook_id, _ in receiver.attempts}) == len(receiver.attempts) == 2
    metrics = api.client.get("/metrics").text
    assert 'forebay_alerts_open{rule_type="on_failure"}' in metrics
    assert 'forebay_alert_deliveries_total{channel="webhook",outcome="delivered"}' in metrics
    assert "/hooks/" not in metrics


def test_a_receiver_that_is_down_for_a_moment_gets_the_same_message_again(api: Api, receiver: WebhookReceiver) -> None:
    pipeline, _ = watched(api, receiver)
    answers = iter([503])
    receiver.answer = lambda _: next(answers, 200)
    report(api, pipeline, "1", "failed")
    receiver.until(lambda it: it.types(pipeline) == ["alert.opened"])
    (first, _), (second, _) = receiver.attempts
    assert first == second


def test_a_receiver_that_is_gone_is_left_alone(api: Api, receiver: WebhookReceiver) -> None:
    gone, _ = watched(api, receiver)
    other, _ = watched(api, receiver)
    receiver.answer = lambda message: 410 if message["data"]["pipeline"]["id"] == gone["id"] else 200
    report(api, gone, "1", "failed")
    receiver.until(lambda it: len(it.attempts) == 1)
    report(api, other, "1", "failed")
    receiver.until(lambda it: it.types(other) == ["alert.opened"])
    [alert] = alerts_of(api, gone)
    path = f"/v1/alerts/{alert['id']}"
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while (delivery := get(api, path)["deliveries"][0])["status"] == "sending" and datetime.now(UTC) < deadline:
        pass  # it has answered, and that is being written down
    assert (delivery["status"], delivery["attempts"]) == ("failed", 1)
    assert delivery["last_error"] == "it is gone (status 410); change or disable the rule"


def test_failures_in_a_window_need_so_many(api: Api, receiver: WebhookReceiver) -> None:
    pipeline, _ = watched(api, receiver, rule_type="failures_in_window", threshold=3, window_minutes=60)
    for run in ("1", "2", "3"):
        assert alerts_of(api, pipeline) == []
        report(api, pipeline, run, "failed")
    receiver.until(lambda it: it.types(pipeline) == ["alert.opened"])
    [alert] = alerts_of(api, pipeline, is_open=True)
    assert alert["summary"] == "3 runs failed within the last 60 minutes; 3 or more are too many"


def test_an_alert_can_be_taken_on_and_muted(api: Api, receiver: WebhookReceiver) -> None:
    pipeline, _ = watched(api, receiver)
    report(api, pipeline, "1", "failed", started_at="2026-03-01T12:00:00Z")
    receiver.until(lambda it: it.types(pipeline) == ["alert.opened"])
    [alert] = alerts_of(api, pipeline, is_acknowledged=False)
    path = f"/v1/alerts/{alert['id']}"
    taken = api.client.post(f"{path}/acknowledge", json={"by": "Ada"}).json()
    assert taken["acknowledged_by"] == "Ada"
    again = api.client.post(f"{path}/acknowledge", json={"by": "Bob"}).json()
    assert (again["acknowledged_by"], again["acknowledged_at"]) == ("Ada", taken["acknowledged_at"])
    assert alerts_of(api, pipeline, is_acknowledged=False) == []
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert api.client.post(f"{path}/mute", json={"until": until}).json()["muted_until"] is not None
    assert api.client.post(f"{path}/unmute").json()["muted_until"] is None
    past = api.client.post(f"{path}/mute", json={"until": "2020-01-01T00:00:00Z"})
    assert_problem(past, 400, "invalid_input", field="until")
    api.client.post(f"{path}/mute", json={"until": until})
    report(api, pipeline, "2", "success", started_at="2026-03-01T13:00:00Z")
    other, _ = watched(api, receiver)
    report(api, other, "1", "failed")
    receiver.until(lambda it: it.types(other) == ["alert.opened"])
    shown = get(api, path)
    assert [one["status"] for one in shown["deliveries"]] == ["delivered", "suppressed"]
    assert receiver.types(pipeline) == ["alert.opened"]
    for what, body in (("acknowledge", {}), ("mute", {"until": until})):
        assert_problem(api.client.post(f"{path}/{what}", json=body), 409, "alert_closed")


def test_there_are_alerts_only_where_there_are(api: Api) -> None:
    assert_problem(api.client.get(f"/v1/alerts/{NOBODY}"), 404, "alert_not_found")
    assert_problem(api.client.get("/v1/alerts/nonsense"), 422, "invalid_field", field="alert_id")
    assert_problem(api.client.post(f"/v1/alerts/{NOBODY}/acknowledge", json={}), 404, "alert_not_found")
    assert_problem(api.client.post(f"/v1/alerts/{NOBODY}/unmute"), 404, "alert_not_found")
    assert get(api, "/v1/alerts", rule_id=NOBODY)["items"] == []


def test_a_rule_is_kept_and_its_secrets_are_not_told(api: Api) -> None:
    client = new_client(api)
    response = api.client.post(
        "/v1/alert-rules",
        json={"rule_type": "late", "channel": "webhook", "destination": HOOK, "client_id": client["id"]},
    )
    rule = created(response)
    assert rule.pop("signing_secret").startswith("whsec_")
    assert response.headers["etag"] == '"1"'
    assert response.headers["cache-control"] == "no-store"
    found = api.client.get(response.headers["location"])
    assert found.json() == rule
    assert rule["masked_destination"] == "https://***"
    assert (rule["client_id"], rule["pipeline_id"], rule["is_enabled"]) == (client["id"], None, True)
    listed = get(api, "/v1/alert-rules", client_id=client["id"])["items"]
    assert listed == [rule]
    for answer in (found, api.client.get("/v1/alert-rules")):
        assert "secret" not in answer.text
        assert "whsec" not in answer.text


def test_two_enabled_rules_for_the_same_are_one_too_many(api: Api) -> None:
    pipeline = new_pipeline(api)
    first = new_rule(api, pipeline_id=pipeline["id"])
    body = {"rule_type": "on_failure", "channel": "webhook", "destination": HOOK, "pipeline_id": pipeline["id"]}
    refused = api.client.post("/v1/alert-rules", json=body)
    assert_problem(refused, 409, "alert_rule_exists")
    assert "secret" not in refused.text
    assert api.client.delete(f"/v1/alert-rules/{first['id']}").status_code == 204
    second = new_rule(api, pipeline_id=pipeline["id"])
    back = change(api, f"/v1/alert-rules/{first['id']}", '"2"', is_enabled=True)
    assert_problem(back, 409, "alert_rule_exists")
    assert len(all_pages(api, "/v1/alert-rules", pipeline_id=pipeline["id"], is_enabled=True)) == 1
    assert get(api, f"/v1/alert-rules/{second['id']}")["is_enabled"]


def test_a_change_says_what_it_is_of(api: Api) -> None:
    rule = new_rule(api, client_id=new_client(api)["id"], rule_type="failures_in_window", threshold=3, window_minutes=5)
    path = f"/v1/alert-rules/{rule['id']}"
    assert_problem(change(api, path, None, threshold=4), 428, "precondition_required")
    changed = change(api, path, '"1"', threshold=4)
    assert changed.headers["etag"] == '"2"'
    assert (changed.json()["threshold"], changed.json()["signing_secret"]) == (4, None)
    assert_problem(change(api, path, '"1"', threshold=5), 412, "revision_mismatch", field="If-Match")
    assert_problem(api.client.delete(path, headers={"If-Match": '"1"'}), 412, "revision_mismatch")
    assert change(api, path, "*", destination=HOOK + "/2").json()["revision"] == 3


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"rule_type": "failures_in_window", "threshold": 3}, "invalid_alert_rule", "window_minutes"),
        ({"threshold": 3}, "invalid_alert_rule", "threshold"),
        ({"destination": "ftp://secret.example/"}, "invalid_alert_rule", "destination"),
        ({"channel": "slack", "destination": "https://secret.example/"}, "invalid_alert_rule", "destination"),
        ({"channel": "email", "destination": "secret"}, "invalid_alert_rule", "destination"),
        ({"signing_secret": "whsec_secret"}, "invalid_alert_rule", "signing_secret"),
        ({"client_id": NOBODY, "pipeline_id": NOBODY}, "invalid_alert_rule", "pipeline_id"),
    ],
)
def test_a_rule_that_makes_no_sense_names_the_field(api: Api, fields: dict[str, Any], code: str, field: str) -> None:
    body = {"rule_type": "on_failure", "channel": "webhook", "destination": HOOK, **fields}
    response = api.client.post("/v1/alert-rules", json=body)
    assert_problem(response, 422, code, field=field)
    assert "secret.example" not in response.text
    assert "whsec_secret" not in response.text


@pytest.mark.parametrize("body", [{"threshold": 0}, {"window_minutes": 0}, {"threshold": "3"}, {"channel": "pigeon"}])
def test_numbers_and_names_are_checked(api: Api, body: dict[str, Any]) -> None:
    full = {"rule_type": "failures_in_window", "channel": "webhook", "destination": HOOK, **body}
    assert api.client.post("/v1/alert-rules", json=full).status_code == 400


def test_a_rule_is_for_what_there_is(api: Api) -> None:
    body = {"rule_type": "on_failure", "channel": "webhook", "destination": HOOK}
    response = api.client.post("/v1/alert-rules", json={**body, "pipeline_id": NOBODY})
    assert_problem(response, 404, "pipeline_not_found")
    response = api.client.post("/v1/alert-rules", json={**body, "client_id": NOBODY})
    assert_problem(response, 404, "client_not_found")
    assert_problem(api.client.get(f"/v1/alert-rules/{NOBODY}"), 404, "alert_rule_not_found")
    assert_problem(change(api, f"/v1/alert-rules/{NOBODY}", "*", threshold=3), 404, "alert_rule_not_found")


def test_a_disabled_rule_closes_its_alerts(api: Api, receiver: WebhookReceiver) -> None:
    pipeline, rule = watched(api, receiver)
    report(api, pipeline, "1", "failed")
    receiver.until(lambda it: it.types(pipeline) == ["alert.opened"])
    assert api.client.delete(f"/v1/alert-rules/{rule['id']}").status_code == 204
    other, _ = watched(api, receiver)
    report(api, other, "1", "failed")
    receiver.until(lambda it: it.types(other) == ["alert.opened"])  # so the first has been looked at, too
    [alert] = alerts_of(api, pipeline)
    assert alert["close_reason"] == "disabled"

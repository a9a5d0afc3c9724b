"""Requests that are legal, or nearly, and that no ordinary client sends."""

from uuid import UUID

import pytest

from tests.http.api import Api, archive, assert_problem


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("created_after", "0001-01-01T00:00:00+23:59"),
        ("created_before", "9999-12-31T23:59:59-23:59"),
    ],
)
def test_a_time_that_leaves_the_calendar_in_utc_is_refused(api: Api, field: str, value: str) -> None:
    response = api.client.get("/v1/runs", params={field: value})
    assert_problem(response, 422, "invalid_field", field=field)


def test_readiness_documents_the_body_that_names_the_failing_part(api: Api) -> None:
    document = api.client.get("/openapi/v1.json").json()
    content = document["paths"]["/readyz"]["get"]["responses"]["503"]["content"]
    assert list(content) == ["application/json"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/HealthBody"}


@pytest.mark.parametrize("value", ["bytes=0-1", "bytes=99999999-"])
def test_a_range_means_nothing_to_head(api: Api, value: str) -> None:
    content = archive(seed="head")
    file_id = api.upload(content).json()["files"][0]["id"]
    response = api.client.head(f"/v1/files/{file_id}/content", headers={"Range": value})
    assert response.status_code == 200
    assert response.headers["content-length"] == str(len(content))
    assert "content-range" not in response.headers


def test_a_refused_upload_that_came_whole_keeps_its_connection(api: Api) -> None:
    response = api.form([('name="type"', b"nonsense"), ('name="file"; filename="x.tar.gz"', archive())])
    assert_problem(response, 422, "unknown_type", field="type")
    assert "connection" not in response.headers


@pytest.mark.parametrize(
    ("path", "field", "words"),
    [
        ("/v1/pipelines?platform=mainframe", "platform", "airflow"),
        ("/v1/pipelines?order=up", "order", "desc"),
        ("/v1/pipelines/failures-over-time?bucket=week", "bucket", "day"),
        (f"/v1/pipelines/{UUID(int=1)}/runs?status=odd", "status", "running, success, failed"),
        ("/v1/alert-rules?rule_type=odd", "rule_type", "on_failure, failures_in_window, late, stuck"),
    ],
)
def test_a_word_that_is_not_possible_is_answered_with_those_that_are(
    api: Api, path: str, field: str, words: str
) -> None:
    problem = assert_problem(api.client.get(path), 400, "invalid_parameter", field=field)
    assert words in problem["detail"]


def test_a_word_that_is_not_possible_in_a_body_is_answered_with_those_that_are(api: Api) -> None:
    response = api.client.post(f"/v1/pipelines/{UUID(int=1)}/runs", json={"status": "done"})
    problem = assert_problem(response, 400, "invalid_parameter", field="status")
    assert "expected one of running, success, failed" in problem["detail"]


def test_a_word_that_is_not_possible_in_a_batch_is_answered_with_those_that_are(api: Api) -> None:
    record = {"external_run_id": "1", "status": "x" * 10_000, "pipeline_id": str(UUID(int=1))}
    [verdict] = api.client.post("/v1/pipeline-runs:batch", json=[record]).json()["verdicts"]
    assert "expected one of running, success, failed" in verdict["reason"]
    assert len(verdict["reason"]) < 300
    [verdict] = api.client.post("/v1/pipeline-runs:batch", json=[{"x" * 10_000: 1}]).json()["verdicts"]
    assert len(verdict["reason"] + verdict["field"]) < 600

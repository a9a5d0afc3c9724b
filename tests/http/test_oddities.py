"""Requests that are legal, or nearly, and that no ordinary client sends."""

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

"""/v1/pipelines, and those of a client."""

from typing import Any
from uuid import uuid4

import pytest

from tests.http.api import Api, assert_problem
from tests.http.pipelines_office import NOBODY, all_pages, change, get, new_client, new_pipeline

WHOLE: dict[str, Any] = {
    "name": "Nightly load",
    "platform": "airflow",
    "external_id": "dag/nightly load",
    "pipeline_type": "transform",
    "environment": "staging",
    "is_active": False,
    "expect_every_seconds": 86400,
    "start_grace_seconds": 3600,
    "finish_grace_seconds": 7200,
}


def test_a_pipeline_is_kept_as_it_was_given(api: Api) -> None:
    client = new_client(api)
    response = api.client.post("/v1/pipelines", json={"client_id": client["id"], **WHOLE})
    assert response.status_code == 201, response.text
    created = response.json()
    assert created == {**created, **WHOLE, "client_id": client["id"], "revision": 1}
    assert response.headers["location"] == f"/v1/pipelines/{created['id']}"
    found = api.client.get(response.headers["location"])
    assert found.json() == created
    assert found.headers["etag"] == response.headers["etag"] == '"1"'
    assert get(api, f"/v1/clients/{client['id']}/pipelines")["items"] == [created]


def test_only_a_name_is_needed(api: Api) -> None:
    created = new_pipeline(api, name="Bare")
    assert created == {
        **created,
        "platform": "custom",
        "external_id": None,
        "pipeline_type": "ingestion",
        "environment": "prod",
        "is_active": True,
        "expect_every_seconds": None,
        "start_grace_seconds": 0,
        "finish_grace_seconds": None,
    }
    assert created["enabled_at"] == created["created_at"]


def test_names_and_external_ids_are_unique_within_their_client(api: Api) -> None:
    client, other = new_client(api), new_client(api)
    first = new_pipeline(api, client, name="Load", platform="dbt", external_id="load")
    path = f"/v1/clients/{client['id']}/pipelines"
    for taken in ({"name": "LOAD"}, {"name": "Else", "platform": "dbt", "external_id": "load"}):
        assert_problem(api.client.post(path, json=taken), 409, "pipeline_exists")
    new_pipeline(api, other, name="Load", platform="dbt", external_id="load")
    second = new_pipeline(api, client, name="Second", platform="cron", external_id="load")
    third = new_pipeline(api, client, name="Third", platform="dbt", external_id="LOAD")
    assert_problem(change(api, f"/v1/pipelines/{second['id']}", "*", platform="dbt"), 409, "pipeline_exists")
    assert_problem(change(api, f"/v1/pipelines/{third['id']}", "*", name="load"), 409, "pipeline_exists")
    assert change(api, f"/v1/pipelines/{first['id']}", "*", external_id=None).status_code == 200
    assert change(api, f"/v1/pipelines/{second['id']}", "*", platform="dbt").status_code == 200


def test_what_a_change_leaves_out_stays_and_null_takes_away(api: Api) -> None:
    created = new_pipeline(api, **WHOLE)
    path = f"/v1/pipelines/{created['id']}"
    renamed = change(api, path, '"1"', name="Other")
    assert renamed.headers["etag"] == '"2"'
    assert renamed.json() == {
        **created,
        "name": "Other",
        "revision": 2,
        "updated_at": renamed.json()["updated_at"],
    }
    graced = change(api, path, '"2"', start_grace_seconds=5).json()
    assert (graced["expect_every_seconds"], graced["start_grace_seconds"], graced["finish_grace_seconds"]) == (
        86400,
        5,
        7200,
    )
    bare = change(
        api,
        path,
        '"3"',
        external_id=None,
        expect_every_seconds=None,
        start_grace_seconds=None,
        finish_grace_seconds=None,
    ).json()
    assert (bare["expect_every_seconds"], bare["start_grace_seconds"], bare["finish_grace_seconds"]) == (None, 0, None)
    assert bare["external_id"] is None
    moved = change(api, path, '"4"', platform="cron", environment="dev", pipeline_type="export").json()
    assert (moved["platform"], moved["environment"], moved["pipeline_type"]) == ("cron", "dev", "export")
    assert get(api, path) == moved


def test_a_change_says_what_it_is_of(api: Api) -> None:
    created = new_pipeline(api)
    path = f"/v1/pipelines/{created['id']}"
    assert_problem(change(api, path, None, name="x"), 428, "precondition_required")
    assert_problem(change(api, path, '"2"', name="x"), 412, "revision_mismatch", field="If-Match")
    assert_problem(change(api, path, "1", name="x"), 400, "invalid_request")
    assert get(api, path) == created
    empty = change(api, path, '"1"')
    assert (empty.status_code, empty.json()) == (200, created)


def test_deleting_disables_and_enabling_starts_the_schedule_anew(api: Api) -> None:
    created = new_pipeline(api, expect_every_seconds=60)
    path = f"/v1/pipelines/{created['id']}"
    assert_problem(api.client.delete(path, headers={"If-Match": '"2"'}), 412, "revision_mismatch")
    assert api.client.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    disabled = get(api, path)
    assert (disabled["is_active"], disabled["revision"]) == (False, 2)
    assert disabled["enabled_at"] == created["enabled_at"]
    assert api.client.delete(path).status_code == 204
    assert get(api, path) == disabled
    enabled = change(api, path, '"2"', is_active=True).json()
    assert (enabled["is_active"], enabled["revision"]) == (True, 3)
    assert enabled["enabled_at"] > created["enabled_at"]


def test_lists_are_narrowed_and_paged(api: Api) -> None:
    mark = uuid4().hex
    client, other = new_client(api), new_client(api)
    one = new_pipeline(api, client, name=f"One {mark}", platform="dbt", environment="dev")
    two = new_pipeline(api, client, name="Two", external_id=f"x/{mark}", pipeline_type="quality")
    three = new_pipeline(api, other, name=f"Three {mark}", platform="dbt", is_active=False)
    queries: list[tuple[dict[str, str], list[dict[str, Any]]]] = [
        ({"text": mark}, [one, two, three]),
        ({"text": mark.upper(), "platform": "dbt"}, [one, three]),
        ({"text": mark, "environment": "dev"}, [one]),
        ({"text": mark, "pipeline_type": "quality"}, [two]),
        ({"text": mark, "is_active": "false"}, [three]),
        ({"text": mark, "is_active": "true", "platform": "dbt"}, [one]),
        ({"client_id": client["id"]}, [one, two]),
        ({"client_id": other["id"], "platform": "cron"}, []),
    ]
    for query, expected in queries:
        assert all_pages(api, "/v1/pipelines", order="asc", **query) == expected, query
        assert all_pages(api, "/v1/pipelines", **query) == expected[::-1], query
    of_client = f"/v1/clients/{client['id']}/pipelines"
    assert all_pages(api, of_client, order="asc") == [one, two]
    assert all_pages(api, of_client, platform="dbt") == [one]


SECONDS = ("expect_every_seconds", "start_grace_seconds", "finish_grace_seconds")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"name": None}, 400, "invalid_parameter", "name"),
        ({"name": "n" * 201}, 400, "invalid_parameter", "name"),
        ({"name": "a\0b"}, 400, "invalid_input", "name"),
        ({"platform": "jenkins"}, 400, "invalid_parameter", "platform"),
        ({"platform": None}, 400, "invalid_parameter", "platform"),
        ({"environment": "PROD"}, 400, "invalid_parameter", "environment"),
        ({"pipeline_type": 1}, 400, "invalid_parameter", "pipeline_type"),
        ({"external_id": ""}, 400, "invalid_parameter", "external_id"),
        ({"external_id": "a\0"}, 400, "invalid_input", "external_id"),
        ({"external_id": "e" * 501}, 400, "invalid_parameter", "external_id"),
        ({"is_active": 1}, 400, "invalid_parameter", "is_active"),
        ({"client": "x"}, 400, "invalid_parameter", "client"),
        ({"schedule": {}}, 400, "invalid_parameter", "schedule"),
        *[
            ({name: value}, 400, "invalid_parameter", name)
            for name in SECONDS
            for value in (-1, 1.5, "60", True, 10**9, 10**400, 1e300)
        ],
        ({"expect_every_seconds": 0}, 400, "invalid_parameter", "expect_every_seconds"),
        ({"finish_grace_seconds": 0}, 400, "invalid_parameter", "finish_grace_seconds"),
    ],
)
def test_what_is_not_right_names_its_place(api: Api, body: dict[str, Any], status: int, code: str, field: str) -> None:
    client = new_client(api)
    pipeline = new_pipeline(api, client)
    path = f"/v1/pipelines/{pipeline['id']}"
    whole = {"name": "New", **body}
    assert_problem(
        api.client.post("/v1/pipelines", json={"client_id": client["id"], **whole}), status, code, field=field
    )
    assert_problem(api.client.post(f"/v1/clients/{client['id']}/pipelines", json=whole), status, code, field=field)
    assert_problem(change(api, path, "*", **body), status, code, field=field)
    assert get(api, f"/v1/clients/{client['id']}/pipelines")["items"] == [pipeline]


def test_a_client_that_is_not_there_is_named(api: Api) -> None:
    body = {"name": "x"}
    assert_problem(api.client.post("/v1/pipelines", json={**body, "client_id": NOBODY}), 404, "client_not_found")
    assert_problem(api.client.post(f"/v1/clients/{NOBODY}/pipelines", json=body), 404, "client_not_found")
    assert_problem(api.client.get(f"/v1/clients/{NOBODY}/pipelines"), 404, "client_not_found")
    assert_problem(api.client.get("/v1/pipelines", params={"client_id": NOBODY}), 404, "client_not_found")
    assert_problem(api.client.post("/v1/pipelines", json=body), 400, "invalid_parameter", field="client_id")
    for path, method in (("/v1/pipelines", "POST"), ("/v1/pipelines?client_id=42", "GET")):
        response = api.client.request(method, path, json={**body, "client_id": "42"} if method == "POST" else None)
        assert_problem(response, 422, "invalid_field", field="client_id")
    path = f"/v1/clients/{new_client(api)['id']}/pipelines"
    response = api.client.post(path, json={**body, "client_id": NOBODY})
    assert_problem(response, 400, "invalid_parameter", field="client_id")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_ids_that_are_unknown_or_no_uuids_say_so(api: Api, method: str) -> None:
    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    content = b'{"name": "x"}' if method == "PATCH" else b""
    unknown = api.client.request(method, f"/v1/pipelines/{NOBODY}", headers=headers, content=content)
    assert_problem(unknown, 404, "pipeline_not_found")
    wrong = api.client.request(method, "/v1/pipelines/42", headers=headers, content=content)
    assert_problem(wrong, 422, "invalid_field", field="pipeline_id")


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ({"cursor": "nonsense"}, 400, "invalid_cursor", "cursor"),
        ({"platform": "jenkins"}, 400, "invalid_parameter", "platform"),
        ({"environment": ""}, 400, "invalid_parameter", "environment"),
        ({"pipeline_type": "x"}, 400, "invalid_parameter", "pipeline_type"),
        ({"is_active": "2"}, 400, "invalid_parameter", "is_active"),
        ({"text": "a\0b"}, 422, "invalid_field", "text"),
        ({"text": "t" * 501}, 400, "invalid_parameter", "text"),
        ({"limit": 1001}, 400, "invalid_parameter", "limit"),
    ],
)
def test_a_list_that_cannot_be_made_says_why(
    api: Api, query: dict[str, Any], status: int, code: str, field: str
) -> None:
    for path in ("/v1/pipelines", "/v1/pipelines/health", f"/v1/clients/{new_client(api)['id']}/pipelines"):
        assert_problem(api.client.get(path, params=query), status, code, field=field)

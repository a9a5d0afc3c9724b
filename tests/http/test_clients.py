"""/v1/clients."""

from typing import Any
from uuid import uuid4

import pytest

from tests.http.api import Api, assert_problem
from tests.http.pipelines_office import NOBODY, all_pages, change, get, new_client


def test_a_client_is_kept_as_it_was_given(api: Api) -> None:
    name = f"Müller & Söhne {uuid4().hex}"
    response = api.client.post("/v1/clients", json={"name": f"  {name} "})
    assert response.status_code == 201, response.text
    created = response.json()
    assert created == {**created, "name": name, "is_active": True, "revision": 1}
    assert response.headers["location"] == f"/v1/clients/{created['id']}"
    found = api.client.get(response.headers["location"])
    assert found.json() == created
    assert found.headers["etag"] == response.headers["etag"] == '"1"'


def test_names_are_unique_ignoring_case(api: Api) -> None:
    first, other = new_client(api, name=f"Straße {NOBODY}"), new_client(api)
    taken = {"name": f"STRASSE {NOBODY.upper()}"}
    assert_problem(api.client.post("/v1/clients", json=taken), 409, "client_exists")
    assert_problem(change(api, f"/v1/clients/{other['id']}", "*", **taken), 409, "client_exists")
    assert change(api, f"/v1/clients/{first['id']}", "*", **taken).json()["name"] == taken["name"]


def test_a_change_says_what_it_is_of(api: Api) -> None:
    client = new_client(api)
    path = f"/v1/clients/{client['id']}"
    assert_problem(change(api, path, None, is_active=False), 428, "precondition_required")
    changed = change(api, path, '"1"', is_active=False)
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"2"'
    body = changed.json()
    assert body == {**client, "is_active": False, "revision": 2, "updated_at": body["updated_at"]}
    assert body["updated_at"] > client["updated_at"]
    for wrong in ('"1"', 'W/"2"', '"two"', '"02"', '"1", "3"', '"-2"', '"99999999999"', '""'):
        assert_problem(change(api, path, wrong, is_active=True), 412, "revision_mismatch", field="If-Match")
    assert get(api, path) == body
    assert change(api, path, '"1" , "2"', is_active=True).headers["etag"] == '"3"'
    assert change(api, path, "*", name=f"Anew {NOBODY}").headers["etag"] == '"4"'


def test_a_change_that_changes_nothing_is_no_revision(api: Api) -> None:
    client = new_client(api)
    same = change(api, f"/v1/clients/{client['id']}", '"1"', name=client["name"], is_active=True)
    assert (same.json(), same.headers["etag"]) == (client, '"1"')


@pytest.mark.parametrize("value", ["2", '"2', "two", '"1" "2"', "*, *", '"1",,"2"x'])
def test_an_if_match_that_is_no_list_of_tags_is_refused(api: Api, value: str) -> None:
    client = new_client(api)
    assert_problem(change(api, f"/v1/clients/{client['id']}", value, is_active=False), 400, "invalid_request")


def test_deleting_disables(api: Api) -> None:
    client = new_client(api)
    path = f"/v1/clients/{client['id']}"
    assert_problem(api.client.delete(path, headers={"If-Match": '"7"'}), 412, "revision_mismatch")
    for _ in range(2):
        response = api.client.delete(path)
        assert (response.status_code, response.content) == (204, b"")
    assert get(api, path) == {**client, "is_active": False, "revision": 2, "updated_at": get(api, path)["updated_at"]}
    assert change(api, path, '"2"', is_active=True).json()["is_active"] is True


def test_lists_are_narrowed_and_paged(api: Api) -> None:
    mark = uuid4().hex
    made = [new_client(api, name=f"{name} {mark}", is_active=name != "Gone") for name in ("One", "Gone", "Three")]
    everything = [item["id"] for item in made]
    ascending = all_pages(api, "/v1/clients", text=mark.upper(), order="asc")
    assert [item["id"] for item in ascending] == everything
    assert [item["id"] for item in all_pages(api, "/v1/clients", text=mark)] == everything[::-1]
    assert [item["id"] for item in all_pages(api, "/v1/clients", text=mark, is_active=False)] == [everything[1]]
    assert len(all_pages(api, "/v1/clients", text=mark, is_active="true")) == 2
    assert all_pages(api, "/v1/clients", text=f"{mark}%") == []
    assert len(get(api, "/v1/clients", text=mark, limit=1000)["items"]) == 3


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid_parameter", "name"),
        ({"name": None}, "invalid_parameter", "name"),
        ({"name": 7}, "invalid_parameter", "name"),
        ({"name": ""}, "invalid_parameter", "name"),
        ({"name": " \u2003 "}, "invalid_input", "name"),
        ({"name": "n" * 201}, "invalid_parameter", "name"),
        ({"name": "a\0b"}, "invalid_input", "name"),
        ({"name": "a\nb"}, "invalid_input", "name"),
        ({"name": "a\u2028b"}, "invalid_input", "name"),
        ({"name": "x", "is_active": "yes"}, "invalid_parameter", "is_active"),
        ({"name": "x", "is_active": None}, "invalid_parameter", "is_active"),
        ({"name": "x", "colour": "red"}, "invalid_parameter", "colour"),
        ({"name": "x", "revision": 3}, "invalid_parameter", "revision"),
    ],
)
def test_what_is_not_right_names_its_place(api: Api, body: dict[str, Any], code: str, field: str) -> None:
    assert_problem(api.client.post("/v1/clients", json=body), 400, code, field=field)
    if body:
        client = new_client(api)
        assert_problem(change(api, f"/v1/clients/{client['id']}", "*", **body), 400, code, field=field)
        assert get(api, f"/v1/clients/{client['id']}") == client


def test_a_change_of_nothing_is_refused(api: Api) -> None:
    assert_problem(change(api, f"/v1/clients/{new_client(api)['id']}", "*"), 400, "invalid_input")


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ({"cursor": "nonsense"}, 400, "invalid_cursor", "cursor"),
        ({"cursor": "ZAAG"}, 400, "invalid_cursor", "cursor"),
        ({"limit": 0}, 400, "invalid_parameter", "limit"),
        ({"limit": 10**30}, 400, "invalid_parameter", "limit"),
        ({"order": "up"}, 400, "invalid_parameter", "order"),
        ({"is_active": "perhaps"}, 400, "invalid_parameter", "is_active"),
        ({"text": "a\0b"}, 422, "invalid_field", "text"),
        ({"text": "t" * 201}, 400, "invalid_parameter", "text"),
    ],
)
def test_a_list_that_cannot_be_made_says_why(
    api: Api, query: dict[str, Any], status: int, code: str, field: str
) -> None:
    assert_problem(api.client.get("/v1/clients", params=query), status, code, field=field)


def test_a_cursor_is_of_its_order(api: Api) -> None:
    for _ in range(2):
        new_client(api)
    cursor = get(api, "/v1/clients", limit=1)["next_cursor"]
    response = api.client.get("/v1/clients", params={"cursor": cursor, "order": "asc"})
    assert_problem(response, 400, "invalid_cursor", field="cursor")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_ids_that_are_unknown_or_no_uuids_say_so(api: Api, method: str) -> None:
    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    content = b'{"name": "x"}' if method == "PATCH" else b""
    unknown = api.client.request(method, f"/v1/clients/{NOBODY}", headers=headers, content=content)
    assert_problem(unknown, 404, "client_not_found")
    wrong = api.client.request(method, "/v1/clients/42", headers=headers, content=content)
    assert_problem(wrong, 422, "invalid_field", field="client_id")


@pytest.mark.parametrize("content", [b'{"name": "\\ud800"}', b'{"name": "\xff"}', b"", b"[", b'{"name": "x"} {}'])
def test_what_is_no_json_is_refused(api: Api, content: bytes) -> None:
    response = api.client.post("/v1/clients", content=content, headers={"Content-Type": "application/json"})
    assert_problem(response, 400, "invalid_request")

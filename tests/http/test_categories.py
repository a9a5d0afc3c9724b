"""/v1/categories."""

from typing import Any

import pytest

from tests.http.api import Api, assert_problem

NOBODY = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"
RULES = [
    {"kind": "any", "terms": ["remittance", "payable"], "where": "text", "confidence": 0.75, "similarity": 90.0},
    {"kind": "regex", "terms": [r"\bINV-\d{4,}"], "where": "anywhere", "confidence": 0.9, "similarity": 90.0},
    {"kind": "fuzzy", "terms": ["purchase order"], "where": "title", "confidence": 1.0, "similarity": 85.5},
]


def create(api: Api, **body: Any) -> dict[str, Any]:
    response = api.client.post("/v1/categories", json=body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/v1/categories/{created['id']}"
    return created


def change(api: Api, category: dict[str, Any], **body: Any) -> dict[str, Any]:
    response = api.client.patch(f"/v1/categories/{category['id']}", json=body)
    assert response.status_code == 200, response.text
    changed: dict[str, Any] = response.json()
    return changed


def names(api: Api) -> list[str]:
    page = api.client.get("/v1/categories").json()
    assert page["next_cursor"] is None
    return [item["name"] for item in page["items"]]


def test_a_category_is_kept_as_it_was_given(api: Api) -> None:
    created = create(api, name=" Remittances ", description="Money sent", rules=RULES, examples=["We paid you.", "é"])
    assert created == {
        **created,
        "name": "Remittances",
        "description": "Money sent",
        "rules": RULES,
        "examples": ["We paid you.", "é"],
    }
    assert api.client.get(f"/v1/categories/{created['id']}").json() == created
    assert created in api.client.get("/v1/categories").json()["items"]


def test_only_a_name_is_needed(api: Api) -> None:
    created = create(api, name="Bare")
    assert (created["description"], created["rules"], created["examples"]) == ("", [], [])
    plain = create(api, name="Plain rule", rules=[{"kind": "phrase", "terms": ["to whom it may concern"]}])
    assert plain["rules"] == [
        {
            "kind": "phrase",
            "terms": ["to whom it may concern"],
            "where": "anywhere",
            "confidence": 0.9,
            "similarity": 90.0,
        }
    ]


def test_there_are_some_to_begin_with(api: Api) -> None:
    assert len(names(api)) >= 3
    assert names(api) == sorted(names(api))


def test_names_are_unique_ignoring_case(api: Api) -> None:
    first = create(api, name="Straße")
    assert_problem(api.client.post("/v1/categories", json={"name": "STRASSE"}), 409, "category_exists")
    other = create(api, name="Other road")
    response = api.client.patch(f"/v1/categories/{other['id']}", json={"name": "straße"})
    assert_problem(response, 409, "category_exists")
    assert change(api, first, name="STRASSE")["name"] == "STRASSE"


def test_what_a_change_leaves_out_stays(api: Api) -> None:
    created = create(api, name="Changing", description="before", rules=RULES, examples=["one"])
    described = change(api, created, description="after")
    assert described == {**created, "description": "after", "updated_at": described["updated_at"]}
    assert described["updated_at"] > created["updated_at"]
    emptied = change(api, created, rules=[], examples=[])
    assert (emptied["rules"], emptied["examples"], emptied["description"]) == ([], [], "after")
    assert change(api, created, name="Changed")["name"] == "Changed"
    assert "Changing" not in names(api)


def test_a_category_that_is_deleted_is_gone(api: Api) -> None:
    created = create(api, name="Short-lived")
    path = f"/v1/categories/{created['id']}"
    assert api.client.delete(path).status_code == 204
    for response in (api.client.get(path), api.client.delete(path), api.client.patch(path, json={"name": "x"})):
        assert_problem(response, 404, "category_not_found")


TERM = {"kind": "any", "terms": ["a"]}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "invalid_parameter", "name"),
        ({"name": None}, 400, "invalid_parameter", "name"),
        ({"name": ""}, 400, "invalid_parameter", "name"),
        ({"name": "  "}, 400, "invalid_input", "name"),
        ({"name": "n" * 101}, 400, "invalid_parameter", "name"),
        ({"name": "a\0b"}, 422, "invalid_field", "name"),
        ({"name": "a\nb"}, 400, "invalid_input", "name"),
        ({"name": "x", "colour": "red"}, 400, "invalid_parameter", "colour"),
        ({"name": "x", "description": "d" * 2001}, 400, "invalid_parameter", "description"),
        ({"name": "x", "description": "a\0b"}, 422, "invalid_field", "description"),
        ({"name": "x", "examples": ["a", 1]}, 400, "invalid_parameter", "examples[1]"),
        ({"name": "x", "examples": ["a", "b\0"]}, 422, "invalid_field", "examples[1]"),
        ({"name": "x", "examples": ["e" * 10_001]}, 400, "invalid_parameter", "examples[0]"),
        ({"name": "x", "examples": ["e"] * 201}, 400, "invalid_parameter", "examples"),
        ({"name": "x", "rules": {}}, 400, "invalid_parameter", "rules"),
        ({"name": "x", "rules": [TERM] * 101}, 400, "invalid_parameter", "rules"),
        ({"name": "x", "rules": [TERM, {"kind": "any"}]}, 400, "invalid_parameter", "rules[1].terms"),
        ({"name": "x", "rules": [{"terms": ["a"]}]}, 400, "invalid_parameter", "rules[0].kind"),
        ({"name": "x", "rules": [{**TERM, "kind": "some"}]}, 400, "invalid_parameter", "rules[0].kind"),
        ({"name": "x", "rules": [{**TERM, "where": "here"}]}, 400, "invalid_parameter", "rules[0].where"),
        ({"name": "x", "rules": [{**TERM, "terms": []}]}, 400, "invalid_parameter", "rules[0].terms"),
        ({"name": "x", "rules": [{**TERM, "terms": ["a", ""]}]}, 400, "invalid_parameter", "rules[0].terms[1]"),
        ({"name": "x", "rules": [TERM, {**TERM, "terms": ["a", " "]}]}, 422, "invalid_rule", "rules[1]"),
        ({"name": "x", "rules": [{**TERM, "terms": ["t" * 501]}]}, 400, "invalid_parameter", "rules[0].terms[0]"),
        ({"name": "x", "rules": [{**TERM, "terms": ["a", "b\0"]}]}, 422, "invalid_field", "rules[0].terms[1]"),
        ({"name": "x", "rules": [{**TERM, "confidence": 0}]}, 400, "invalid_parameter", "rules[0].confidence"),
        ({"name": "x", "rules": [{**TERM, "confidence": 1.1}]}, 400, "invalid_parameter", "rules[0].confidence"),
        ({"name": "x", "rules": [{**TERM, "similarity": 49}]}, 400, "invalid_parameter", "rules[0].similarity"),
        ({"name": "x", "rules": [{**TERM, "weight": 1}]}, 400, "invalid_parameter", "rules[0].weight"),
        ({"name": "x", "rules": [TERM, {"kind": "regex", "terms": ["("]}]}, 422, "invalid_rule", "rules"),
        ({"name": "x", "rules": [{"kind": "regex", "terms": ["(a+)+$"]}]}, 422, "invalid_rule", "rules"),
    ],
)
def test_what_is_not_right_names_its_place(api: Api, body: dict[str, Any], status: int, code: str, field: str) -> None:
    before = names(api)
    assert_problem(api.client.post("/v1/categories", json=body), status, code, field=field)
    assert names(api) == before
    if body.get("name", "") == "x":
        body = {key: value for key, value in body.items() if key != "name"}
        created = create(api, name="To be changed")
        path = f"/v1/categories/{created['id']}"
        try:
            assert_problem(api.client.patch(path, json=body), status, code, field=field)
            assert api.client.get(path).json() == created
        finally:
            api.client.delete(path)


def test_a_change_of_nothing_is_refused(api: Api) -> None:
    created = create(api, name="Unchanged")
    path = f"/v1/categories/{created['id']}"
    assert_problem(api.client.patch(path, json={}), 400, "invalid_input")
    for name in ("name", "description", "rules", "examples"):
        assert_problem(api.client.patch(path, json={name: None}), 400, "invalid_parameter", field=name)
    assert api.client.get(path).json() == created


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_ids_that_are_unknown_or_no_uuids_say_so(api: Api, method: str) -> None:
    body = {"json": {"name": "x"}} if method == "PATCH" else {}
    unknown = api.client.request(method, f"/v1/categories/{NOBODY}", **body)  # type: ignore[arg-type]  # as httpx takes it
    assert_problem(unknown, 404, "category_not_found")
    wrong = api.client.request(method, "/v1/categories/42", **body)  # type: ignore[arg-type]  # as httpx takes it
    assert_problem(wrong, 422, "invalid_field", field="category_id")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_must_be_json(api: Api, method: str) -> None:
    path = "/v1/categories" + (f"/{NOBODY}" if method == "PATCH" else "")
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json"):
        response = api.client.request(method, path, content=b'{"name": "x"}', headers={"Content-Type": content_type})
        assert_problem(response, 415, "unsupported_media_type", field="Content-Type")

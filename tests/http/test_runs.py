"""Lists, details and deletion."""

import pytest

from tests.http.api import Api, archive, assert_problem

NOBODY = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"


@pytest.fixture(scope="module")
def listed(api: Api) -> list[str]:
    """Seven runs of one owner, oldest first."""
    kinds = ["app_bundle", "archive", "ds_etc", "app_bundle", "archive", "instance_etc", "app_bundle"]
    return [
        api.upload(archive(seed=f"listed-{n}"), type=kind, owner="lister", label=f"Label 100%_{n}").json()["id"]
        for n, kind in enumerate(kinds)
    ]


def test_pages_follow_each_other_in_both_orders_and_survive_inserts(api: Api, listed: list[str]) -> None:
    for order, expected in (("desc", listed[::-1]), ("asc", listed)):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            query: dict[str, str | int] = {"owner": "lister", "limit": 3, "order": order}
            page = api.client.get("/v1/runs", params=query | ({"cursor": cursor} if cursor else {})).json()
            seen += [run["id"] for run in page["items"]]
            assert len(page["items"]) <= 3
            api.upload(archive(seed="between"), owner="somebody-else")
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == expected


def test_filters_combine(api: Api, listed: list[str]) -> None:
    assert [r["id"] for r in api.runs(owner="lister", type="archive", order="asc")] == [listed[1], listed[4]]
    assert [r["id"] for r in api.runs(owner="lister", label="label 100%_3")] == [listed[3]]
    assert api.runs(owner="lister", label="label 1000") == []
    assert api.runs(owner="lister", status="failed") == []
    assert len(api.runs(owner="lister", status="stored")) == 7
    middle = api.run(listed[3])["created_at"]
    assert [r["id"] for r in api.runs(owner="lister", created_after=middle, order="asc")] == listed[3:]
    assert [r["id"] for r in api.runs(owner="lister", created_before=middle, order="asc")] == listed[:3]
    assert len(api.runs(owner="lister", created_after=middle.removesuffix("Z"))) == 4


def test_items_of_a_list_carry_their_files(api: Api, listed: list[str]) -> None:
    runs = api.runs(owner="lister")
    assert all(len(run["files"]) == 1 for run in runs)
    assert runs[0] == api.run(runs[0]["id"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "ä"}, "cursor"),
        ({"type": "unheard"}, "type"),
        ({"status": "unheard"}, "status"),
        ({"order": "sideways"}, "order"),
        ({"created_after": "yesterday"}, "created_after"),
        ({"owner": "a/b"}, "owner"),
    ],
)
def test_a_query_that_is_not_right_names_its_parameter(api: Api, query: dict[str, str], field: str) -> None:
    response = api.client.get("/v1/runs", params=query)
    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, response.json()["code"], field=field)


def test_a_cursor_of_the_other_order_is_refused(api: Api, listed: list[str]) -> None:
    cursor = api.client.get("/v1/runs", params={"owner": "lister", "limit": 2}).json()["next_cursor"]
    response = api.client.get("/v1/runs", params={"cursor": cursor, "order": "asc"})
    assert_problem(response, 400, "invalid_cursor", field="cursor")


def test_the_files_of_a_run_come_in_pages(api: Api, listed: list[str]) -> None:
    page = api.client.get(f"/v1/runs/{listed[0]}/files", params={"limit": 1, "role": "upload"}).json()
    assert page == {"items": api.run(listed[0])["files"], "next_cursor": None}
    assert api.client.get(f"/v1/runs/{listed[0]}/files", params={"role": "member"}).json()["items"] == []
    assert_problem(api.client.get(f"/v1/runs/{listed[0]}/files", params={"cursor": "x"}), 400, "invalid_cursor")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/runs/{id}"),
        ("DELETE", "/v1/runs/{id}"),
        ("GET", "/v1/runs/{id}/files"),
        ("POST", "/v1/runs/{id}/parse"),
        ("GET", "/v1/files/{id}/content"),
    ],
)
def test_ids_that_are_unknown_or_no_uuids_say_so(api: Api, method: str, path: str) -> None:
    field = "file_id" if "files/{" in path else "run_id"
    assert_problem(api.client.request(method, path.format(id="42")), 422, "invalid_field", field=field)
    code = "file_not_found" if field == "file_id" else "run_not_found"
    problem = assert_problem(api.client.request(method, path.format(id=NOBODY)), 404, code)
    assert NOBODY in problem["detail"]


def test_a_deleted_run_is_gone_and_its_children_stay(api: Api) -> None:
    parent = api.upload(archive(seed="to-delete")).json()["id"]
    child = api.upload(archive(seed="to-stay"), parent_run_id=parent).json()["id"]
    assert api.client.delete(f"/v1/runs/{parent}").status_code == 204
    assert_problem(api.client.delete(f"/v1/runs/{parent}"), 404, "run_not_found")
    assert api.run(child)["parent_run_id"] is None


def test_routes_and_methods_that_are_not_there_answer_with_problems(api: Api) -> None:
    assert_problem(api.client.get("/v2/runs"), 404, "route_not_found")
    response = api.client.put("/v1/runs")
    assert_problem(response, 405, "method_not_allowed")
    assert "GET" in response.headers["allow"]

"""Clients, pipelines and reports over HTTP, for tests that need some."""

from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from tests.http.api import Api

NOBODY = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"
_numbers = count(1)


def new_client(api: Api, **body: Any) -> dict[str, Any]:
    return _created(api.client.post("/v1/clients", json={"name": f"Client {uuid4().hex}", **body}))


def new_pipeline(api: Api, client: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    client = client or new_client(api)
    body = {"name": f"Pipeline {next(_numbers)}", **body}
    return _created(api.client.post(f"/v1/clients/{client['id']}/pipelines", json=body))


def report(api: Api, pipeline: dict[str, Any], external_run_id: str, status: str, **body: Any) -> dict[str, Any]:
    """What the report did, and the run."""
    response = api.client.post(
        f"/v1/pipelines/{pipeline['id']}/runs",
        json={"external_run_id": external_run_id, "status": status, **body},
    )
    assert response.status_code in {200, 201}, response.text
    answer: dict[str, Any] = response.json()
    return answer


def get(api: Api, path: str, **query: Any) -> dict[str, Any]:
    response = api.client.get(path, params=query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def all_pages(api: Api, path: str, **query: Any) -> list[dict[str, Any]]:
    """A list, two items at a time."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = get(api, path, limit=2, **query, **cursor)
        items.extend(page["items"])
        if page["next_cursor"] is None:
            return items
        assert len(page["items"]) == 2
        cursor = {"cursor": page["next_cursor"]}


def change(api: Api, path: str, if_match: str | None, **body: Any) -> httpx.Response:
    headers = {} if if_match is None else {"If-Match": if_match}
    return api.client.patch(path, json=body, headers=headers)


def _created(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 201, response.text
    assert response.headers["etag"] == '"1"'
    body: dict[str, Any] = response.json()
    assert body["revision"] == 1
    return body

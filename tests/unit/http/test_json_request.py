"""Bodies that are no JSON, or that say so wrongly."""

from typing import Annotated, Any

import msgspec
import pytest
from litestar import Litestar, post
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import JSONBody
from litestar.testing import TestClient
from msgspec import Meta

from forebay.domain.errors import ForebayError
from forebay.entrypoints.http.json_request import json_only
from forebay.entrypoints.http.problems import on_defect, on_forebay_error, on_http_error, on_validation_error

JSON = "application/json"


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    size: int = 0


class Body(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=10)]
    inner: list[Inner] = []


@post("/", before_request=json_only, status_code=200)
async def named(data: JSONBody[Body]) -> str:
    return data.name


def send(content: bytes, **headers: str) -> Any:
    app = Litestar(
        [named],
        exception_handlers={
            ForebayError: on_forebay_error,
            ValidationException: on_validation_error,
            HTTPException: on_http_error,
            Exception: on_defect,
        },
        openapi_config=None,
        logging_config=None,
    )
    with TestClient(app) as client:
        named_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post("/", content=content, headers=named_headers)


@pytest.mark.parametrize("content_type", [JSON, "APPLICATION/JSON", f"{JSON}; charset=utf-8", f"{JSON}; charset=UTF-8"])
def test_json_is_read(content_type: str) -> None:
    response = send('{"name": "größe"}'.encode(), content_type=content_type)
    assert (response.status_code, response.text) == (200, "größe")


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"content_type": "text/plain"}, "Content-Type"),
        ({}, "Content-Type"),
        ({"content_type": "application/merge-patch+json"}, "Content-Type"),
        ({"content_type": "multipart/form-data; boundary=x"}, "Content-Type"),
        ({"content_type": f"{JSON}; charset=latin-1"}, "Content-Type"),
        ({"content_type": JSON, "content_encoding": "gzip"}, "Content-Encoding"),
    ],
)
def test_anything_else_is_415(headers: dict[str, str], field: str) -> None:
    response = send(b'{"name": "x"}', **headers)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert response.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"nonsense", "not JSON"),
        (b'{"name": ', "not JSON"),
        (b'{"name": "\xff"}', "not JSON"),
        (b'{"name": "\\ud800"}', "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"name":' * 100_000, "nested too deeply"),
        (b'{"name": NaN}', "not JSON"),
    ],
)
def test_what_cannot_be_parsed_is_400(content: bytes, says: str) -> None:
    response = send(content, content_type=JSON)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert says in response.json()["detail"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"{}", "name"),
        (b"[]", "body"),
        (b"null", "body"),
        (b'{"name": 1}', "name"),
        (b'{"name": "x", "colour": 1}', "colour"),
        (b'{"name": "xxxxxxxxxxxx"}', "name"),
        (b'{"name": "x", "inner": [{}, {"size": []}]}', "inner[1].size"),
        (b'{"name": "x", "inner": [{}, {"colour": 1}]}', "inner[1].colour"),
    ],
)
def test_what_does_not_fit_names_its_field(content: bytes, field: str) -> None:
    response = send(content, content_type=JSON)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_parameter")
    assert [error["field"] for error in response.json()["errors"]] == [field]

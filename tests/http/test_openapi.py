"""The OpenAPI document: up to date, and kept by the server."""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from forebay.bootstrap.asgi import openapi_text
from tests.http.api import Api
from tests.http.papers import pdf, read

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi" / "openapi.v1.json"


def test_the_committed_document_is_the_one_of_this_code() -> None:
    assert COMMITTED.read_text() == openapi_text(), "run `make openapi` and commit the result"


schema = schemathesis.openapi.from_dict(json.loads(openapi_text()))


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_makes_a_5xx_or_an_answer_that_is_not_documented(case: schemathesis.Case[Any], api: Api) -> None:
    assert_as_documented(case, api)


@pytest.fixture(scope="session")
def known(working: Api) -> dict[str, str]:
    """Something that is there for each id that a path may have."""
    document = read(working, "known.pdf", pdf(["Known to all", "And sundry"]))
    category = working.client.post("/v1/categories", json={"name": "Known"}).json()
    return {"document_id": document["id"], "category_id": category["id"]}


@schema.include(path_regex=r"\{(document|category)_id\}").exclude(method="DELETE").parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_nor_does_one_about_something_that_is_there(
    case: schemathesis.Case[Any], working: Api, known: dict[str, str]
) -> None:
    case.path_parameters = {name: known[name] for name in case.path_parameters}
    assert_as_documented(case, working)


def assert_as_documented(case: schemathesis.Case[Any], api: Api) -> None:
    response = case.call(base_url=api.server.url)
    assert response.status_code < 500
    case.validate_response(
        response,
        checks=[
            schemathesis.checks.status_code_conformance,
            schemathesis.checks.content_type_conformance,
            schemathesis.checks.response_schema_conformance,
        ],
    )


@pytest.mark.parametrize(
    "path", ["/v1/runs", "/v1/uploads", "/v1/jobs", "/v1/events", "/v1/models", "/v1/documents", "/v1/categories"]
)
def test_every_operation_has_a_summary_and_a_problem(path: str) -> None:
    for operation in json.loads(openapi_text())["paths"][path].values():
        assert operation["summary"]
        assert "application/problem+json" in json.dumps(operation["responses"])


def test_every_answer_that_is_an_error_is_a_problem() -> None:
    document = json.loads(openapi_text())
    others = [
        f"{method} {path} {status}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        if status >= "400" and list(response["content"]) != ["application/problem+json"]
    ]
    assert others == ["get /readyz 503"]

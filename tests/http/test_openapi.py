"""The OpenAPI document: up to date, and kept by the server."""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from forebay.bootstrap.asgi import openapi_text
from tests.http.api import Api

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi" / "openapi.v1.json"


def test_the_committed_document_is_the_one_of_this_code() -> None:
    assert COMMITTED.read_text() == openapi_text(), "run `make openapi` and commit the result"


schema = schemathesis.openapi.from_dict(json.loads(openapi_text()))


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_makes_a_5xx_or_an_answer_that_is_not_documented(case: schemathesis.Case[Any], api: Api) -> None:
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


@pytest.mark.parametrize("path", ["/v1/runs", "/v1/uploads", "/v1/jobs", "/v1/events", "/v1/models"])
def test_every_operation_has_a_summary_and_a_problem(path: str) -> None:
    for operation in json.loads(openapi_text())["paths"][path].values():
        assert operation["summary"]
        assert "application/problem+json" in json.dumps(operation["responses"])

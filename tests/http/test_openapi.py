"""The OpenAPI document: up to date, and kept by the server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from forebay.bootstrap.asgi import openapi_text
from forebay.entrypoints.http.schemas.run_batches import ReportRecord
from tests.http.api import Api
from tests.http.papers import pdf, read
from tests.http.pipelines_office import new_client, new_pipeline, report

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi" / "openapi.v1.json"


def test_the_committed_document_is_the_one_of_this_code() -> None:
    assert COMMITTED.read_text() == openapi_text(), "run `make openapi` and commit the result"


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_document_is_the_same_in_every_process(seed: str) -> None:
    """Components of one name from two places must not differ, or the order of a set decides which is shown."""
    command = [sys.executable, "-m", "forebay", "openapi"]
    made = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True)
    assert json.loads(made.stdout) == json.loads(COMMITTED.read_text())


@schemathesis.serializer("application/x-ndjson")
def as_it_is(_: object, value: object) -> bytes:
    """Lines are a text to OpenAPI."""
    return value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


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
    client = new_client(working)
    pipeline = new_pipeline(working, client, platform="dbt", external_id="known", expect_every_seconds=60)
    run = report(working, pipeline, "known", "failed", payload={"known": True})["run"]
    return {
        "document_id": document["id"],
        "category_id": category["id"],
        "client_id": client["id"],
        "pipeline_id": pipeline["id"],
        "run_id": run["id"],
    }


@schema.include(path_regex=r"\{(document|category|client|pipeline)_id\}").exclude(method="DELETE").parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_nor_does_one_about_something_that_is_there(
    case: schemathesis.Case[Any], working: Api, known: dict[str, str]
) -> None:
    case.path_parameters = {name: known[name] for name in case.path_parameters}
    assert_as_documented(case, working)


def assert_as_documented(case: schemathesis.Case[Any], api: Api) -> None:
    response = case.call(base_url=api.server.url, timeout=30)  # of patience with a busy machine
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
    "path",
    [
        "/v1/runs",
        "/v1/uploads",
        "/v1/jobs",
        "/v1/events",
        "/v1/models",
        "/v1/documents",
        "/v1/categories",
        "/v1/clients",
        "/v1/pipelines",
        "/v1/pipelines/{pipeline_id}",
        "/v1/pipelines/health",
        "/v1/pipeline-runs:batch",
    ],
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


def test_a_record_of_a_batch_is_documented_field_by_field() -> None:
    """It is written by hand: the handler reads the body itself."""
    content = json.loads(openapi_text())["paths"]["/v1/pipeline-runs:batch"]["post"]["requestBody"]["content"]
    record = content["application/json"]["schema"]["items"]
    decoded = {field.encode_name: field for field in msgspec.structs.fields(ReportRecord)}
    assert set(record["properties"]) == set(decoded)
    assert set(record["required"]) == {name for name, field in decoded.items() if field.required}
    assert record["additionalProperties"] is False

"""/v1/ingestion-sync without any source."""

import pytest

from tests.http.api import Api

UNKNOWN = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"


def test_without_sources_there_is_nothing_to_see(api: Api) -> None:
    response = api.client.get("/v1/ingestion-sync")
    assert (response.status_code, response.json()) == (200, {"items": []})


@pytest.mark.parametrize("body", [{}, {"source": "acme"}, {"pipeline_id": UNKNOWN}])
def test_without_sources_the_setting_is_named(api: Api, body: dict[str, str]) -> None:
    response = api.client.post("/v1/ingestion-sync", json=body)
    assert (response.status_code, response.json()["code"]) == (422, "unknown_run_source")
    assert "FOREBAY_SOURCES_FILE" in response.json()["detail"]


def test_a_source_that_never_was_has_no_state(api: Api) -> None:
    response = api.client.get("/v1/ingestion-sync", params={"source": "acme"})
    assert (response.status_code, response.json()["code"]) == (422, "unknown_run_source")


@pytest.mark.parametrize(
    "body", [{"pipeline_id": "x"}, {"source": "a\0b"}, {"pipelines": []}, {"source": "x" * 65}, []]
)
def test_a_body_that_is_none_is_refused(api: Api, body: object) -> None:
    response = api.client.post("/v1/ingestion-sync", json=body)
    assert response.status_code in {400, 422}
    assert response.headers["content-type"] == "application/problem+json"

"""What watches Forebay: Prometheus, and by FOREBAY_STACK_WITH what else the machine can get images of."""

import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stack.compose import ROOT
from tests.stack.stack import Stack
from tests.stack.waiting import eventually

VARIABLE = "FOREBAY_STACK_WITH"
# On the CI machine and its like only Debian's Prometheus can be had (tests/stack/prometheus), so it says `prometheus`.
WITH = os.environ.get(VARIABLE, "prometheus,grafana,metabase").split(",")
RULES = ROOT / "deploy" / "prometheus" / "rules"
DASHBOARDS = ROOT / "deploy" / "grafana" / "dashboards"


@pytest.mark.parametrize("service", WITH)
def test_it_comes_up_and_sees_what_it_is_to_see(stack: Stack, service: str) -> None:
    stack.compose.up(service)
    assert [(one.state, one.health) for one in stack.compose.of(service)] == [("running", "healthy")]
    LOOKS[service](stack)


def see_prometheus(stack: Stack) -> None:
    """It reads every process, and evaluates every rule."""
    api = f"{stack.url_of('PROMETHEUS_PORT')}/api/v1"

    def targets() -> list[tuple[str, str, str]]:
        active = _data(f"{api}/targets")["activeTargets"]
        return sorted((one["labels"]["job"], one["health"], one["lastError"]) for one in active)

    def rules() -> dict[str, tuple[str, str]]:
        groups = _data(f"{api}/rules")["groups"]
        return {
            rule["name"]: (rule["health"], rule.get("lastError", "")) for group in groups for rule in group["rules"]
        }

    jobs = ["forebay-api", "forebay-worker", "prometheus"]
    eventually(lambda: targets() == [(job, "up", "") for job in jobs], lambda: f"not all is read: {targets()}")
    names = {name for file in RULES.glob("*.yml") for name in _names(file)}
    eventually(lambda: rules() == dict.fromkeys(names, ("ok", "")), lambda: f"of {names} there are {rules()}")


def see_grafana(stack: Stack) -> None:
    """It has the dashboards, and reaches what they show."""
    login = ("admin", stack.settings["GRAFANA_PASSWORD"])
    with httpx.Client(base_url=stack.url_of("GRAFANA_PORT"), auth=login, timeout=60) as http:
        found = http.get("/api/search", params={"type": "dash-db"}).raise_for_status().json()
        assert len(found) == len(list(DASHBOARDS.glob("*.json")))
        for source in http.get("/api/datasources").raise_for_status().json():
            answer = http.get(f"/api/datasources/uid/{source['uid']}/health")
            assert (answer.status_code, answer.json()["status"]) == (200, "OK"), (source["name"], answer.text)


def see_metabase(stack: Stack) -> None:
    """It has its own database; who uses it sets it up in the browser."""
    answer = httpx.get(f"{stack.url_of('METABASE_PORT')}/api/health", timeout=60)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


LOOKS = {"prometheus": see_prometheus, "grafana": see_grafana, "metabase": see_metabase}


def _names(rules: Path) -> list[str]:
    return re.findall(r"^ *- (?:alert|record): (\S+)$", rules.read_text(), re.MULTILINE)


def _data(url: str, **query: str) -> dict[str, Any]:
    response = httpx.get(url, params=query, timeout=60)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()["data"]
    return data

"""The questions of Grafana's dashboards and of Metabase run on PostgreSQL, and are about the views alone.

The dashboard of Forebay's own operation asks Prometheus: tests/deploy/test_grafana.py.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from forebay.adapters.sql.migrate import migration_connection, upgrade
from tests.integration.dashboards.conftest import HOUR, add_client, add_pipeline, add_run

DEPLOY = Path(__file__).parents[3] / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
SQL = [path for path in DASHBOARDS if path.stem != "forebay-operations"]
QUESTIONS = sorted((DEPLOY / "metabase").glob("*.sql"))
_READS = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")
_RANGE = "'2000-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'"


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Connection]:
    upgrade(postgres_url)
    with migration_connection(postgres_url) as connection:
        for name in ("Acme", "O'Neill"):
            pipeline = add_pipeline(connection, add_client(connection, name), "nightly")
            for hours, status in enumerate(["failed", "success"], start=1):
                add_run(connection, pipeline, status, ago=hours * HOUR)
        yield connection


def panels(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text())["panels"]
    assert isinstance(found, list)
    return found


def as_grafana_sends_it(query: str, *, client: str) -> str:
    """Its macros and variables written out. https://grafana.com/docs/grafana/latest/datasources/postgres/"""
    query = query.replace("${client:sqlstring}", client)
    query = re.sub(r"\$__timeFilter\((\w+)\)", rf"\1 BETWEEN {_RANGE}", query)
    grouped = r'floor(extract(epoch from \1)/3600)*3600 AS "time"'
    query = re.sub(r"\$__timeGroupAlias\((\w+), \$__interval, 0\)", grouped, query)
    assert "$" not in query, query
    return query


def as_metabase_sends_it(query: str, *, client: str | None) -> str:
    """Optional parts are left out where their variable is not set."""
    if client is None:
        return re.sub(r"\[\[.*?\]\]", "", query)
    return query.replace("[[", "").replace("]]", "").replace("{{client}}", client)


PANELS = [(path.stem, panel) for path in SQL for panel in panels(path)]


@pytest.mark.parametrize(("dashboard", "panel"), PANELS, ids=[f"{name}-{panel['title']}" for name, panel in PANELS])
@pytest.mark.parametrize("client", ["'All'", "'O''Neill'", "'Acme','O''Neill'"])
def test_panels_of_grafana_have_answers(
    postgres: Connection, dashboard: str, panel: dict[str, Any], client: str
) -> None:
    [target] = panel["targets"]
    query = as_grafana_sends_it(target["rawSql"], client=client)
    assert all(name.startswith("dashboard_") for name in _READS.findall(query)), query
    found = postgres.execute(text(query.replace(":", r"\:"))).all()
    assert found or "alert" in query, f"{dashboard}: {query}"


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("client", [None, "'O''Neill'"])
def test_questions_of_metabase_have_answers(postgres: Connection, path: Path, client: str | None) -> None:
    query = as_metabase_sends_it(path.read_text(), client=client)
    assert all(name.startswith("dashboard_") for name in _READS.findall(query)), query
    found = postgres.execute(text(query)).all()
    assert found or "alert" in query, query


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_use_the_provisioned_source(path: Path) -> None:
    provisioned = (DEPLOY / "grafana" / "provisioning" / "datasources" / "forebay.yaml").read_text()
    dashboard = json.loads(path.read_text())
    assert dashboard["uid"] == path.stem
    shown = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    sources = [panel["datasource"] for panel in shown]
    sources += [target["datasource"] for panel in shown for target in panel["targets"]]
    sources += [variable["datasource"] for variable in dashboard["templating"]["list"]]
    for source in sources:
        assert f"uid: {source['uid']}\n" in provisioned
        assert f"type: {source['type']}\n" in provisioned
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_variables_have_values(postgres: Connection, path: Path) -> None:
    for variable in json.loads(path.read_text())["templating"]["list"]:
        assert [row[0] for row in postgres.execute(text(variable["query"]))] == ["Acme", "O'Neill"]
        assert variable["allValue"] == "'All'", "taken as it is, without quotes of Grafana's"


def test_nothing_in_them_is_a_secret() -> None:
    for path in DEPLOY.rglob("*.yaml"):
        assert not re.search(r"password: (?!\$\{)", path.read_text()), path

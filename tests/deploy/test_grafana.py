"""The dashboard of Forebay's own operation: a sound model, on provisioned sources, about metrics that are there.

Those about pipelines read the database: tests/integration/dashboards runs their queries.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.exposed import Exposed
from tests.deploy.queries import faults
from tests.deploy.rules import recorded_series

GRAFANA = Path(__file__).parents[2] / "deploy" / "grafana"
FILES = sorted((GRAFANA / "dashboards").glob("*.json"))
DASHBOARDS: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in FILES}
OPERATIONS = DASHBOARDS["forebay-operations"]
PANELS: list[dict[str, Any]] = [panel for panel in OPERATIONS["panels"] if panel["type"] != "row"]
SOURCE = {"type": "prometheus", "uid": "forebay-prometheus"}
# Grafana's own names: https://grafana.com/docs/grafana/latest/panels-visualizations/ and its list of units
KINDS = {"row", "stat", "timeseries", "table", "state-timeline", "bargauge", "piechart", "barchart"}
UNITS = {"none", "percentunit", "reqps", "ops", "s", "Bps", "bytes"}
_NAMED = re.compile(r"\{\{(\w+)\}\}")


def as_grafana_sends_it(query: str) -> str:
    """Variables written out. https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/"""
    query = query.replace("$__rate_interval", "1m").replace("$__range", "6h")
    query = query.replace("$job", ".*").replace("$instance", ".*")
    assert "$" not in query, query
    return query


TARGETS = [(f"{panel['title']}-{target['refId']}", target) for panel in PANELS for target in panel["targets"]]


@pytest.mark.parametrize(("name", "target"), TARGETS, ids=[name for name, _ in TARGETS])
def test_panels_are_about_what_is_there(shown: Exposed, name: str, target: dict[str, Any]) -> None:
    series = {**shown.series, **recorded_series()}
    query = as_grafana_sends_it(target["expr"])
    assert not faults(query, series), name
    labels = {label for name in series if name in query for label in series[name]} | {"job", "instance"}
    assert set(_NAMED.findall(target["legendFormat"])) <= labels


def test_variables_and_annotations_are_about_what_is_there(shown: Exposed) -> None:
    variables = OPERATIONS["templating"]["list"]
    assert [variable["name"] for variable in variables] == ["job", "instance"]
    for variable in variables:
        asked = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"])
        assert asked is not None
        assert not faults(as_grafana_sends_it(asked[1]), shown.series)
        assert asked[2] == variable["name"]
        assert "allValue" not in variable, "all that there are of Forebay, not all that Prometheus knows"
        assert variable["query"]["query"] == variable["definition"]
    for annotation in OPERATIONS["annotations"]["list"]:
        assert not faults(annotation["expr"], shown.series)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["type"] in KINDS
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    references = [target["refId"] for target in panel["targets"]]
    assert references == list("ABCD"[: len(references)])
    for source in [panel["datasource"], *(target["datasource"] for target in panel["targets"])]:
        assert source == SOURCE
    shape = {("time_series", True, False), ("table", False, True)}
    assert {(target["format"], target["range"], target["instant"]) for target in panel["targets"]} <= shape


def test_what_every_process_says_of_the_queue_is_not_summed() -> None:
    about = [target["expr"] for _, target in TARGETS if "queue_" in target["expr"]]
    assert about
    for query in about:
        assert re.match(r"max(?: by \(\w+\) ?)?\(forebay_queue_|forebay:queue_\w+:max$", query), query


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_found_again_and_its_panels_do_not_overlap(name: str) -> None:
    dashboard = DASHBOARDS[name]
    assert dashboard["uid"] == name
    assert dashboard["title"].startswith("Forebay: ")
    assert dashboard["tags"] == ["forebay"]
    assert dashboard["schemaVersion"] >= 39  # of Grafana 11; later ones bring it up to date by themselves
    assert "id" not in dashboard, "it is Grafana's to give"
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    cells = [cell for panel in dashboard["panels"] for cell in _cells(panel["gridPos"])]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_each_metric_of_forebay_is_on_the_dashboard(shown: Exposed) -> None:
    text = json.dumps(OPERATIONS)
    names = {name for name in shown.families if name.startswith("forebay_")}
    assert {name for name in names if name not in text} == set()


def _cells(place: dict[str, int]) -> list[tuple[int, int]]:
    x, y = place["x"], place["y"]
    return [(column, row) for column in range(x, x + place["w"]) for row in range(y, y + place["h"])]

"""The rules of deploy/prometheus, read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # ships no types

from tests.deploy.queries import grouped_by

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
CONFIG = FOLDER / "prometheus.yml"
RULES = sorted((FOLDER / "rules").glob("*.yml"))
TESTS = sorted((FOLDER / "tests").glob("*.yml"))


@dataclass(frozen=True, kw_only=True)
class Alarm:
    name: str
    query: str
    wait: str
    severity: str
    annotations: Mapping[str, str]

    @property
    def labels_named(self) -> set[str]:
        """Those of the result that its texts mention."""
        return set(re.findall(r"\$labels\.(\w+)", " ".join(self.annotations.values())))


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def recorded() -> dict[str, str]:
    """Queries by the names under which their results are kept."""
    return {rule["record"]: rule["expr"] for rule in _rules() if "record" in rule}


def recorded_series() -> dict[str, frozenset[str]]:
    """With their labels: those that the query groups by, all of which ours keep, but for the bounds of histograms."""
    return {name: frozenset(grouped_by(query) - {"le"}) for name, query in recorded().items()}


def alarms() -> list[Alarm]:
    return [
        Alarm(
            name=rule["alert"],
            query=rule["expr"],
            wait=rule.get("for", ""),
            severity=rule["labels"]["severity"],
            annotations=rule["annotations"],
        )
        for rule in _rules()
        if "alert" in rule
    ]


def _rules() -> list[dict[str, Any]]:
    return [rule for path in RULES for group in loaded(path)["groups"] for rule in group["rules"]]

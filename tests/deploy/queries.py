"""Queries of Prometheus, held against the metrics there are."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from promql_parser import AggModifierType, AggregateExpr, Expr, VectorSelector, parse, walk

TARGET_LABELS = frozenset({"job", "instance"})  # Prometheus adds them when it scrapes
OWN = {  # of Prometheus itself
    "up": frozenset[str](),
    "ALERTS": frozenset({"alertname", "alertstate", "severity"}),
}


@dataclass(frozen=True, kw_only=True)
class Selected:
    """A series that a query names, and the conditions on its labels: name, operator, value."""

    name: str
    conditions: tuple[tuple[str, str, str], ...]


def selected(query: str) -> list[Selected]:
    """ValueError for what cannot be parsed."""
    found: list[Selected] = []

    def see(expr: Expr) -> None:
        if isinstance(expr, VectorSelector):
            found.append(_selected(expr))

    walk(parse(query), see)
    return found


def grouped_by(query: str) -> Set[str]:
    """All labels that it groups by anywhere."""
    found: set[str] = set()

    def see(expr: Expr) -> None:
        if isinstance(expr, AggregateExpr) and expr.modifier is not None:
            assert expr.modifier.type == AggModifierType.By, "say which labels are kept: more may come"
            found.update(expr.modifier.labels)

    walk(parse(query), see)
    return found


def is_aggregated(query: str) -> bool:
    """Whether labels that it does not group by are gone from its result."""
    found: list[Expr] = []

    def see(expr: Expr) -> None:
        if isinstance(expr, AggregateExpr):
            found.append(expr)

    walk(parse(query), see)
    return bool(found)


def faults(query: str, series: Mapping[str, Set[str]]) -> list[str]:
    """What it names that is not there. `series`: the labels of each, without those of targets."""
    known = {**OWN, **series}
    wrong = [f"there is no {one.name}" for one in selected(query) if one.name not in known]
    labels: set[str] = set(TARGET_LABELS)
    for one in selected(query):
        own = known.get(one.name, frozenset())
        labels |= own
        names = {name for name, _, _ in one.conditions}
        wrong += [f"{one.name} has no label {name}" for name in sorted(names - own - TARGET_LABELS)]
    return wrong + [f"nothing to group by {name}" for name in sorted(grouped_by(query) - labels)]


def _selected(vector: VectorSelector) -> Selected:
    assert vector.name is not None, "a query names its metric"
    conditions = tuple((str(one.name), str(one.op), str(one.value)) for one in vector.matchers.matchers)
    return Selected(name=vector.name, conditions=conditions)

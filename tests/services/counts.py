"""How many tests ran on each adapter, so that a summary shows at a glance what a run proved and what it did not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

ADAPTERS = ("sqlite", "postgres", "filesystem", "s3", "memory", "redis")
OUTCOMES = ("passed", "failed", "skipped")
FIXTURES = {
    "postgres_server": "postgres",
    "s3_server": "s3",
    "redis_server": "redis",
}


def adapters_of(item: pytest.Item) -> frozenset[str]:
    """What a test runs on: its `adapter` markers, the words of its parametrisation id, the services it asks for."""
    named = {str(name) for marker in item.iter_markers("adapter") for name in marker.args}
    if unknown := sorted(named - set(ADAPTERS)):
        raise pytest.UsageError(f"{item.nodeid}: no adapter {', '.join(unknown)}; there are {', '.join(ADAPTERS)}")
    # Not isinstance(item, Function): doctests and other items have no fixtures and no parameters, and that is fine.
    callspec = getattr(item, "callspec", None)
    words = set(re.split(r"[^a-z0-9]+", callspec.id.lower())) if callspec is not None else set[str]()
    services = {FIXTURES[name] for name in getattr(item, "fixturenames", ()) if name in FIXTURES}
    return frozenset(named | (words & set(ADAPTERS)) | services)


class AdapterCounts:
    """A pytest plugin that counts outcomes by adapter; a test on two adapters counts for both."""

    def __init__(self) -> None:
        self._adapters: dict[str, frozenset[str]] = {}
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        ours = Path(__file__).parent  # tests of the services themselves say nothing about an adapter
        self.expect(item for item in session.items if not item.path.is_relative_to(ours))

    def expect(self, items: Iterable[pytest.Item]) -> None:
        """Count the reports on these tests and no others."""
        self._adapters = {item.nodeid: adapters_of(item) for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # Every test has one call phase; a skip or an error in set-up has none, and one in tear-down is a failure more.
        if report.when == "call" or report.outcome != "passed":
            for adapter in self._adapters.get(report.nodeid, frozenset()):
                self._counts[adapter][report.outcome] += 1

    def lines(self) -> list[str]:
        """A table with a row for every adapter, those without a test too."""
        header = f"{'adapter':<12}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES)
        return [
            header,
            *(
                f"{adapter:<12}" + "".join(f"{self._counts[adapter][outcome]:>9}" for outcome in OUTCOMES)
                for adapter in ADAPTERS
            ),
        ]

"""How many tests ran on each adapter, so that a summary shows at a glance what a run proved and what it did not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ADAPTERS = ("sqlite", "postgres", "filesystem", "s3", "memory", "redis")
PROPERTY = "adapter"
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


def note_adapters(item: pytest.Item) -> None:
    """Have every report on the test name its adapters, also one that comes from another process."""
    item.user_properties += [(PROPERTY, adapter) for adapter in sorted(adapters_of(item))]


class AdapterCounts:
    """A pytest plugin that counts outcomes by adapter; a test on two adapters counts for both."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        ours = Path(__file__).parent  # tests of the services themselves say nothing about an adapter
        for item in session.items:
            if not item.path.is_relative_to(ours):
                note_adapters(item)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # Every test has one call phase; a skip or an error in set-up has none, and one in tear-down is a failure more.
        if report.when == "call" or report.outcome != "passed":
            for name, adapter in report.user_properties:
                if name == PROPERTY:
                    self._counts[str(adapter)][report.outcome] += 1

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

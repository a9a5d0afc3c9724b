"""A test counts for every adapter that it ran on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.services.counts import AdapterCounts, adapters_of, note_adapters

Request = pytest.FixtureRequest


@pytest.mark.parametrize("store", ["memory", "sqlite+filesystem"])
def test_the_words_of_a_parameter_count(request: Request, store: str) -> None:
    assert adapters_of(request.node) == set(store.split("+"))


@pytest.mark.adapter("filesystem", "memory")
def test_a_marker_counts(request: Request) -> None:
    assert adapters_of(request.node) == {"filesystem", "memory"}


def test_a_test_of_something_else_counts_for_none(request: Request) -> None:
    assert adapters_of(request.node) == set()


def test_a_marker_for_an_adapter_that_there_is_not_is_refused(request: Request) -> None:
    request.node.add_marker(pytest.mark.adapter("floppy"))
    with pytest.raises(pytest.UsageError, match="no adapter floppy; there are sqlite"):
        adapters_of(request.node)


@pytest.fixture
def report(request: Request) -> Callable[[str, str], pytest.TestReport]:
    def report(when: str, outcome: str) -> pytest.TestReport:
        return pytest.TestReport(
            nodeid=request.node.nodeid,
            location=request.node.location,
            keywords={},
            outcome=outcome,  # type: ignore[arg-type]  # a word of pytest's own
            longrepr=None,
            when=when,  # type: ignore[arg-type]  # a word of pytest's own
            user_properties=request.node.user_properties,
        )

    return report


@pytest.mark.adapter("memory")
def test_each_outcome_has_its_column(
    request: Request, monkeypatch: pytest.MonkeyPatch, report: Callable[[str, str], pytest.TestReport]
) -> None:
    counts = AdapterCounts()
    with monkeypatch.context() as patch:
        patch.setattr(request.node, "user_properties", [])  # so that this test does not count itself
        note_adapters(request.node)
        for when, outcome in [("setup", "passed"), ("call", "passed"), ("teardown", "passed"), ("setup", "skipped")]:
            counts.pytest_runtest_logreport(report(when, outcome))
    assert "memory              1        0        1" in counts.lines()
    assert "s3                  0        0        0" in counts.lines()

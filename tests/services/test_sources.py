"""Sources are tried in order, and a run says which one it used, or why there was none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.services.session import ServiceSession, required_services
from tests.services.sources import (
    PortTakenError,
    Server,
    Source,
    UnavailableError,
    allowed_sources,
    first_available,
)


class NoControl:
    """A server without a life: these tests are about where servers come from."""

    def start(self) -> None:
        raise AssertionError

    def kill(self) -> None:
        raise AssertionError

    def exited(self) -> str | None:
        raise AssertionError


@contextmanager
def works() -> Iterator[Server]:
    yield Server(control=NoControl(), source="wheel w 1.0")


class Absent(AbstractContextManager[Server]):
    """A source that this machine does not offer."""

    def __enter__(self) -> Server:
        raise UnavailableError("not today")

    def __exit__(self, *exc: object) -> None:
        raise AssertionError("never entered, so never left")


@pytest.fixture(autouse=True)
def _all_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOREBAY_TEST_SOURCES", raising=False)


def test_the_first_source_that_works_is_used_and_the_others_say_why_not() -> None:
    with first_available([Source("container", Absent), Source("wheel", works)]) as server:
        assert server.report() == "wheel w 1.0; not from container: not today"


def test_without_any_source_every_reason_is_given() -> None:
    with (
        pytest.raises(UnavailableError, match="container: not today; wheel: not today"),
        first_available([Source("container", Absent), Source("wheel", Absent)]),
    ):
        raise AssertionError


def test_a_port_that_was_snatched_away_is_tried_again() -> None:
    attempts = iter([PortTakenError("in use"), PortTakenError("in use")])

    @contextmanager
    def third_time() -> Iterator[Server]:
        for error in attempts:
            raise error
        with works() as server:
            yield server

    with first_available([Source("container", third_time)]) as server:
        assert server.passed_over == ()


def test_a_variable_limits_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_TEST_SOURCES", "wheel")
    with first_available([Source("container", works), Source("wheel", works)]) as server:
        assert server.report() == "wheel w 1.0; not from container: left out by FOREBAY_TEST_SOURCES"


def test_names_that_there_are_not_are_refused() -> None:
    with pytest.raises(ValueError, match="FOREBAY_TEST_SOURCES names docker; there are only container"):
        allowed_sources({"FOREBAY_TEST_SOURCES": "docker"})
    with pytest.raises(ValueError, match="FOREBAY_REQUIRE names mysql; there are only postgres, s3"):
        required_services({"FOREBAY_REQUIRE": "mysql, s3"})


def missing() -> AbstractContextManager[Server]:
    return first_available([Source("wheel", Absent)])


def test_a_missing_service_skips_with_the_reason_and_shows_in_the_summary() -> None:
    session = ServiceSession(required=frozenset())
    with pytest.raises(pytest.skip.Exception, match="no s3: wheel: not today"), session.provide("s3", missing()):
        raise AssertionError
    assert "s3        missing: wheel: not today" in session.lines()


def test_a_missing_service_that_is_required_is_a_failure() -> None:
    session = ServiceSession(required=required_services({"FOREBAY_REQUIRE": "s3"}))
    with pytest.raises(pytest.fail.Exception, match="FOREBAY_REQUIRE asks for s3"), session.provide("s3", missing()):
        raise AssertionError


def test_a_service_in_use_and_one_that_nobody_wanted_show_in_the_summary() -> None:
    session = ServiceSession(required=frozenset())
    with session.provide("s3", works()):
        pass
    assert session.lines() == [
        "postgres  not asked for by the tests of this run",
        "s3        wheel w 1.0",
        "redis     not asked for by the tests of this run",
        "corpus    not asked for by the tests of this run",
        "ocr       not asked for by the tests of this run",
        "browser   not asked for by the tests of this run",
        "promtool  not asked for by the tests of this run",
        "kubectl   not asked for by the tests of this run",
    ]

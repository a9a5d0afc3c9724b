"""The pytest side of the services: fixtures, FOREBAY_REQUIRE, and what the summary says of services and adapters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from tests.services.browser import Browser, browser
from tests.services.containers import end_reaper
from tests.services.counts import AdapterCounts
from tests.services.postgres import PostgresServer, postgres
from tests.services.redis import RedisServer, redis
from tests.services.s3 import S3Server, s3
from tests.services.session import ServiceSession, required_services
from tests.services.sources import allowed_sources

SESSION = pytest.StashKey[ServiceSession]()
COUNTS = pytest.StashKey[AdapterCounts]()
SESSION_OUTPUT = "forebay_services"


class ProcessOfTests(Protocol):
    """What pytest-xdist, which ships no types, tells of a process that ran tests."""

    config: pytest.Config


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "adapter(name, ...): the adapters that this test counts for in the summary")
    try:
        required = required_services()
        allowed_sources()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[SESSION] = ServiceSession(required)
    config.stash[COUNTS] = AdapterCounts()
    config.pluginmanager.register(config.stash[COUNTS], "forebay-adapter-counts")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: ProcessOfTests) -> None:
    """One of several processes has ended (pytest-xdist): what it found belongs into the one summary."""
    output = getattr(node, "workeroutput", None)  # not there if it crashed
    if output is not None:
        node.config.stash[SESSION].join(output[SESSION_OUTPUT])


@pytest.hookimpl(trylast=True)  # servers end before
def pytest_sessionfinish(session: pytest.Session) -> None:
    end_reaper()
    output = getattr(session.config, "workeroutput", None)  # only there in one of several processes
    if output is not None:
        output[SESSION_OUTPUT] = session.config.stash[SESSION].found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.section("services")
    for line in config.stash[SESSION].lines():
        terminalreporter.write_line(line)
    terminalreporter.section("tests by adapter")
    for line in config.stash[COUNTS].lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """The PostgreSQL of this run, started when the first test asks for it. Do not kill it: open one of your own."""
    with pytestconfig.stash[SESSION].provide("postgres", postgres(mortal=False)) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database that only this test has."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="module")
def postgres_module_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a database that is empty when the module begins and that its tests share."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def s3_server(pytestconfig: pytest.Config) -> Iterator[S3Server]:
    """The S3 server of this run, started when the first test asks for it. Do not kill it: open one of your own."""
    with pytestconfig.stash[SESSION].provide("s3", s3()) as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> Iterator[str]:
    """A bucket name that only this test has. The bucket is not there yet: the adapter creates it."""
    with s3_server.bucket() as name:
        yield name


@pytest.fixture(scope="session")
def redis_server(pytestconfig: pytest.Config) -> Iterator[RedisServer]:
    """The Redis of this run, started when the first test asks for it. Do not kill it: open one of your own."""
    with pytestconfig.stash[SESSION].provide("redis", redis()) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> Iterator[str]:
    """The URL of an empty database that only this test has."""
    with redis_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """A browser of this machine. It is not started: tests/browser does that."""
    with pytestconfig.stash[SESSION].provide("browser", browser()) as found:
        yield found

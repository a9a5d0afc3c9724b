"""The stack that the tests of this folder share. They run in the order of their files, which build on each other."""

import signal
from collections.abc import Generator, Iterator
from contextlib import ExitStack

import pytest

from tests.stack.compose import NEEDS_DOCKER, ComposeError, run
from tests.stack.receiver import Receiver, receiver_beside
from tests.stack.stack import Stack, running_stack
from tests.stack.visitor import Visitor

STACK = pytest.StashKey[Stack]()
_TEST_SECONDS = 1200  # of the first, which builds the image; every wait within has a limit of its own


def pytest_sessionstart() -> None:
    try:
        run(["docker", "version"], limit=60)
        run(["docker", "compose", "version"], limit=60)
    except ComposeError as error:
        pytest.exit(f"{NEEDS_DOCKER}. {error}", returncode=1)
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C: containers are taken down also when a script gives up
        signal.signal(number, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.timeout(_TEST_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    stack = item.config.stash.get(STACK, None)
    if report.failed and stack is not None:
        report.sections.append(("docker compose ps and logs", stack.compose.report()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.section("stack")
    stack = config.stash.get(STACK, None)
    for line in stack.lines() if stack is not None else ["did not come up"]:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with ExitStack() as opened:
        try:
            stack = opened.enter_context(running_stack(tmp_path_factory.mktemp("stack")))
        except ComposeError as error:
            request.session.shouldfail = "the stack does not come up"  # else every test would say so again
            pytest.fail(str(error), pytrace=False)
        request.config.stash[STACK] = stack
        yield stack


@pytest.fixture(scope="session")
def visitor(stack: Stack) -> Iterator[Visitor]:
    visitor = Visitor(stack.url, stack.ledger)
    with visitor.http:
        yield visitor


@pytest.fixture(scope="module")
def receiver(stack: Stack) -> Iterator[Receiver]:
    (api,) = stack.compose.of("api")
    with receiver_beside(api.id, name=f"{stack.compose.project}-receiver") as receiver:
        yield receiver

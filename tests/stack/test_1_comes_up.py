"""One command brings the whole stack up."""

from tests.stack.stack import Stack
from tests.stack.visitor import Visitor

ALWAYS = {"postgres", "redis", "s3", "api", "worker", "beat"}


def test_every_container_runs_and_is_healthy(stack: Stack) -> None:
    found = {one.service: one for one in stack.compose.containers()}
    assert set(found) == ALWAYS | {"migrate"}
    assert {name: (found[name].state, found[name].health) for name in ALWAYS} == dict.fromkeys(
        ALWAYS, ("running", "healthy")
    )
    assert (found["migrate"].state, found["migrate"].exit_code) == ("exited", 0)


def test_every_part_is_ready(stack: Stack, visitor: Visitor) -> None:
    assert visitor.failing() == set()
    assert {"db", "storage", "queue"} <= set(visitor.get("/health")["parts"])
    assert stack.failing_of_worker() == set()


def test_each_container_says_when_it_was_healthy(stack: Stack) -> None:
    """It stands in the summary of the run."""
    assert set(stack.beginnings) == ALWAYS | {"migrate"}

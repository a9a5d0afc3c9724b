"""More workers, one that dies, and fewer of them: each job is done."""

import re
from collections.abc import Iterator

import pytest

from tests.http.archives import tar
from tests.stack.stack import Stack
from tests.stack.visitor import Visitor
from tests.stack.waiting import eventually

MEMBERS = 2_000  # enough for a job to last for some seconds


@pytest.fixture(scope="module")
def three(stack: Stack) -> Iterator[Stack]:
    scale(stack, 3)
    yield stack
    scale(stack, 1)


def scale(stack: Stack, workers: int) -> None:
    stack.compose.up("--scale", f"worker={workers}", "--no-recreate")
    eventually(lambda: len(who_answer(stack)) == workers, lambda: f"{who_answer(stack)} answer, not {workers}")


def who_answer(stack: Stack) -> set[str]:
    """The names of Celery's workers that take jobs."""
    ping = ["celery", "-A", "forebay.entrypoints.worker.celery_app", "inspect", "ping", "--timeout", "1"]
    return set(re.findall(r"celery@(\w+)", stack.compose.execute("api", *ping)))


def long_jobs(visitor: Visitor, count: int) -> list[str]:
    """Runs whose jobs take a while."""
    return [
        visitor.upload(tar({f"{number}/{member}.txt": b"%d" % member for member in range(MEMBERS)}))["id"]
        for number in range(count)
    ]


def machines(visitor: Visitor, runs: list[str]) -> set[str]:
    """The containers that have begun to work on one of these runs."""
    begun = [worker for run in runs for worker in visitor.workers_of(visitor.job_of(run)["id"])]
    return {worker.rpartition(":")[0] for worker in begun}


def test_three_workers_share_the_jobs(three: Stack, visitor: Visitor) -> None:
    assert len(three.compose.of("worker")) == 3
    runs = long_jobs(visitor, 9)
    visitor.assert_all_is_there(runs)
    assert 2 <= len(machines(visitor, runs)) <= 3


def test_what_a_killed_worker_had_in_its_hands_is_done_by_others(three: Stack, visitor: Visitor) -> None:
    runs = long_jobs(visitor, 6)
    eventually(lambda: machines(visitor, runs), "no job has begun")
    one = three.compose.of("worker")[0]
    three.docker("kill", "--signal", "SIGKILL", one.id)
    visitor.assert_all_is_there(runs)
    three.docker("start", one.id)
    eventually(three.compose.are_well, lambda: f"a worker does not come back: {three.compose.containers()}")


def test_workers_that_are_taken_away_lose_no_job(three: Stack, visitor: Visitor) -> None:
    runs = long_jobs(visitor, 6)
    eventually(lambda: len(machines(visitor, runs)) > 1, "no two workers have begun")
    scale(three, 1)
    assert len(three.compose.of("worker")) == 1
    visitor.assert_all_is_there(runs)
    assert {visitor.job_of(run)["attempts"] for run in runs} == {1}

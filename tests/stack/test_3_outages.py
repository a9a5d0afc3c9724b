"""Parts of the stack go away one after the other, in order or at once, and come back; uploads never stop coming."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.http.archives import tar
from tests.stack.bystander import Bystander, questions_about
from tests.stack.stack import Stack
from tests.stack.trickle import Trickle
from tests.stack.visitor import Visitor
from tests.stack.waiting import eventually


class Outage(NamedTuple):
    """Of services of the compose file, which are parts of /readyz; and what an upload is answered meanwhile."""

    services: tuple[str, ...]
    parts: frozenset[str]
    end: tuple[str, ...]
    answer: int


STOP, KILL = ("stop",), ("kill", "--signal", "SIGKILL")
OUTAGES = [
    pytest.param(Outage(("postgres",), frozenset({"db"}), STOP, 503), id="postgres stopped"),
    pytest.param(Outage(("redis",), frozenset({"queue"}), STOP, 201), id="redis stopped"),
    pytest.param(Outage(("s3",), frozenset({"storage"}), STOP, 503), id="s3 stopped"),
    pytest.param(
        Outage(("postgres", "redis", "s3"), frozenset({"db", "queue", "storage"}), KILL, 503), id="all three killed"
    ),
]


@pytest.fixture(scope="module")
def trickle(stack: Stack) -> Iterator[Trickle]:
    with Trickle(stack.url, stack.ledger, name="outages") as trickle:
        yield trickle


@pytest.fixture(scope="module")
def bystander(stack: Stack, visitor: Visitor) -> Iterator[Bystander]:
    run = visitor.upload(tar({"app/default/app.conf": b"[ui]\n", "app/README": b"heron"}), documents="true")
    (document,) = visitor.upload_documents(("heron.txt", b"Of the grey heron."))
    for run_id in (run["id"], document["run_id"]):
        visitor.worked_on(run_id)
    client = visitor.post("/v1/clients", {"name": "Bystander"})
    pipeline = visitor.post(f"/v1/clients/{client['id']}/pipelines", {"name": "Looks on"})
    questions = questions_about(visitor, run["id"], document["id"], pipeline["id"])
    with Bystander(stack.url, questions) as bystander:
        yield bystander


@pytest.mark.parametrize("outage", OUTAGES)
def test_readiness_goes_and_comes_with_what_is_away(
    stack: Stack, visitor: Visitor, trickle: Trickle, bystander: Bystander, outage: Outage
) -> None:
    trickle.wait_for(2, 201)
    stack.compose(*outage.end, *outage.services)
    try:
        eventually(lambda: outage.parts <= visitor.failing(), f"/readyz does not name {set(outage.parts)}")
        eventually(lambda: outage.parts <= stack.failing_of_worker(), f"a worker does not name {set(outage.parts)}")
        trickle.wait_for(3, outage.answer)
        bystander.wait_for_a_round()
    finally:
        stack.compose("start", *outage.services)
    eventually(visitor.is_ready, lambda: f"/readyz still names {visitor.failing()}")
    trickle.wait_for(3, 201)
    eventually(lambda: not stack.failing_of_worker(), lambda: f"a worker still names {stack.failing_of_worker()}")
    visitor.worked_on(trickle.acknowledged()[-1])
    assert (trickle.oddities(), bystander.faults()) == ([], [])


def test_no_upload_that_was_acknowledged_is_lost(
    stack: Stack, visitor: Visitor, trickle: Trickle, bystander: Bystander
) -> None:
    bystander.stop()
    trickle.stop()
    acknowledged = trickle.acknowledged()
    visitor.assert_all_is_there(acknowledged)
    assert len(acknowledged) == len(set(acknowledged)) > 0
    eventually(stack.compose.are_well, lambda: f"not all containers are healthy again: {stack.compose.containers()}")

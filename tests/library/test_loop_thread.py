"""The event loop in a thread: opening, calling, holding, leaving."""

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from forebay.entrypoints.library.loop_thread import LoopThread


class Resource:
    """Notes which thread and task opened and closed it."""

    def __init__(self, name: str = "resource") -> None:
        self.name = name
        self.events: list[str] = []
        self.tasks: set[asyncio.Task[object] | None] = set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Resource"]:
        self.tasks.add(asyncio.current_task())
        self.events.append(f"{self.name} opened")
        try:
            yield self
        finally:
            self.tasks.add(asyncio.current_task())
            self.events.append(f"{self.name} closed")


def test_calls_run_on_one_loop_in_one_thread() -> None:
    async def where() -> tuple[int, asyncio.AbstractEventLoop]:
        return threading.get_ident(), asyncio.get_running_loop()

    with LoopThread(Resource().opened()) as thread:
        first, second = thread.run(where()), thread.run(where())
    assert first == second
    assert first[0] != threading.get_ident()


def test_one_task_opens_and_closes_a_resource() -> None:
    resource, held = Resource(), Resource("held")
    with LoopThread(resource.opened()) as thread, thread.entered(held.opened()) as given:
        assert thread.resource is resource
        assert given is held
    assert resource.events == ["resource opened", "resource closed"]
    assert held.events == ["held opened", "held closed"]
    assert len(resource.tasks) == len(held.tasks) == 1
    assert resource.tasks != held.tasks


def test_what_is_still_held_is_closed_before_the_resource() -> None:
    resource, held = Resource(), Resource("held")
    held.events = resource.events
    with LoopThread(resource.opened()) as thread:
        left_open = thread.entered(held.opened())
        left_open.__enter__()
    assert resource.events == ["resource opened", "held opened", "held closed", "resource closed"]
    left_open.__exit__(None, None, None)


@asynccontextmanager
async def broken(*, at: str) -> AsyncIterator[None]:
    if at == "opening":
        raise LookupError("broken when opening")
    yield
    raise LookupError("broken when closing")


@pytest.mark.parametrize("at", ["opening", "closing"])
def test_an_error_arrives_as_it_is(at: str) -> None:
    with pytest.raises(LookupError, match=at), LoopThread(broken(at=at)):
        assert at == "closing"
    with LoopThread(Resource().opened()) as thread:
        with pytest.raises(LookupError, match=at), thread.entered(broken(at=at)):
            assert at == "closing"
        with pytest.raises(LookupError, match="of a call"):
            thread.run(_failing())


async def _failing() -> None:
    raise LookupError("of a call")


def test_calls_see_the_context_of_their_caller() -> None:
    variable = contextvars.ContextVar("variable", default="nothing")

    async def seen() -> str:
        return variable.get()

    with LoopThread(Resource().opened()) as thread:
        token = variable.set("the caller's")
        assert thread.run(seen()) == "the caller's"
        variable.reset(token)
        assert thread.run(seen()) == "nothing"


def test_work_that_cannot_be_done_any_more_is_put_away() -> None:
    async def work() -> None:
        pytest.fail("it was done")

    with LoopThread(Resource().opened()) as thread:
        pass
    with pytest.raises(RuntimeError, match="was closed"):
        thread.run(work())  # a coroutine that is never awaited would be a warning, and so an error

"""An event loop in a thread: opened once, used by tasks that are not asynchronous, closed after them."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager

import pytest

from forebay.domain.errors import DatabaseUnavailableError
from forebay.entrypoints.worker.loop_thread import LoopThread


class Resource:
    """Remembers what happened to it."""

    def __init__(self) -> None:
        self.story: list[str] = []

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[list[str]]:
        self.story.append("opened")
        yield self.story
        self.story.append("closed")


async def name_of_thread(_: list[str]) -> str:
    return threading.current_thread().name


def test_work_is_done_on_the_thread_between_opening_and_closing() -> None:
    resource = Resource()
    thread = LoopThread(resource.opened, name="loop")
    thread.start()
    assert thread.run(name_of_thread) == "loop"
    assert resource.story == ["opened"]
    thread.close()
    assert resource.story == ["opened", "closed"]
    thread.close()


def test_errors_of_work_arrive_as_they_are() -> None:
    thread = LoopThread(Resource().opened, name="loop")
    thread.start()

    async def fails(_: list[str]) -> None:
        raise DatabaseUnavailableError

    with pytest.raises(DatabaseUnavailableError):
        thread.run(fails)
    thread.close()


def test_what_cannot_be_opened_is_told_to_everybody_who_asks() -> None:
    @asynccontextmanager
    async def broken() -> AsyncIterator[list[str]]:
        if threading.current_thread().name == "loop":
            raise DatabaseUnavailableError
        yield []

    thread = LoopThread(broken, name="loop")
    thread.start()
    with pytest.raises(DatabaseUnavailableError):
        thread.wait(60)
    with pytest.raises(DatabaseUnavailableError):
        thread.run(name_of_thread)
    assert thread.has_failed
    thread.close()


def test_work_under_way_is_cancelled_and_ends_before_the_resource_is_closed() -> None:
    resource = Resource()
    thread = LoopThread(resource.opened, name="loop")
    thread.start()
    begun = threading.Event()

    async def endless(story: list[str]) -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            story.append("cleaned up")

    def caller() -> None:
        with pytest.raises(CancelledError):
            thread.run(endless)

    waiting = threading.Thread(target=caller)
    waiting.start()
    assert begun.wait(60)
    thread.close()
    waiting.join(60)
    assert resource.story == ["opened", "cleaned up", "closed"]

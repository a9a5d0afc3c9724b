"""An event loop in a thread, for the whole life of a process whose tasks are not asynchronous."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

R = TypeVar("R")
T = TypeVar("T")


class LoopThread(Generic[R]):
    """Opens one resource on its loop as soon as it is started, and closes it there when close() is called.

    Calls that are under way then are cancelled, and have come to their end before the resource is closed.
    """

    def __init__(self, open_resource: Callable[[], AbstractAsyncContextManager[R]], *, name: str) -> None:
        self._open_resource = open_resource
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._opened: Future[R] = Future()
        self._calls: set[asyncio.Task[Any]] = set()
        # A daemon: what is open must not keep a process from ending that was told to.
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def has_failed(self) -> bool:
        """The resource could not be opened; another thread may have more luck."""
        return self._opened.done() and self._opened.exception() is not None

    def wait(self, timeout: float | None = None) -> R:  # a thread waits, not a coroutine
        """The resource once it is open, or whatever opening it raised. TimeoutError."""
        return self._opened.result(timeout)

    def run(self, work: Callable[[R], Coroutine[Any, Any, T]]) -> T:
        """What the coroutine that `work` makes of the resource returns or raises."""
        resource = self.wait()
        call = asyncio.run_coroutine_threadsafe(self._called(work(resource)), self._loop)
        try:
            return call.result()
        except BaseException:
            call.cancel()  # this thread was interrupted while it waited: a time limit of Celery's, or its cold shutdown
            raise

    async def _called(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        try:
            return await work
        finally:
            self._calls.discard(task)

    def call_soon(self, function: Callable[[], object]) -> bool:
        """Calls it on the loop; False when that has come to its end."""
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:
            if not self._loop.is_closed():
                raise
            return False
        return True

    def close(self, timeout: float | None = None) -> None:
        """Returns when the resource is closed, or after the time."""
        if self._thread.is_alive():
            self.call_soon(self._closing.set)
            self._thread.join(timeout)

    def _live(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._hold())
        except BaseException as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)

    async def _hold(self) -> None:
        async with self._open_resource() as resource:
            self._opened.set_result(resource)
            await self._closing.wait()
            for call in list(self._calls):
                call.cancel()
            if self._calls:
                await asyncio.wait(list(self._calls))

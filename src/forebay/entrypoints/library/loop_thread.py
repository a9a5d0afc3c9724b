"""An event loop in a thread of its own, for callers that have none."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

R = TypeVar("R")
T = TypeVar("T")


class LoopThread(Generic[R]):
    """Opens one resource on its loop, and runs there what any thread asks for, until it is left.

    Leaving refuses new calls, waits for those under way, then closes the resource. Errors arrive as they are.
    """

    def __init__(self, resource: AbstractAsyncContextManager[R]) -> None:
        self._resource = resource
        self._opened: Future[R] = Future()
        self._ended: Future[None] = Future()
        self._stop = asyncio.Event()
        self._held: set[_Held[Any]] = set()
        self._calls = threading.Condition()
        self._under_way = 0
        self._closed = False
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        # A daemon: a program that forgets to leave must be able to end all the same.
        self._thread = threading.Thread(target=self._run, name="forebay-loop", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._opened.result()
        except BaseException:
            if not self._opened.done():  # Ctrl-C, while it was being opened
                self._loop.call_soon_threadsafe(_cancel_all)
            self._thread.join()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._calls:
            self._closed = True
            self._calls.wait_for(lambda: self._under_way == 0)
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._ended.result()

    @property
    def resource(self) -> R:
        return self._opened.result()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns or raises. Ctrl-C meanwhile cancels it and waits until it has cleaned up.

        RuntimeError when closed, and on the loop's own thread, which would wait for itself.
        """
        if refusal := self._admit():
            work.close()
            raise RuntimeError(refusal)
        call = _Call(work, self._loop)
        try:
            return call.wait()
        finally:
            with self._calls:
                self._under_way -= 1
                self._calls.notify_all()

    @contextmanager
    def entered(self, resource: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """Another resource for as long as the block lasts; one that is still open at the end is closed first."""
        held = _Held(resource)
        value = self.run(self._hold(held))
        try:
            yield value
        finally:
            if not self._closed:
                self.run(self._let_go(held))

    def _admit(self) -> str | None:
        if threading.current_thread() is self._thread:
            return "called on Forebay's own event loop, which would wait for itself; call it from your own thread"
        with self._calls:
            if self._closed:
                return "this Forebay was closed; use it inside its `with` block"
            self._under_way += 1
        return None

    def _run(self) -> None:
        """The thread's life: one task opens the resource and closes it, as some resources demand."""
        try:
            with self._runner:
                self._runner.run(self._live())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the thread that waits
            (self._ended if self._opened.done() else self._opened).set_exception(error)
        else:
            self._ended.set_result(None)

    async def _live(self) -> None:
        async with self._resource as value:
            self._opened.set_result(value)
            await self._stop.wait()
            for held in list(self._held):
                await self._let_go(held)

    async def _hold(self, held: "_Held[T]") -> T:
        value = await held.open()
        self._held.add(held)
        return value

    async def _let_go(self, held: "_Held[Any]") -> None:
        self._held.discard(held)
        await held.close()


class _Call(Generic[T]):
    """One call from another thread."""

    def __init__(self, work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> None:
        self._work = work
        self._loop = loop
        self._task: asyncio.Task[T] | None = None
        self._outcome: Future[T] = Future()

    def wait(self) -> T:
        """Begins it as well: Ctrl-C may come as soon as it has begun."""
        try:
            self._loop.call_soon_threadsafe(self._start)
            return self._outcome.result()
        except BaseException:
            if not self._outcome.done():  # Ctrl-C, while it was under way
                self._loop.call_soon_threadsafe(self._cancel)
                self._outcome.exception()
            raise

    def _start(self) -> None:
        self._task = self._loop.create_task(self._work)
        self._task.add_done_callback(self._settle)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        else:  # it was never begun
            self._work.close()
            self._outcome.set_exception(asyncio.CancelledError())

    def _settle(self, task: asyncio.Task[T]) -> None:
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._outcome.set_exception(error)
        else:
            self._outcome.set_result(task.result())


class _Held(Generic[T]):
    """A resource that one task of its own opens and closes."""

    def __init__(self, resource: AbstractAsyncContextManager[T]) -> None:
        self._resource = resource
        self._release = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> T:
        ready: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._live(ready))
        try:
            return await ready
        except asyncio.CancelledError:
            self._task.cancel()
            await asyncio.wait([self._task])
            raise

    async def close(self) -> None:
        self._release.set()
        if self._task is not None:
            await self._task

    async def _live(self, ready: asyncio.Future[T]) -> None:
        try:
            async with self._resource as value:
                ready.set_result(value)
                await self._release.wait()
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(error)


def _cancel_all() -> None:
    for task in asyncio.all_tasks():
        task.cancel()

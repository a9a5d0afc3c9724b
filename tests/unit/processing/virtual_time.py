"""Time that passes only when everybody waits for it: a minute takes no time, and every run is like the last one."""

import asyncio
import functools
import gc
import selectors
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec

P = ParamSpec("P")


class Killed(BaseException):
    """The process is gone: nothing that it still wants to do has any effect, and nobody hears of it."""


_START = datetime(2026, 1, 1, tzinfo=UTC)
_STUCK_SECONDS = 5.0  # of real time, for threads that may be at work


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting, it says how long there was to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            found = super().select(_STUCK_SECONDS)
            assert found, "everybody waits, and nothing will ever happen"
            return found
        found = super().select(0)
        if not found:
            self.now += max(0.0, timeout)
        return found


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


class LoopClock:
    """The clock of the running loop."""

    def now(self) -> datetime:
        return _START + timedelta(seconds=asyncio.get_running_loop().time())


def in_virtual_time(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Runs an asynchronous test in virtual time. No task outlives it, and no error in one goes unheard."""

    async def whole(*args: P.args, **kwargs: P.kwargs) -> None:
        await test(*args, **kwargs)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks are left: {left}"

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        troubles: list[dict[str, Any]] = []
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.get_loop().set_exception_handler(lambda _, context: troubles.append(context))
            runner.run(whole(*args, **kwargs))
            gc.collect()
        heard = [trouble for trouble in troubles if not isinstance(trouble.get("exception"), Killed)]
        assert heard == []

    return run

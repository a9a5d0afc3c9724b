"""Runs a command's asynchronous part so that every way of being stopped leaves nothing half done."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from forebay.entrypoints.cli.exit_codes import ExitCode

T = TypeVar("T")

_STOPS = {"SIGTERM": ExitCode.TERMINATED, "SIGHUP": ExitCode.HANGUP}


class StoppedError(Exception):
    """A signal asked us to stop, and everything under way has been undone."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__(exit_code.name)
        self.exit_code = exit_code


def run_async(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of `work`. A signal cancels it, waits for its end, and is StoppedError (Ctrl-C: KeyboardInterrupt)."""
    return asyncio.run(_until_stopped(work))


async def _until_stopped(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work())
    stopped_by: list[ExitCode] = []

    def stop(code: ExitCode) -> None:
        stopped_by.append(code)
        task.cancel()

    handled: list[int] = []
    for name, code in _STOPS.items():
        number = getattr(signal, name, None)
        # a signal that is ignored stays so (nohup); outside the main thread signals belong to somebody else
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            with suppress(RuntimeError, ValueError, NotImplementedError):
                loop.add_signal_handler(number, stop, code)
                handled.append(number)
    try:
        return await task
    except asyncio.CancelledError:
        if not task.done():  # Ctrl-C: asyncio.run has cancelled us, which cancels the task through the await
            await asyncio.wait([task])
        if stopped_by:
            raise StoppedError(stopped_by[0]) from None
        raise
    finally:
        for number in handled:
            loop.remove_signal_handler(number)

"""The child's round: it is given jobs, one after the other, until its parent closes the socket or is gone."""

import gc
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import msgspec

from forebay.adapters.confinement.frames import DONE, FAILED, HELLO, ChildSocket, Outcome, ParentGoneError
from forebay.adapters.confinement.limits import limit_process, limit_time, peak_bytes
from forebay.adapters.confinement.remote import RemoteExtent
from forebay.domain.errors import ForebayError


def serve(memory_bytes: int, spool_bytes: int, each: Callable[[ChildSocket, bytes], None]) -> None:
    """The socket is the standard input. `each` gets the jobs as they were sent."""
    limit_process(memory_bytes, spool_bytes)
    # Ends with its parent, which decides what a signal to all of them means.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    parent = ChildSocket(socket.socket(fileno=0))
    with suppress(ParentGoneError):
        parent.send(HELLO)
        while True:
            each(parent, parent.receive())


def answer(
    parent: ChildSocket,
    source: RemoteExtent,
    timeout_seconds: float,
    work: Callable[[], None],
    fault: Callable[[Exception], tuple[str, str]],
    *,
    harmless: tuple[type[ForebayError], ...] = (),
) -> None:
    """Does one job and says how it went. What went wrong is an answer; after it the parent ends this process, unless it

    is `harmless`: nothing is left of it. `fault`: the code and message for an error that is not Forebay's own.
    """
    limit_time(timeout_seconds)
    failure = _attempt(work, fault, harmless)
    # Only now, when nothing holds what the work had taken: without memory there is no answer either.
    if failure is None or failure[2]:
        source.settle()
    if failure is None:
        parent.send(DONE, msgspec.msgpack.encode(Outcome(peak_bytes(), fit=True)))
        return
    code, message, fit = failure
    if not fit:
        gc.collect()  # what refers to itself is still there
    parent.send(FAILED, msgspec.msgpack.encode(Outcome(peak_bytes(), code, message, fit)))


def _attempt(
    work: Callable[[], None],
    fault: Callable[[Exception], tuple[str, str]],
    harmless: tuple[type[ForebayError], ...],
) -> tuple[str, str, bool] | None:
    """The code and message of what went wrong, and whether the process is fit for more."""
    try:
        work()
    except ParentGoneError:
        raise
    except ForebayError as error:
        return error.code, error.message, isinstance(error, harmless)
    except Exception as error:  # noqa: BLE001 - bytes that break the reader must not look like a reader that broke down
        return *fault(error), False
    return None

"""Waiting for a server that somebody else starts: there is no event to await, so it is asked until it answers."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.services.sources import Control, PortTakenError, UnavailableError

PORT_TAKEN = ("address already in use", "port is already allocated", "could not create any TCP/IP sockets")


def wait_until_ready(control: Control, ready: Callable[[], bool], *, what: str, seconds: float = 90) -> None:
    """Return once `ready` is true. Raises UnavailableError when the server exits (with its log) or stays silent."""
    deadline = time.monotonic() + seconds
    while not ready():
        log = control.exited()
        if log is not None:
            raise failure(f"{what} exited while it started: {log}")
        if time.monotonic() > deadline:
            raise UnavailableError(f"{what} did not answer within {seconds:.0f} s")
        time.sleep(0.02)


def failure(message: str) -> UnavailableError:
    """The error for a server that did not start; a port that was snatched away is told apart."""
    taken = any(sign.lower() in message.lower() for sign in PORT_TAKEN)
    return (PortTakenError if taken else UnavailableError)(message)

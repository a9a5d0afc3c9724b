"""Where a test service comes from: a container, else a server binary of this machine, else a test-only wheel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

SOURCE_NAMES = ("container", "process", "wheel")
SOURCES_VARIABLE = "FOREBAY_TEST_SOURCES"


class UnavailableError(Exception):
    """A source cannot give the service here; the message says why in one line."""


class PortTakenError(UnavailableError):
    """The port that was free a moment ago belongs to somebody else now: worth another try."""


class Control(Protocol):
    """The life of one server, so that a fault test can end it and bring it back."""

    def start(self) -> None:
        """Start the server that was killed: same port, same data. Does not wait until it answers."""

    def kill(self) -> None:
        """End the server with SIGKILL and wait until it is gone. Its data stays."""

    def exited(self) -> str | None:
        """None while the server runs, else the end of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running service: where it came from, and which sources were passed over for what reason."""

    control: Control
    source: str
    passed_over: tuple[str, ...] = ()

    def report(self) -> str:
        """One line for the summary of the test run."""
        return "; not from ".join((self.source, *self.passed_over))


S = TypeVar("S", bound=Server)


@dataclass(frozen=True, slots=True)
class Source(Generic[S]):
    """One way to a service; `open` raises UnavailableError where this machine does not offer it."""

    name: str
    open: Callable[[], AbstractContextManager[S]]


def allowed_sources(environ: dict[str, str] | None = None) -> tuple[str, ...]:
    """The names in FOREBAY_TEST_SOURCES, by default all. Raises ValueError on a name that there is not."""
    value = (os.environ if environ is None else environ).get(SOURCES_VARIABLE, "")
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    if unknown := sorted(set(names) - set(SOURCE_NAMES)):
        raise ValueError(
            f"{SOURCES_VARIABLE} names {', '.join(unknown)}; there are only {', '.join(SOURCE_NAMES)} (comma-separated)"
        )
    return names or SOURCE_NAMES


@contextmanager
def first_available(sources: Sequence[Source[S]]) -> Iterator[S]:
    """The server of the first source that can give it. Raises UnavailableError with every reason when none can."""
    allowed = allowed_sources()
    reasons: list[str] = []
    for source in sources:
        if source.name not in allowed:
            reasons.append(f"{source.name}: left out by {SOURCES_VARIABLE}")
            continue
        with ExitStack() as stack:
            try:
                server = _enter(source, stack)
            except UnavailableError as error:
                reasons.append(f"{source.name}: {error}")
                continue
            yield replace(server, passed_over=tuple(reasons))
            return
    raise UnavailableError("; ".join(reasons))


def _enter(source: Source[S], stack: ExitStack, attempts: int = 3) -> S:
    for _ in range(attempts - 1):
        try:
            return stack.enter_context(source.open())
        except PortTakenError:
            continue
    return stack.enter_context(source.open())

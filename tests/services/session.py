"""What one test run knows of its services: which it requires, and what became of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol, TypeVar

import pytest

from tests.services.sources import UnavailableError

SERVICES = ("postgres", "s3", "redis", "corpus", "ocr", "browser", "promtool", "kubectl")
REQUIRE_VARIABLE = "FOREBAY_REQUIRE"
ALSO = "; also "


class Provided(Protocol):
    """What a run may have or lack."""

    def report(self) -> str:
        """One line for the summary of the test run."""
        ...


S = TypeVar("S", bound=Provided)


def required_services(environ: dict[str, str] | None = None) -> frozenset[str]:
    """The names in FOREBAY_REQUIRE. Raises ValueError on a name that there is not."""
    value = (os.environ if environ is None else environ).get(REQUIRE_VARIABLE, "")
    names = frozenset(name.strip() for name in value.split(",") if name.strip())
    if unknown := sorted(names - set(SERVICES)):
        raise ValueError(
            f"{REQUIRE_VARIABLE} names {', '.join(unknown)}; there are only {', '.join(SERVICES)} (comma-separated)"
        )
    return names


class ServiceSession:
    """Opens services for fixtures; one that is missing skips the test, or fails it if the run requires the service."""

    def __init__(self, required: frozenset[str]) -> None:
        self._required = required
        self.found: dict[str, str] = {}

    @contextmanager
    def provide(self, name: str, opened: AbstractContextManager[S]) -> Iterator[S]:
        """The server, for as long as the block lasts."""
        with ExitStack() as stack:
            try:
                server = stack.enter_context(opened)
            except UnavailableError as error:
                reason = str(error)
            else:
                self.found[name] = server.report()
                yield server
                return
        self.found[name] = f"missing: {reason}"
        if name in self._required:
            pytest.fail(f"{REQUIRE_VARIABLE} asks for {name}, which is missing: {reason}", pytrace=False)
        pytest.skip(f"no {name}: {reason}")

    def join(self, found: Mapping[str, str]) -> None:
        """Add what another process of this run found: a line for each service; the same line is not said twice."""
        for name, line in found.items():
            others = self.found.get(name, line)
            self.found[name] = others if line in others.split(ALSO) else f"{others}{ALSO}{line}"

    def lines(self) -> list[str]:
        """One line a service, for the summary."""
        return [f"{name:<8}  {self.found.get(name, 'not asked for by the tests of this run')}" for name in SERVICES]

"""A Chromium for tests and benchmarks: `with browser() as found:`. It is looked for on this machine, never fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests.services.sources import UnavailableError

__all__ = ["Browser", "browser"]

VARIABLE = "FOREBAY_CHROMIUM"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Browser:
    """A program that Playwright can start, and what it calls itself."""

    program: str
    version: str

    @property
    def arguments(self) -> list[str]:
        """Chromium refuses to run as root unless told to leave its sandbox out; the pages are our own."""
        return ["--no-sandbox"] if os.geteuid() == 0 else []

    def report(self) -> str:
        """One line for the summary of the test run."""
        return f"{self.program} ({self.version})"


@contextmanager
def browser(environ: Mapping[str, str] | None = None) -> Iterator[Browser]:
    """The program that FOREBAY_CHROMIUM names, else the first of its kind in PATH. Raises UnavailableError."""
    environ = os.environ if environ is None else environ
    named = environ.get(VARIABLE)
    names = (named,) if named else PROGRAMS
    program = next((path for name in names if (path := shutil.which(name, path=environ.get("PATH")))), None)
    if program is None and named:
        raise UnavailableError(f"{VARIABLE} is {named}, which is no program")
    if program is None:
        raise UnavailableError(f"none of {', '.join(PROGRAMS)} in PATH, and {VARIABLE} is not set (Debian: chromium)")
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise UnavailableError(f"{program} does not start: {error}") from error
    yield Browser(program, said.stdout.strip() or "of unknown version")

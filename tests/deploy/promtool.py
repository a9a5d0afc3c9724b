"""Prometheus' promtool, looked for on this machine and never fetched: `with promtool() as found:`."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.sources import UnavailableError

VARIABLE = "FOREBAY_PROMTOOL"


@dataclass(frozen=True, slots=True)
class Promtool:
    """A program that checks configurations and rules, and runs tests of rules."""

    program: str
    version: str

    def report(self) -> str:
        """One line for the summary of the test run."""
        return f"{self.program} ({self.version})"

    def __call__(self, *arguments: str | Path) -> str:
        """All that it said. AssertionError when it found something wrong."""
        command = [self.program, *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


@contextmanager
def promtool() -> Iterator[Promtool]:
    """The program that FOREBAY_PROMTOOL names, else the one in PATH. Raises UnavailableError."""
    program = shutil.which(os.environ.get(VARIABLE) or "promtool")
    if program is None:
        raise UnavailableError(f"no promtool in PATH, and {VARIABLE} names none (Debian: in the package prometheus)")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    yield Promtool(program, (said.stdout or said.stderr).partition(" (")[0])

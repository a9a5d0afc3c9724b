"""pg_dump, pg_restore and psql of the very version that a test's server has."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.services.containers import RunningContainer


class PostgresPrograms(Protocol):
    """Runs them where the server is. A program that fails is an AssertionError with what it said."""

    def run(self, program: str, url: str, *arguments: str, stdin: bytes = b"") -> bytes:
        """What `program --dbname=url arguments` writes to standard output."""
        ...


@dataclass(frozen=True, slots=True)
class ProgramsOfFolder:
    """Beside the server's own binaries."""

    folder: Path

    def run(self, program: str, url: str, *arguments: str, stdin: bytes = b"") -> bytes:
        done = subprocess.run(
            [self.folder / program, f"--dbname={url}", *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{program}: {done.stderr.decode(errors='replace')}"
        return done.stdout


@dataclass(frozen=True, slots=True)
class ProgramsInContainer:
    """In the server's container, where it listens on the port `inside`."""

    container: RunningContainer
    inside: int

    def run(self, program: str, url: str, *arguments: str, stdin: bytes = b"") -> bytes:
        before, _, after = url.rpartition("@")
        there = f"{before}@127.0.0.1:{self.inside}/{after.partition('/')[2]}"
        return self.container.run([program, f"--dbname={there}", *arguments], stdin=stdin)

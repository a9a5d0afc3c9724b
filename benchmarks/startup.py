"""Section `startup`: how long a person waits for the command line, the library and the server."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import BIN, forebay_environment
from benchmarks.processes import running
from benchmarks.quiet import wait_until_calm
from benchmarks.report import Table, milliseconds, say
from benchmarks.workspace import REPOSITORY, Workspace, free_port

HELP_TARGET = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Seconds of every run."""

    what: str
    seconds: tuple[float, ...]
    target: float | None = None


def plain_installation(workspace: Workspace) -> Path:
    """`bin` of an environment with what users install and compiled bytecode, as pip leaves it.

    Not ours: frameworks look for each other, and with FastAPI installed dependency-injector imports it.
    """
    folder, uv = workspace.root / "plain", shutil.which("uv")
    if uv is None:
        say("  uv is not installed: measuring this environment, where other frameworks may be imported as well")
        return BIN
    command = [uv, "sync", "--frozen", "--no-default-groups", "--all-extras", "--compile-bytecode", "--quiet"]
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder)}
    subprocess.run(command, check=True, cwd=REPOSITORY, env=environment)
    return folder / "bin"


def timed(command: list[str]) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def to_first_answer(program: str, data: Path) -> float:
    """From starting `forebay serve` to the first 200 of /healthz, looked for every 10 ms."""
    port = free_port()
    # An empty PYTHONDONTWRITEBYTECODE is none.
    command, environment = [program, "serve"], {**forebay_environment(port, data), "PYTHONDONTWRITEBYTECODE": ""}
    started = time.perf_counter()
    with running(command, port=port, ready="/healthz", environment=environment, log=data / "server.log"):
        return time.perf_counter() - started


def measure(workspace: Workspace, repeats: int) -> list[Start]:
    """Every command in every round, after a round that warms the page cache and the bytecode and is not counted."""
    installed = plain_installation(workspace)
    program, python = str(installed / "forebay"), str(installed / "python")
    with workspace.fresh_folder("startup") as folder:
        old = folder / "old"
        old.mkdir()

        def serve_empty() -> float:
            data = folder / f"new-{time.monotonic_ns()}"
            data.mkdir()
            return to_first_answer(program, data)

        what: list[tuple[str, Callable[[], float], float | None]] = [
            ("python -c pass", lambda: timed([python, "-c", "pass"]), None),
            ("python -c 'import forebay'", lambda: timed([python, "-c", "import forebay"]), None),
            ("forebay --help", lambda: timed([program, "--help"]), HELP_TARGET),
            ("forebay version", lambda: timed([program, "version"]), None),
            ("forebay serve, empty folder, to the first answer", serve_empty, None),
            ("forebay serve, migrated folder, to the first answer", lambda: to_first_answer(program, old), None),
        ]
        times: list[list[float]] = [[] for _ in what]
        for round_ in range(repeats + 1):
            wait_until_calm()
            for found, (title, run, _) in zip(times, what, strict=True):
                seconds = run()
                if round_:
                    found.append(seconds)
                else:
                    say(f"  {title}: {milliseconds(seconds)} (warm-up)")
    return [
        Start(what=title, seconds=tuple(found), target=target)
        for (title, _, target), found in zip(what, times, strict=True)
    ]


def tables(starts: list[Start]) -> list[Table]:
    rows = [
        [
            start.what,
            milliseconds(statistics.median(start.seconds)),
            milliseconds(min(start.seconds)),
            milliseconds(max(start.seconds)),
            "" if start.target is None else f"under {milliseconds(start.target)}",
        ]
        for start in starts
    ]
    return [Table(title="Start-up", heading=["what", "median", "best", "worst", "target"], rows=rows)]

"""Runs the client of client.py in its own process and reads what it measured."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import cast

from benchmarks.contestants import Contestant
from benchmarks.workspace import REPOSITORY, Workspace


class LoadFailedError(RuntimeError):
    """An upload was not answered with 201, so its time means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of the client; seconds from the first byte sent to the last answer."""

    seconds: float
    client_cpu_seconds: float
    latencies: tuple[float, ...]
    uploads: int
    size: int

    @property
    def uploads_per_second(self) -> float:
        return self.uploads / self.seconds

    @property
    def megabytes_per_second(self) -> float:
        return self.uploads * self.size / self.seconds / 1e6

    @property
    def median_latency(self) -> float:
        return statistics.median(self.latencies)


def client_command(contestant: Contestant, workspace: Workspace, *, port: int, size: int) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.client", "--protocol", contestant.protocol]
    return [
        *command,
        *("--path", contestant.path),
        *("--port", str(port)),
        *("--base", str(workspace.base)),
        *("--size", str(size)),
    ]


def upload(
    contestant: Contestant,
    workspace: Workspace,
    *,
    port: int,
    size: int,
    count: int = 1,
    concurrency: int = 1,
    verify: bool = False,
) -> Measured:
    """`count` uploads of `size` bytes; raises `LoadFailedError` when one of them fails."""
    command = client_command(contestant, workspace, port=port, size=size)
    command += ["--count", str(count), "--concurrency", str(concurrency), *(["--verify"] if verify else [])]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return read_report(done, contestant, size=size, count=count)


def read_report(done: subprocess.CompletedProcess[str], contestant: Contestant, *, size: int, count: int) -> Measured:
    if done.returncode:
        raise LoadFailedError(f"{contestant.name}: the client failed: {done.stderr[-1000:]}")
    report = cast("dict[str, object]", json.loads(done.stdout))
    if report["statuses"] != {"201": count} or report["problem"]:
        raise LoadFailedError(f"{contestant.name}: {report['statuses']} instead of {count} x 201; {report['problem']}")
    return Measured(
        seconds=cast("float", report["seconds"]),
        client_cpu_seconds=cast("float", report["cpu_seconds"]),
        latencies=tuple(cast("list[float]", report["latencies"])),
        uploads=count,
        size=size,
    )

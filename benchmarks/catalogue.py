"""Section `catalogue`: cataloguing a tar.gz of many small members, against what the usual tools need for the same."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.catalogue_archive import build
from benchmarks.quiet import wait_until_calm
from benchmarks.report import Table, bytes_text, megabytes, ratio, say
from benchmarks.workspace import REPOSITORY, Workspace

TARGET = 1.5
OURS = "forebay"
KIND = "gzip -dc, once, into sha256sum and tar t"
TWICE = "gzip -dc into sha256sum, then tar tzf"
LITERAL = "tar xzf --to-command=sha256sum"
_SHELL = {
    KIND: 'set -o pipefail; gzip -dc "$1" | tee >(sha256sum >/dev/null) | tar tf - >/dev/null; wait',
    TWICE: 'set -o pipefail; gzip -dc "$1" | sha256sum >/dev/null && tar tzf "$1" >/dev/null',
    LITERAL: 'tar xzf "$1" --to-command="sha256sum >/dev/null"',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogued:
    """Seconds of every run of one way on so many cores."""

    who: str
    cores: int
    seconds: tuple[float, ...]
    peak_bytes: int | None = None


def on_cores(count: int) -> Callable[[], None]:
    """To be called in the child: with one core, pipes and processes have to take turns."""
    allowed = sorted(os.sched_getaffinity(0))[-count:]
    return lambda: os.sched_setaffinity(0, allowed)


def ours(archive: Path, cores: int) -> tuple[float, int | None]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.catalogue_run", str(archive)],
        check=True, capture_output=True, text=True, cwd=REPOSITORY, preexec_fn=on_cores(cores),
    )  # fmt: skip
    found = json.loads(done.stdout)
    return found["seconds"], found["peak_bytes"]


def shell(script: str, archive: Path, cores: int) -> float:
    bash = shutil.which("bash")
    assert bash is not None
    started = time.perf_counter()
    subprocess.run([bash, "-c", script, "bash", str(archive)], check=True, preexec_fn=on_cores(cores))
    return time.perf_counter() - started


def measure(archive: Path, repeats: int) -> list[Catalogued]:
    """In turns, after one run that warms the page cache. The literal way takes minutes and has one turn."""
    with archive.open("rb") as file, Path(os.devnull).open("wb") as nowhere:
        shutil.copyfileobj(file, nowhere)
    results: list[Catalogued] = []
    for cores in sorted({1, len(os.sched_getaffinity(0))}):
        times: dict[str, list[float]] = {OURS: [], **{name: [] for name in _SHELL}}
        peaks: list[int] = []
        for round_ in range(repeats):
            wait_until_calm()
            seconds, peak = ours(archive, cores)
            times[OURS].append(seconds)
            peaks += [peak] if peak else []
            for name, script in _SHELL.items():
                if name is not LITERAL or round_ == 0:
                    times[name].append(shell(script, archive, cores))
            say(f"  {cores} cores: " + ", ".join(f"{name} {found[-1]:.2f} s" for name, found in times.items()))
        results += [
            Catalogued(who=name, cores=cores, seconds=tuple(found), peak_bytes=max(peaks) if name is OURS else None)
            for name, found in times.items()
        ]
    return results


def run(workspace: Workspace, repeats: int, *, quick: bool) -> tuple[list[Catalogued], list[Table]]:
    archive = build(workspace.root.parent / "cache", quick=quick)
    found = measure(archive, repeats)
    return found, tables(found, archive.stat().st_size)


def tables(found: list[Catalogued], size: int) -> list[Table]:
    rows = []
    for item in found:
        median = statistics.median(item.seconds)
        own = next(statistics.median(o.seconds) for o in found if o.who == OURS and o.cores == item.cores)
        rows.append([
            str(item.cores), item.who, f"{median:.2f} s", f"{min(item.seconds):.2f} to {max(item.seconds):.2f} s",
            ratio(own, median), megabytes(item.peak_bytes),
        ])  # fmt: skip
    return [
        Table(
            title=f"Cataloguing a tar.gz of {bytes_text(size)}",
            heading=["cores", "who", "median", "range", "Forebay's time to it", "memory of the reader"],
            rows=rows,
            notes=[f"target: at most {TARGET} times `tar tzf` with the SHA-256 of the members, on one core"],
        )
    ]

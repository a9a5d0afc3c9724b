"""Is the machine ours? Waits for a calm moment before a run, and tells how much others took during it."""

from __future__ import annotations

import fcntl
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]  # ships no types; only plain numbers leave this module

from benchmarks.report import say

CALM = 0.15  # CPUs that others may keep busy
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 5.0
DISTURBED = 0.35  # CPUs of others above which a run is repeated; write-back by the kernel counts as others


def busy() -> float:
    """CPU seconds spent by everybody since boot, and those that the hypervisor gave to somebody else."""
    times = psutil.cpu_times()
    names = ("user", "nice", "system", "irq", "softirq", "steal")
    return sum(float(getattr(times, name, 0.0)) for name in names)


def wait_until_calm() -> float:
    """Returns when others leave the CPUs alone, or after PATIENCE_SECONDS; the seconds waited."""
    started = time.monotonic()
    while (waited := time.monotonic() - started) < PATIENCE_SECONDS:
        before, at = busy(), time.monotonic()
        time.sleep(LOOK_SECONDS)
        if (busy() - before) / (time.monotonic() - at) <= CALM:
            break
    return waited


@contextmanager
def alone() -> Iterator[None]:
    """Two benchmarks on one machine would measure each other: the second waits for the first."""
    with (Path(tempfile.gettempdir()) / "forebay-benchmarks.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another benchmark is running on this machine; waiting for it to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Others:
    """CPUs kept busy by neither the server nor the children (the client) of this process, from entry to exit."""

    def __enter__(self) -> Others:
        self._at, self._busy, self._children = time.monotonic(), busy(), children()
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds = time.monotonic() - self._at
        self._rest = busy() - self._busy - (children() - self._children)

    def without(self, server_cpu_seconds: float) -> float:
        """CPUs on average; the server's share is known to the caller."""
        return max(0.0, self._rest - server_cpu_seconds) / self._seconds


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

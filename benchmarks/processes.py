"""A server as a process of its own: started, waited for, its CPU seconds and memory read, ended by its process id."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]  # ships no types; only plain numbers leave this module

from benchmarks.workspace import REPOSITORY

SAMPLE_SECONDS = 0.05
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class ServerDidNotStartError(RuntimeError):
    """The process ended, or gave no answer in time; the message holds the end of its log."""


class Server:
    """A running process and its children, seen as one."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def _family(self) -> list[psutil.Process]:
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def cpu_seconds(self) -> float:
        total = 0.0
        for process in self._family():
            try:
                times = process.cpu_times()
                total += float(times.user) + float(times.system)
            except psutil.NoSuchProcess:
                continue
        return total

    def rss(self) -> int:
        """Resident bytes, all processes of the server together."""
        total = 0
        for process in self._family():
            try:
                total += int(process.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        return total

    def forget_peak(self) -> bool:
        """Linux: set VmHWM back to what is resident now. False where that cannot be done."""
        try:
            for process in self._family():
                Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        except OSError:
            return False
        return True

    def kernel_peak(self) -> int | None:
        """VmHWM in bytes since `forget_peak`, summed over the processes; None where there is no /proc."""
        total = 0
        try:
            for process in self._family():
                status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
                total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
        except OSError:
            return None
        return total


class MemoryWatch:
    """Peak RSS above what was resident when the block was entered: sampled, and the kernel's own mark if it has one."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.idle = 0
        self.peak = 0

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, self._server.rss())

    def __enter__(self) -> MemoryWatch:
        marked = self._server.forget_peak()
        self._marked = marked
        self.idle = self.peak = self._server.rss()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        mark = self._server.kernel_peak() if self._marked else None
        self.peak = max(self.peak, self._server.rss(), mark or 0)

    @property
    def above_idle(self) -> int:
        return self.peak - self.idle


def answers(port: int, path: str | None) -> bool:
    """Whether the server takes connections, and answers 200 on `path` when one is given."""
    if path is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def running(
    command: Sequence[str], *, port: int, ready: str | None, environment: Mapping[str, str], log: Path
) -> Iterator[Server]:
    """Start `command`, wait until it answers, and end it (SIGTERM, then SIGKILL) when the block is left."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(port, ready):
            if process.poll() is not None or time.monotonic() > deadline:
                end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise ServerDidNotStartError(f"no answer on port {port}; the log of `{' '.join(command)}` ends: {end}")
            time.sleep(0.01)
        yield Server(process, port)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

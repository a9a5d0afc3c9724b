"""Two ways to start a `forebay` process: as anybody would, and forked from one that has imported everything."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "COVERAGE_PROCESS_START")


class Process(Protocol):
    """As subprocess.Popen has it. Its id is its own until it was seen to end."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


class Starter(Protocol):
    """`log`: where the process writes to, and where it lives."""

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Process: ...
    def close(self) -> None: ...


def _whole(environ: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, "PYTHONUNBUFFERED": "1", **environ}


class FreshStarter:
    """`python -m forebay …`"""

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Process:
        with log.open("w") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "forebay", *arguments],
                env=_whole(environ),
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def close(self) -> None:
        """Nothing is open."""


class ForkingStarter:
    """Through the nursery, for tests that start hundreds. `environ` has to name where packages are found."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._turn = threading.Lock()
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.faults.nursery"],
            env=_whole(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Process:
        log.touch()
        pid = self.order("start", list(arguments), _whole(environ), str(log))
        assert pid is not None
        return _Forked(self, pid)

    def order(self, *order: object) -> int | None:
        """Its answer."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        with self._turn:
            self._nursery.stdin.write(json.dumps(order) + "\n")
            self._nursery.stdin.flush()
            answer = self._nursery.stdout.readline()
        assert answer, f"the nursery ended with {self._nursery.wait()}"
        value: int | None = json.loads(answer)
        return value

    def close(self) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait()
        self._nursery.stdout.close()


class _Forked:
    """One that the nursery has started."""

    def __init__(self, starter: ForkingStarter, pid: int) -> None:
        self.pid = pid
        self._starter = starter
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            self._code = self._starter.order("poll", self.pid)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if timeout is not None and deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(0.005)  # it is not our child, so there is nothing to wait for
        return code

    def send_signal(self, sig: int) -> None:
        self._starter.order("signal", self.pid, int(sig))

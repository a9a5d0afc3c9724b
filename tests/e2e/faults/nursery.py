"""Starts `forebay` processes by forking one that has imported everything: that takes a tenth of the processor's time.

A program of its own, told what to do by lines of JSON. It never waits for its children but when it is asked how they
are, so that their ids stay theirs. When its standard input ends, it kills those that are left.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module

_IMPORTED = (
    "forebay.__main__",
    "forebay.adapters.archives.reader",
    "forebay.adapters.filesystem.store",
    "forebay.bootstrap.asgi",
    "forebay.bootstrap.runtime",
    "forebay.bootstrap.serving",
    "forebay.bootstrap.sql",
    "forebay.bootstrap.worker_process",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
)


class Nursery:
    """Every order is answered by one line."""

    def __init__(self) -> None:
        self._codes: dict[int, int | None] = {}

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], log: str) -> int:
        """The new process's id."""
        pid = os.fork()
        if pid == 0:
            _become(arguments, environ, log)
        self._codes[pid] = None
        return pid

    def poll(self, pid: int) -> int | None:
        """The exit code, below zero for a signal; None while it runs."""
        if self._codes[pid] is None:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._codes[pid] = os.waitstatus_to_exitcode(status)
        return self._codes[pid]

    def signal(self, pid: int, number: int) -> None:
        """To one that was not seen to end."""
        if self.poll(pid) is None:
            os.kill(pid, number)

    def end(self) -> None:
        for pid in self._codes:
            self.signal(pid, signal.SIGKILL)


def _become(arguments: Sequence[str], environ: Mapping[str, str], log: str) -> None:
    """This process is `forebay` with those arguments from now on."""
    code = 1
    try:
        os.setsid()
        with open(os.devnull) as nothing, open(log, "a") as output:  # noqa: PTH123 - for their descriptors
            os.dup2(nothing.fileno(), 0)
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os.chdir(os.path.dirname(log))  # noqa: PTH120 - it is a text
        os.environ.clear()
        os.environ.update(environ)
        sys.argv = ["forebay", *arguments]
        code = import_module("forebay.__main__").main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:  # noqa: BLE001 - it must end here, whatever it is
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def main() -> None:
    for module in _IMPORTED:
        import_module(module)
    nursery = Nursery()
    orders: dict[str, Callable[..., int | None]] = {
        "start": nursery.start,
        "poll": nursery.poll,
        "signal": nursery.signal,
    }
    try:
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            print(json.dumps(orders[name](*arguments)), flush=True)  # noqa: T201 - the answer
    finally:
        nursery.end()


if __name__ == "__main__":
    main()

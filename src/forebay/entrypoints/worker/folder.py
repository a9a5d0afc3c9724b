"""What the processes of one Celery worker share."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

_VARIABLE = "FOREBAY_WORKER_FOLDER"


class WorkerFolder:
    """A folder of the main process, found by its pool's processes whether they were forked or started anew.

    Processes share their metrics in it. It has a pipe that ends when the worker is told to stop, and also when the main
    process dies: so pool processes, which get no signal when a worker stops in order, hear of it.
    """

    def __init__(self, path: Path, pipe: int) -> None:
        self.path = path
        self._pipe: int | None = pipe
        self._pid = os.getpid()

    @classmethod
    def make(cls) -> Self:
        """For the main process; pool processes that it starts from now on find it with joined()."""
        path = Path(tempfile.mkdtemp(prefix="forebay-worker-"))
        os.mkfifo(path / "life")
        folder = cls(path, os.open(path / "life", os.O_RDWR))  # for reading, too: else it would wait for a reader
        os.environ[_VARIABLE] = str(path)
        return folder

    @property
    def is_ours(self) -> bool:
        """False in a process that was forked from the one that made it."""
        return os.getpid() == self._pid

    def let_go(self) -> None:
        """In the main process: tells the others to stop. In a forked one: leaves that to the main process."""
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            os.close(pipe)

    def remove(self) -> None:
        """In the main process, at its end."""
        self.let_go()
        shutil.rmtree(self.path, ignore_errors=True)
        if os.environ.get(_VARIABLE) == str(self.path):
            del os.environ[_VARIABLE]


def joined() -> Path | None:
    """The folder of the worker to whose pool this process belongs."""
    value = os.environ.get(_VARIABLE)
    return Path(value) if value else None


def open_life(folder: Path) -> int | None:
    """The pipe, which has an end to read when the worker is to stop; None when it is gone already."""
    with suppress(OSError):
        return os.open(folder / "life", os.O_RDONLY | os.O_NONBLOCK)
    return None

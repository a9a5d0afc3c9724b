"""Where a benchmark works: one folder on a real disk, the bytes that are sent, free ports, clean-up between runs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RESULTS = REPOSITORY / "benchmarks" / "results"
BASE_BYTES = 256 * 1024 * 1024  # larger than any CPU cache, small enough to stay in the page cache


class Workspace:
    """A temporary folder beside the results: every server writes to the same file system, never a tmpfs by chance."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.base = root / "base.bin"

    def write_base(self) -> None:
        """Random bytes: nothing on the way can compress them."""
        with self.base.open("wb") as out:
            for _ in range(BASE_BYTES // (1 << 20)):
                out.write(os.urandom(1 << 20))

    @contextmanager
    def fresh_folder(self, name: str) -> Iterator[Path]:
        """An empty folder for one server's life. Gone afterwards, and the disk has caught up with that.

        The file systems' discard and write-back of the last run must not be billed to the next one.
        """
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.sync()
            time.sleep(0.3)

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.root).free


@contextmanager
def open_workspace(parent: Path) -> Iterator[Workspace]:
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="work-", dir=parent, ignore_cleanup_errors=True) as root:
        workspace = Workspace(Path(root))
        workspace.write_base()
        yield workspace


def free_port() -> int:
    """A port nobody listens on. Another process could take it before the server does; the server then says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def commit() -> str:
    """Commit that is measured, or `unknown` outside a git checkout."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    done = subprocess.run(
        [git, "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"

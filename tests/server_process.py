"""A real `forebay serve` in a process of its own, on a free port."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_LISTENS = re.compile(r"listens on (http://\S+)")
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "COVERAGE_PROCESS_START")


class ServerProcess:
    """Started by start(), gone after stop() or kill(). `log` holds what it wrote to standard error."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.data_dir = folder / "data"
        self.settings = {
            "FOREBAY_DATA_DIR": str(self.data_dir),
            "FOREBAY_PORT": "0",
            "FOREBAY_LOG_FORMAT": "json",
            **(settings or {}),
        }
        self.log_path = folder / "server.log"
        self.url = ""
        self.announcement = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def start(self) -> None:
        environ = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with self.log_path.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "forebay", "serve"],
                env={**environ, "PYTHONUNBUFFERED": "1", **self.settings},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        watchdog = threading.Timer(60, self._process.kill)
        watchdog.start()
        try:
            self.announcement = self._read_announcement()
        finally:
            watchdog.cancel()
        match = _LISTENS.search(self.announcement)
        if match is None:
            self.kill()
            raise AssertionError(f"the server did not come up:\n{self.announcement}\n{self.log}")
        self.url = match.group(1)

    def _read_announcement(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        lines = []
        for line in self._process.stdout:
            lines.append(line)
            if line.strip().startswith("blobs:"):
                break
        return "".join(lines)

    def stop(self) -> int:
        """Asks it to stop in order, and waits. The exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """Ends it as a power cut would."""
        return self._end(signal.SIGKILL)

    def _end(self, number: int) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(number)
        try:
            code = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()
        return code


@contextmanager
def running_server(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[ServerProcess]:
    server = ServerProcess(folder, settings)
    server.start()
    try:
        yield server
    finally:
        server.kill()

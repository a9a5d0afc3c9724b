"""A server as a plain process of this machine: its folder, its ports, its account, its end."""

from __future__ import annotations

import os
import pwd
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.services.sources import UnavailableError

LOOPBACK = "127.0.0.1"
LOG_TAIL = 2000
FIRST_PORT, PORTS = 10_240, 12_000  # below those that systems give away: Linux from 32768 on, macOS from 49152


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a server runs as; `None` in its place means: as ourselves."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """`nobody` when we are root (PostgreSQL refuses to run as root), else None."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def free_ports(count: int, *, beside: int = 0) -> list[int]:
    """Ports that nobody listens on now; with `beside`, the port that many above each is free too.

    No system gives them to connections or to whoever asks for any port, so that nobody else gets the port of a server
    before it starts, or while it is killed.
    """
    ports: list[int] = []
    with ExitStack() as held:
        while len(ports) < count:
            port = FIRST_PORT + secrets.randbelow(PORTS)  # not `random`: tests seed it, in every process alike
            try:
                held.enter_context(_bound(port))
                if beside:
                    held.enter_context(_bound(port + beside))
            except OSError:
                continue
            ports.append(port)
    return ports


def _bound(port: int) -> socket.socket:
    sock = socket.socket()
    try:
        sock.bind((LOOPBACK, port))
    except OSError:
        sock.close()
        raise
    return sock


@contextmanager
def private_folder(account: Account | None) -> Iterator[Path]:
    """A folder that only the server's account may enter, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="forebay-test-"))
    try:
        if account is not None:
            os.chown(folder, account.uid, account.gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """What a server sees of our environment: nothing of ours that could change how it behaves."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder), **extra}


def run(argv: Sequence[str | Path], *, folder: Path, env: Mapping[str, str], account: Account | None) -> str:
    """What a short command prints. Raises UnavailableError when it fails or may not be run."""
    try:
        done = subprocess.run(
            [str(part) for part in argv],
            cwd=folder,
            env=environment(folder, env),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{argv[0]} cannot be run: {error}") from error
    if done.returncode:
        raise UnavailableError(f"{argv[0]} failed: {_last_lines(done.stderr or done.stdout)}")
    return done.stdout.strip()


def _last_lines(text: str) -> str:
    return " | ".join(text[-LOG_TAIL:].split("\n")[-8:]).strip(" |")


class ServerProcess:
    """One server process and the reaper that ends it if we die first. `stop` may be called at any time, twice too."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        folder: Path,
        env: Mapping[str, str],
        account: Account | None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._argv = [str(part) for part in argv]
        self._folder = folder
        self._env = environment(folder, env)
        self._account = account
        self._stop_signal = stop_signal
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._life = -1
        reaper = Path(__file__).with_name("reaper.py")
        self._reaper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(reaper), str(folder), str(int(stop_signal))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    @property
    def pid(self) -> int:
        """The server's process id, 0 when none runs."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        self._life, held_by_server = os.pipe()
        with self._log.open("ab") as log, os.fdopen(held_by_server, "wb"):
            self._process = subprocess.Popen(
                self._argv,
                cwd=self._folder,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[held_by_server],
                start_new_session=True,  # Ctrl-C is for pytest; the server is ended in order
                user=self._account.uid if self._account else None,
                group=self._account.gid if self._account else None,
                extra_groups=[] if self._account else None,
            )
        self._tell_reaper(str(self._process.pid))

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            with os.fdopen(self._life, "rb") as life:
                # End of file comes when the last child has let go too: PostgreSQL's outlive a killed parent briefly.
                select.select([life], [], [], 30)
            self._tell_reaper("0")

    def exited(self) -> str | None:
        if self._process is not None and self._process.poll() is None:
            return None
        return _last_lines(self._log.read_text(errors="replace"))

    def stop(self) -> None:
        """End the server gently, after ten seconds with SIGKILL, and let the reaper go."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        self.kill()
        if self._reaper.poll() is None:
            self._tell_reaper("done")
        if self._reaper.stdin is not None:
            self._reaper.stdin.close()
        self._reaper.wait()

    def _tell_reaper(self, line: str) -> None:
        if self._reaper.stdin is not None:
            self._reaper.stdin.write(line + "\n")
            self._reaper.stdin.flush()

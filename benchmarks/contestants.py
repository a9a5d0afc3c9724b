"""Who is measured: Forebay on two servers, the floor, and two peers; each with the command that starts it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import Server, running
from benchmarks.workspace import REPOSITORY, Workspace, free_port

BIN = Path(sys.executable).parent
PEERS = REPOSITORY / "benchmarks" / "peers"
LIMIT = 8 * 1024**3


class UnavailableError(RuntimeError):
    """A contestant cannot take part on this machine; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """`command` and `environment` get the port and the folder in which everything is to be stored."""

    name: str
    does: str
    command: Callable[[int, Path], list[str]]
    environment: Callable[[int, Path], dict[str, str]] = lambda _port, _folder: {}
    protocol: str = "multipart"
    path: str = "/v1/uploads"
    ready: str | None = "/healthz"
    notes: tuple[str, ...] = field(default=())

    @contextmanager
    def serve(self, workspace: Workspace, extra: Mapping[str, str] | None = None) -> Iterator[Server]:
        """A fresh server on an empty folder."""
        with workspace.fresh_folder(self.name) as folder:
            port = free_port()
            data, temporary = folder / "data", folder / "tmp"
            data.mkdir()
            temporary.mkdir()
            environment = {"TMPDIR": str(temporary), **self.environment(port, data), **(extra or {})}
            log = folder / "server.log"
            with running(
                self.command(port, data), port=port, ready=self.ready, environment=environment, log=log
            ) as server:
                yield server


def forebay_environment(port: int, data: Path) -> dict[str, str]:
    return {
        "FOREBAY_HOST": "127.0.0.1",
        "FOREBAY_PORT": str(port),
        "FOREBAY_DATA_DIR": str(data),
        "FOREBAY_MAX_UPLOAD_BYTES": str(LIMIT),
        "FOREBAY_WORKER_CONCURRENCY": "0",  # the others only receive, too
    }


def forebay() -> Contestant:
    program = BIN / "forebay"
    if not program.exists() or not (REPOSITORY / "src/forebay/bootstrap/asgi.py").exists():
        raise UnavailableError("`forebay serve` is not installed beside this Python; run `uv sync`")
    return Contestant(
        name="forebay",
        does="Forebay as `forebay serve --no-worker` starts it: rows (the job's as well), SHA-256, fsync",
        command=lambda _port, _data: [str(program), "serve"],
        environment=forebay_environment,
    )


def forebay_granian() -> Contestant:
    program = BIN / "granian"
    if not program.exists() or not (REPOSITORY / "src/forebay/bootstrap/asgi.py").exists():
        raise UnavailableError("granian is not installed; run `uv sync --group bench`")
    options = ["--interface", "asgi", "--factory", "--workers", "1", "--no-ws", "--host", "127.0.0.1"]
    return Contestant(
        name="forebay-granian",
        does="the same application on granian",
        command=lambda port, _data: [str(program), *options, "--port", str(port), "forebay.bootstrap.asgi:create_app"],
        environment=forebay_environment,
    )


def floor(workspace: Workspace) -> Contestant:
    """floor.c where a C compiler and OpenSSL's headers are there, else floor.py."""
    compiler, binary = shutil.which("cc"), workspace.root / "floor"
    problem = "no C compiler"
    if compiler is not None:
        flags = ["-O2", "-std=gnu11", "-pthread", "-o", str(binary), str(PEERS / "floor.c"), "-lcrypto"]
        built = subprocess.run([compiler, *flags], capture_output=True, text=True, check=False)
        problem = built.stderr.strip().partition("\n")[0]
    if binary.exists():
        command, does = [str(binary)], "floor.c: SHA-256, O_DIRECT, fsync; no rows"
    else:
        command = [sys.executable, "-m", "benchmarks.peers.floor"]
        does = f"floor.py (floor.c did not build: {problem}): SHA-256, fsync; no rows"
    return Contestant(name="floor", does=does, command=lambda port, data: [*command, str(port), str(data)], ready=None)


def fastapi() -> Contestant:
    program = BIN / "uvicorn"
    probe = subprocess.run([sys.executable, "-c", "import fastapi, python_multipart"], capture_output=True, check=False)
    if probe.returncode:
        raise UnavailableError("FastAPI is not installed; run `uv sync --group bench`")
    options = ["--loop", "uvloop", "--http", "httptools", "--workers", "1", "--host", "127.0.0.1"]
    return Contestant(
        name="fastapi",
        does="FastAPI + python-multipart + SQLAlchemy on uvicorn: rows, SHA-256, fsync",
        command=lambda port, _data: [str(program), *options, "--port", str(port), "benchmarks.peers.fastapi_app:app"],
        environment=lambda _port, data: {"PEER_DATA_DIR": str(data)},
    )


def tus(*, fsync: bool) -> Contestant:
    """As it comes, and, to compare at equal durability, with an fsync of file and folder in its `onUploadFinish`."""
    node, folder = shutil.which("node"), PEERS / "tus"
    if node is None:
        raise UnavailableError("node is not installed")
    if not (folder / "node_modules").exists():
        npm = shutil.which("npm")
        if npm is None:
            raise UnavailableError("npm is not installed")
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise UnavailableError(f"npm ci failed in {folder}: {done.stderr[-300:]}")
    return Contestant(
        name="tus-fsync" if fsync else "tus",
        does=f"@tus/server + @tus/file-store on Node: no rows, no digest, {'fsync' if fsync else 'NO fsync'}",
        command=lambda port, data: [node, str(folder / "server.js"), str(port), str(data)],
        environment=lambda _port, _data: {"NODE_ENV": "production", "TUS_FSYNC": str(int(fsync))},
        protocol="tus",
        path="/files",
    )


def line_up(workspace: Workspace, wanted: list[str]) -> tuple[list[Contestant], dict[str, str]]:
    """Those of `wanted` that can take part, and why the others cannot."""
    makers: dict[str, Callable[[], Contestant]] = {
        "forebay": forebay,
        "forebay-granian": forebay_granian,
        "floor": lambda: floor(workspace),
        "fastapi": fastapi,
        "tus": lambda: tus(fsync=False),
        "tus-fsync": lambda: tus(fsync=True),
    }
    present: list[Contestant] = []
    missing: dict[str, str] = {}
    for name in wanted:
        try:
            present.append(makers[name]())
        except UnavailableError as error:
            missing[name] = str(error)
    return present, missing


NAMES = ("forebay", "forebay-granian", "floor", "fastapi", "tus", "tus-fsync")

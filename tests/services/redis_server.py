"""What a test can do with a running Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial

from redis import Redis
from redis.exceptions import RedisError

from tests.services.ready import wait_until_ready
from tests.services.sources import Server

_DATABASES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisServer(Server):
    """A running Redis that asks for a password and keeps nothing on disk; `url` names no database."""

    url: str
    _free: list[int] = field(default_factory=lambda: list(range(_DATABASES)))

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database that is empty and nobody else's, emptied again at the end."""
        number = self._free.pop()
        url = f"{self.url}/{number}"
        try:
            self._empty(url)
            yield url
        finally:
            if self.control.exited() is None:
                self._empty(url)
            self._free.append(number)

    def kill(self) -> None:
        """End the server with SIGKILL; what was in it is gone."""
        self.control.kill()

    def start(self) -> None:
        """Bring a killed server back on the same URL, empty; returns when it answers."""
        self.control.start()
        self.wait()

    def wait(self) -> None:
        """Return when the server answers; raises UnavailableError when it exits instead."""
        wait_until_ready(self.control, partial(_answers, self.url), what="Redis")

    def version(self) -> str:
        """The version that the server gives of itself, such as Redis 7.0.15."""
        with closing(Redis.from_url(self.url)) as client:
            info = client.info("server")
        valkey = info.get("valkey_version")
        return f"Valkey {valkey}" if valkey else f"Redis {info['redis_version']}"

    def _empty(self, url: str) -> None:
        with closing(Redis.from_url(url)) as client:
            client.flushdb()


def _answers(url: str) -> bool:
    with closing(Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5)) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False

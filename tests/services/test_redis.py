"""The Redis that tests get is real, empty, theirs alone, and comes back after being killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as LostError

from tests.services.redis import RedisServer, redis


@pytest.fixture
def client(redis_url: str) -> Iterator[Redis]:
    with closing(Redis.from_url(redis_url)) as client:
        yield client


@pytest.mark.parametrize("attempt", [1, 2])
def test_every_test_gets_an_empty_database(client: Redis, attempt: int) -> None:
    assert client.dbsize() == 0
    client.set("made by", attempt)
    assert client.dbsize() == 1


def test_two_databases_at_a_time_are_two(redis_server: RedisServer, client: Redis) -> None:
    client.set("here", "yes")
    with redis_server.database() as other, closing(Redis.from_url(other)) as second:
        assert second.dbsize() == 0


def test_without_the_password_nobody_gets_in(redis_url: str) -> None:
    wrong = f"redis://:wrong@{redis_url.partition('@')[2]}"
    with closing(Redis.from_url(wrong)) as client, pytest.raises(AuthenticationError):
        client.ping()


def test_a_killed_server_comes_back_empty(redis_server: RedisServer) -> None:
    assert redis_server.source  # the run has a Redis; this test opens another, which it may kill
    with redis() as server, server.database() as url, closing(Redis.from_url(url)) as client:
        client.set("key", "value")
        server.kill()
        with pytest.raises(LostError):
            client.ping()
        server.start()
        assert client.dbsize() == 0

"""PostgreSQL, Redis and an S3 server for the benchmarks: those that the tests use (container, machine or wheel)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from benchmarks.report import say
from tests.services import PostgresServer, RedisServer, postgres, redis, s3


@contextmanager
def s3_store() -> Iterator[tuple[str, dict[str, str]]]:
    """A name for the table and the settings that make Forebay store there. The bucket is Forebay's to create."""
    with s3() as server, server.bucket() as bucket:
        say(f"  S3: {server.report()}")
        query = urlencode({"endpoint_url": server.endpoint_url, "region": server.region, "addressing": "path"})
        settings = {
            "FOREBAY_BLOB_URL": f"s3://{bucket}/bench?{query}",
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_DEFAULT_REGION": server.region,
        }
        yield "s3", settings


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL whose commits wait for the disk."""
    with postgres(durable=True) as server:
        say(f"  PostgreSQL: {server.report()}")
        yield server


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    with redis() as server:
        say(f"  Redis: {server.report()}")
        yield server

"""A server on the embedded default and one on PostgreSQL and S3; every test of this folder runs against both."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from forebay.adapters.sql.migrate import upgrade
from tests.http.api import Api
from tests.server_process import running_server
from tests.services.postgres import PostgresServer
from tests.services.s3 import S3Server

SETTINGS = {
    "FOREBAY_MAX_UPLOAD_BYTES": str(8 * 1024 * 1024),
    "FOREBAY_UPLOAD_STALL_SECONDS": "3",
    "FOREBAY_UPLOAD_STALL_BYTES": "16384",
    "FOREBAY_SWEEP_INTERVAL_SECONDS": "0",
}
PLACES = [
    pytest.param("embedded", marks=pytest.mark.adapter("sqlite", "filesystem")),
    pytest.param("services", marks=pytest.mark.adapter("postgres", "s3")),
]


@pytest.fixture(scope="session", params=PLACES)
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Without a worker: runs stay stored, and jobs stay queued for tests to look at."""
    settings = {**SETTINGS, "FOREBAY_WORKER_CONCURRENCY": "0"}
    yield from serving(request, tmp_path_factory.mktemp(request.param), settings)


@pytest.fixture(scope="session", params=PLACES)
def working(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """With a worker inside."""
    yield from serving(request, tmp_path_factory.mktemp(f"working-{request.param}"), SETTINGS)


def serving(request: pytest.FixtureRequest, folder: Path, settings: dict[str, str]) -> Iterator[Api]:
    if request.param == "services":
        settings = settings | service_settings(request)
    with running_server(folder, settings) as server, httpx.Client(base_url=server.url, timeout=30) as client:
        yield Api(client=client, server=server)


def service_settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """The server's settings for a fresh database, migrated, and a fresh bucket."""
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    s3: S3Server = request.getfixturevalue("s3_server")
    stack = ExitStack()
    request.addfinalizer(stack.close)
    url = stack.enter_context(postgres.database())
    bucket = stack.enter_context(s3.bucket())
    upgrade(url)
    return {
        "FOREBAY_DATABASE_URL": url,
        "FOREBAY_BLOB_URL": f"s3://{bucket}/some/prefix?endpoint_url={s3.endpoint_url}&region={s3.region}&addressing=path",
        "AWS_ACCESS_KEY_ID": s3.access_key,
        "AWS_SECRET_ACCESS_KEY": s3.secret_key,
    }

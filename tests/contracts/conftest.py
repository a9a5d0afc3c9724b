"""Empty databases with the schema, copied from one that was migrated once."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from forebay.adapters.sql.migrate import upgrade
from tests.services import PostgresServer


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "forebay.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_copy_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{copyfile(migrated_sqlite, tmp_path / 'forebay.db')}"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database to copy."""
    with postgres_server.database() as url:
        upgrade(url)
        yield url.rpartition("/")[2]


@pytest.fixture
def postgres_copy_url(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[str]:
    with postgres_server.database(template=migrated_postgres) as url:
        yield url

"""A SQLite file and a PostgreSQL database with the schema."""

from pathlib import Path

import pytest

from forebay.adapters.sql.migrate import upgrade


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'forebay.db'}"
    upgrade(url)
    return url


@pytest.fixture
def migrated_postgres_url(postgres_url: str) -> str:
    upgrade(postgres_url)
    return postgres_url

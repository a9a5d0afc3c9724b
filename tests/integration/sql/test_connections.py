"""How many connections are in use, as /metrics shows it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from forebay.adapters.sql.engine import open_database
from forebay.application.ports.system import PoolUsage


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_connection_is_in_use_from_the_first_statement_to_the_end(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else f"sqlite:///{tmp_path / 'forebay.db'}"
    database = open_database(url, pool_size=3, readers=3)
    try:
        assert database.usage() == PoolUsage(in_use=0, limit=3)
        transaction = database.transaction(write=False)
        await transaction.execute(text("SELECT 1"), None)
        assert database.usage() == PoolUsage(in_use=1, limit=3)
        await transaction.close()
        assert database.usage() == PoolUsage(in_use=0, limit=3)
    finally:
        await database.dispose()

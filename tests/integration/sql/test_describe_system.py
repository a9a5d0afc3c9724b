"""What a Forebay says of itself while its PostgreSQL is away: all that does not need it."""

from pathlib import Path

import pytest

from forebay.adapters.sql.migrate import HEAD, upgrade
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import load_settings
from tests.services import PostgresServer, postgres

pytestmark = pytest.mark.adapter("postgres")


async def test_the_system_answers_while_the_database_is_away(postgres_server: PostgresServer) -> None:
    assert postgres_server.source  # the run has a PostgreSQL; this test opens another, which it may kill
    with postgres() as server, server.database() as url:
        upgrade(url)
        settings = load_settings(
            {}, env_file=Path("/nonexistent"), overrides={"database_url": url, "blob_url": "memory:"}
        )
        async with open_use_cases(settings) as use_cases:
            before = await use_cases.system.describe()
            assert before.activity is not None
            assert (before.installation.database, before.activity.schema_revision) == ("postgresql", HEAD)
            server.kill()
            away = await use_cases.system.describe()
            assert away.activity is None
            assert away.installation == before.installation
            assert not (await use_cases.system.check_health()).ok
            server.start()

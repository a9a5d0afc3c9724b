"""The schema goes up, down and up again on both databases, and ends as the program describes it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text

from forebay.adapters.sql import migrate
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.intake_tables import blobs, files, ingestion_runs
from forebay.adapters.sql.migrate import (
    HEAD,
    check_schema,
    current,
    downgrade,
    migration_connection,
    migrations_folder,
    upgrade,
)
from forebay.adapters.sql.rows import blob_values, file_values, run_values
from forebay.adapters.sql.tables import is_compared, metadata, tables_of
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.domain.documents.starter_categories import starter_categories
from forebay.domain.errors import SchemaOutdatedError
from forebay.testing.intake_examples import a_blob, a_file, a_run

DATABASES = ["sqlite", "postgres"]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'forebay.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    upgrade(url)
    with migration_connection(url) as opened:
        yield opened


def revisions() -> list[str]:
    """Oldest first."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def tables(url: str) -> set[str]:
    """But not those that FTS5 makes for itself."""
    with migration_connection(url) as opened:
        found = set(inspect(opened).get_table_names()) - {"alembic_version"}
        return {name for name in found if is_compared(name, opened.dialect.name)}


def described(url: str) -> set[str]:
    """What the program says that this database has."""
    return {table.name for table in tables_of("sqlite" if url.startswith("sqlite") else "postgresql")}


def test_revisions_are_numbers_that_sort_and_the_program_knows_the_last() -> None:
    found = revisions()
    assert found == sorted(found)
    assert all(len(revision) == 4 and revision.isdigit() for revision in found)
    assert found[-1] == HEAD


def test_each_revision_goes_up_down_and_up_again(url: str) -> None:
    previous = "base"
    for revision in revisions():
        assert upgrade(url, revision) == revision
        after = tables(url)
        downgrade(url, previous)
        assert current(url) == (None if previous == "base" else previous)
        assert upgrade(url, revision) == revision
        assert tables(url) == after
        previous = revision
    assert tables(url) == described(url)
    downgrade(url, "base")
    assert tables(url) == set()


def test_nothing_differs_from_the_tables_of_the_program(connection: Connection) -> None:
    dialect = connection.dialect.name
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _: kind != "table" or is_compared(name, dialect),
            "include_object": lambda _, name, kind, *more: kind != "table" or is_compared(name, dialect),
        },
    )
    assert compare_metadata(context, metadata) == []


def test_checks_are_the_ones_of_the_program(connection: Connection) -> None:
    """Alembic does not compare CHECKs and what indexes leave out, so both ways of making the tables are compared."""
    migrated = _details(connection)
    here = tables_of(connection.dialect.name)
    for view in inspect(connection).get_view_names():
        connection.execute(text(f"DROP VIEW {view}"))
    for table in reversed(here):
        connection.execute(text(f"DROP TABLE {table.name}"))
    metadata.create_all(connection, tables=here)
    assert migrated == _details(connection)


def _details(connection: Connection) -> dict[str, object]:
    found = inspect(connection)
    found.clear_cache()
    where = f"{connection.dialect.name}_where"
    return {
        table: (
            found.get_columns(table).__repr__(),
            found.get_pk_constraint(table),
            sorted(found.get_check_constraints(table), key=lambda check: str(check["name"])),
            sorted(found.get_unique_constraints(table), key=lambda key: str(key["name"])),
            sorted(found.get_foreign_keys(table), key=lambda key: str(key["name"])),
            sorted(
                (str(index["name"]), index["column_names"], str(index.get("dialect_options", {}).get(where)))
                for index in found.get_indexes(table)
            ),
        )
        for table in map(str, tables_of(connection.dialect.name))
    }


def test_every_constraint_and_index_has_a_name(connection: Connection) -> None:
    found = inspect(connection)
    counted = (
        {"events", "pipeline_checks"} if connection.dialect.name == "sqlite" else set()
    )  # AUTOINCREMENT goes with an unnamed key only
    for table in map(str, tables_of(connection.dialect.name)):
        named = [
            *([found.get_pk_constraint(table)] if table not in counted else []),
            *found.get_check_constraints(table),
            *found.get_unique_constraints(table),
            *found.get_foreign_keys(table),
            *found.get_indexes(table),
        ]
        assert all(item["name"] for item in named)


def test_upgrading_again_changes_nothing(url: str) -> None:
    assert upgrade(url) == HEAD
    assert upgrade(url) == HEAD
    check_schema(url)


def test_an_empty_database_is_told_to_migrate(url: str) -> None:
    assert current(url) is None
    with pytest.raises(SchemaOutdatedError, match="no schema yet; run `forebay migrate`"):
        check_schema(url)


def test_an_older_schema_is_told_to_migrate(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(url)
    monkeypatch.setattr(migrate, "HEAD", "9999")
    with pytest.raises(SchemaOutdatedError, match=f"schema {HEAD}, and this program needs 9999; run `forebay migrate`"):
        check_schema(url)


def test_a_newer_schema_asks_for_a_newer_program_and_is_left_alone(url: str) -> None:
    upgrade(url)
    with migration_connection(url) as opened:
        opened.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaOutdatedError, match=f"9999, which is newer than {HEAD}"):
        check_schema(url)
    with pytest.raises(SchemaOutdatedError, match="install a newer Forebay"):
        upgrade(url)
    assert current(url) == "9999"
    with pytest.raises(SchemaOutdatedError, match="9999"):
        downgrade(url, "base")


async def test_several_tasks_may_upgrade_at_the_same_time(url: str) -> None:
    assert await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(6))) == [HEAD] * 6


def test_several_processes_may_upgrade_at_the_same_time(url: str) -> None:
    code = "import sys; from forebay.adapters.sql.migrate import upgrade; print(upgrade(sys.argv[1]))"
    started = [
        subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    outcomes = [process.communicate(timeout=120) for process in started]
    assert [(out.strip(), error) for out, error in outcomes] == [(HEAD, "")] * 4


async def test_upgrading_inside_a_running_loop_is_fine(url: str) -> None:
    assert upgrade(url) == HEAD


def test_a_migration_that_fails_leaves_nothing_behind(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copytree(migrations_folder(), tmp_path / "migrations")
    (folder / "versions" / "9999_broken.py").write_text(
        f'revision = "9999"\ndown_revision = "{HEAD}"\n\n\ndef upgrade() -> None:\n    raise ZeroDivisionError\n'
    )
    monkeypatch.setattr(migrate, "migrations_folder", lambda: folder)
    with pytest.raises(ZeroDivisionError):
        upgrade(url)
    assert current(url) is None
    assert tables(url) == set()


def test_migrations_are_found_in_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = Path(copytree(migrations_folder(), tmp_path / "forebay" / "migrations"))
    monkeypatch.setattr(migrate, "__file__", str(tmp_path / "forebay" / "adapters" / "sql" / "migrate.py"))
    assert migrations_folder() == shipped
    url = f"sqlite:///{tmp_path / 'forebay.db'}"
    assert upgrade(url) == HEAD


def test_alembic_runs_from_the_command_line(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_DATABASE_URL", url)
    for action in (["upgrade", "head"], ["check"]):
        run = subprocess.run(
            [sys.executable, "-m", "alembic", *action],
            cwd=migrations_folder().parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert run.returncode == 0, run.stderr
    check_schema(url)


def test_what_was_recorded_before_processing_came_is_still_there(url: str) -> None:
    upgrade(url, "0001")
    run, blob = uuid4(), a_blob()
    with migration_connection(url) as opened:
        values = run_values(a_run(id=run))
        opened.execute(insert(ingestion_runs), {name: values[name] for name in values if name != "documents"})
        opened.execute(insert(blobs), blob_values(blob))
        opened.execute(insert(files), file_values(a_file(a_run(id=run), blob)))
    for move in (partial(upgrade, url), partial(downgrade, url, "0001"), partial(upgrade, url)):
        move()
        with migration_connection(url) as opened:
            assert opened.execute(select(files.c.run_id)).scalars().all() == [run]
            assert opened.execute(select(ingestion_runs.c.id)).scalars().all() == [run]


async def test_a_new_database_begins_with_the_starter_categories(url: str) -> None:
    upgrade(url)
    database = open_database(url)
    try:
        async with SqlUnitOfWorkFactory(database)(write=False) as work:
            found = {category.id: category for category in await work.categories.list()}
    finally:
        await database.dispose()
    (at,) = {category.created_at for category in found.values()}
    assert found == {category.id: category for category in starter_categories(at=at)}

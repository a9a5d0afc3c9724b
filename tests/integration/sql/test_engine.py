"""Databases by URL: what is understood, what is refused and how."""

import sys
from pathlib import Path

import pytest

from forebay.adapters.sql.engine import open_database, postgres_url, sqlite_path
from forebay.adapters.sql.errors import _BY_CONSTRAINT
from forebay.adapters.sql.migrate import upgrade
from forebay.adapters.sql.probe import DatabaseProbe
from forebay.adapters.sql.tables import metadata
from forebay.domain.errors import SettingError


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/forebay.db", Path("/var/lib/forebay.db")),
        ("sqlite:///forebay.db", Path.cwd() / "forebay.db"),
        ("sqlite:////a b/100%25 ü?#.db", Path("/a b/100%25 ü?#.db")),
    ],
)
def test_a_sqlite_url_is_a_path_as_it_stands(url: str, path: Path) -> None:
    assert sqlite_path(url) == path


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:forebay.db"])
def test_a_sqlite_url_needs_a_file(url: str) -> None:
    with pytest.raises(SettingError, match="sqlite:///path"):
        open_database(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgres_urls_are_opened_with_psycopg(scheme: str) -> None:
    url = postgres_url(f"{scheme}://ann:p%40ss@db.example:5433/forebay?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "ann",
        "p@ss",
        "db.example",
        5433,
        "forebay",
    )


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "secret", "", "postgresql://u:secret@h:port/d"])
def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(SettingError, match="postgresql://user:password@host") as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


def test_a_missing_driver_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingError, match=r"pip install 'forebay\[postgres\]'"):
        open_database("postgresql://h/d")
    with pytest.raises(SettingError, match=r"pip install 'forebay\[postgres\]'"):
        upgrade("postgresql://h/d")


def test_every_constraint_that_has_an_error_of_its_own_exists() -> None:
    tables = metadata.tables.values()
    names = {str(constraint.name) for table in tables for constraint in table.constraints}
    names |= {str(index.name) for table in tables for index in table.indexes}
    assert set(_BY_CONSTRAINT) <= names
    assert "None" not in names


@pytest.mark.adapter("sqlite")
async def test_the_probe_says_what_and_where(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    try:
        assert (await DatabaseProbe(database).check()).startswith("sqlite 3.")
        assert (await DatabaseProbe(database).check()).endswith(f" at {sqlite_path(sqlite_url)}")
    finally:
        await database.dispose()

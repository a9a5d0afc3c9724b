"""A Forebay moves from SQLite and a folder to PostgreSQL and S3 and back, and answers as before."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from forebay.adapters.sql.copying_tables import copied_tables
from tests.cli.program import Program
from tests.e2e.copy_site import ARCHIVE, KEY, answers, fill, found, opened
from tests.http.archives import tar
from tests.services.postgres_server import PostgresServer
from tests.services.s3 import S3Server

Environ = dict[str, str]


@pytest.fixture
def home(tmp_path: Path) -> Environ:
    """SQLite and a folder."""
    return {"FOREBAY_DATA_DIR": str(tmp_path / "home"), "FOREBAY_SWEEP_INTERVAL_SECONDS": "0"}


@pytest.fixture
def away(
    postgres_server: PostgresServer,
    postgres_url: str,
    s3_server: S3Server,
    s3_bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Environ:
    """PostgreSQL, not migrated, and S3."""
    credentials = {"AWS_ACCESS_KEY_ID": s3_server.access_key, "AWS_SECRET_ACCESS_KEY": s3_server.secret_key}
    for name, value in credentials.items():
        monkeypatch.setenv(name, value)
    return {
        "FOREBAY_DATABASE_URL": postgres_url,
        "FOREBAY_BLOB_URL": f"s3://{s3_bucket}/some/prefix?endpoint_url={s3_server.endpoint_url}"
        f"&region={s3_server.region}&addressing=path",
        **credentials,
    }


def to(place: Mapping[str, str]) -> list[str]:
    return ["--to-database", place["FOREBAY_DATABASE_URL"], "--to-blobs", place["FOREBAY_BLOB_URL"]]


def copied(folder: Path, source: Environ, target: Environ, *more: str, code: int = 0) -> Any:
    credentials = {name: value for name, value in target.items() if name.startswith("AWS_")}
    program = Program(folder, {**credentials, **source})
    return json.loads(program.process("copy", *to(target), "--json", *more, code=code).out)


@pytest.mark.adapter("sqlite", "filesystem", "postgres", "s3")
async def test_it_moves_to_services_and_back_again(tmp_path: Path, home: Environ, away: Environ) -> None:
    await fill(home, tmp_path)
    before = await answers(home, tmp_path)
    report = copied(tmp_path, home, away)
    tables = {table["name"]: table["records"] for table in report["tables"]}
    assert tables.keys() == {table.name for table in copied_tables()}
    assert [name for name, records in tables.items() if not records] == [], "let fill() make something of each"
    assert report["ok"]
    assert report["changed"] == report["blobs"]["faults"] == []
    assert report["blobs"]["copied"] == tables["blobs"]
    assert await answers(away, tmp_path) == before

    searched = await found(home, tmp_path)
    assert all(searched.values())
    for query, ids in (await found(away, tmp_path)).items():
        assert searched[query] <= ids, query  # PostgreSQL stems, and so may find more

    async with opened(away, tmp_path) as forebay:
        replayed = await forebay.upload(ARCHIVE, type="app_bundle", name="app.tgz", idempotency_key=KEY, owner="ann")
        assert replayed.run in before["runs"]
        last = max(event.position for event in before["events"])
        new = (await forebay.upload(tar({"new.txt": b"new"}), type="archive", name="new.tgz")).run
        assert (await forebay.process(new.id)).status == "complete"
        assert min(event.position for event in (await forebay.list_events(run_id=new.id)).items) > last
        await forebay.check_alerts()

    there = await answers(away, tmp_path)
    back = {
        "FOREBAY_DATABASE_URL": f"sqlite:///{tmp_path / 'back' / 'forebay.db'}",
        "FOREBAY_BLOB_URL": f"file://{tmp_path / 'back' / 'blobs'}",
    }
    report = copied(tmp_path, away, back)
    assert report["ok"]
    assert await answers(back, tmp_path) == there
    assert await found(back, tmp_path) == searched
    async with opened(back, tmp_path) as forebay:
        new = (await forebay.upload(tar({"newer.txt": b"newer"}), type="archive", name="newer.tgz")).run
        last = max(event.position for event in there["events"])
        assert min(event.position for event in (await forebay.list_events(run_id=new.id)).items) > last


@pytest.mark.adapter("sqlite", "filesystem")
async def test_numbers_of_events_that_are_gone_are_not_given_again(tmp_path: Path, home: Environ) -> None:
    async with opened(home, tmp_path) as forebay:
        await forebay.upload(ARCHIVE, type="archive", name="a.tgz")
        last = max(event.position for event in (await forebay.list_events(limit=1000)).items)
    with closing(sqlite3.connect(tmp_path / "home" / "forebay.db", isolation_level=None)) as database:
        database.execute("DELETE FROM events")
    there = {
        "FOREBAY_DATABASE_URL": f"sqlite:///{tmp_path / 'there.db'}",
        "FOREBAY_BLOB_URL": f"file://{tmp_path / 'there'}",
    }
    copied(tmp_path, home, there)
    async with opened(there, tmp_path) as forebay:
        await forebay.upload(tar({"b": b"b"}), type="archive", name="b.tgz")
        assert min(event.position for event in (await forebay.list_events(limit=1000)).items) > last

"""forebay copy: what it refuses, what it reports, and what it leaves as it is."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from forebay.adapters.sql.migrate import current, downgrade, upgrade
from tests.cli.program import Done, Program, archive, large_archive
from tests.services.postgres_server import PostgresServer

pytestmark = pytest.mark.adapter("sqlite", "filesystem")


class Site:
    """A Forebay with a few runs, and a place to copy it to."""

    def __init__(self, folder: Path, here: Program) -> None:
        self.forebay = here
        self.database = folder / "data" / "forebay.db"
        self.blobs = folder / "data" / "blobs"
        self.there = folder / "there"
        self.to_database = ("--to-database", f"sqlite:///{self.there / 'forebay.db'}")
        self.to_blobs = ("--to-blobs", f"file://{self.there / 'blobs'}")
        here.file("small.tgz", archive())
        here.file("large.tgz", large_archive(300_000))
        here("upload", "small.tgz", "large.tgz", "--type", "archive")

    def copy(self, *arguments: str, code: int = 0) -> Done:
        return self.forebay("copy", *self.to_database, *self.to_blobs, *arguments, code=code)

    def report(self, *arguments: str, code: int = 0) -> Any:
        return self.copy("--json", *arguments, code=code).json

    def object_of(self, name: str) -> Path:
        """In the source."""
        query = "SELECT object_key FROM blobs JOIN files USING (sha256) WHERE path = ?"
        with closing(sqlite3.connect(self.database)) as database:
            ((key,),) = database.execute(query, (name,)).fetchall()
        (found,) = self.blobs.rglob(Path(key).name)
        return found

    def execute(self, statement: str, *values: object, database: Path | None = None) -> None:
        with closing(sqlite3.connect(database or self.database, isolation_level=None)) as opened:
            opened.execute(statement, values)

    def runs_there(self) -> int:
        with closing(sqlite3.connect(self.there / "forebay.db")) as database:
            return int(database.execute("SELECT count(*) FROM ingestion_runs").fetchone()[0])


@pytest.fixture
def site(tmp_path: Path, here: Program) -> Site:
    return Site(tmp_path, here)


def test_everything_is_copied_and_told(site: Site) -> None:
    done = site.copy()
    assert re.search(r"^ingestion_runs +2 +[0-9a-f]{64}$", done.out, re.MULTILINE)
    assert re.search(
        r"^blobs: 2 copied \(\S+ KiB\), 0 were there already \(0 B\), 0 missing or damaged$", done.out, re.MULTILINE
    )
    assert "both sides agree" in done.out
    assert f"from sqlite at {site.database} to sqlite at {site.there / 'forebay.db'}" in done.out
    there = Program(
        site.forebay.folder, {"FOREBAY_DATABASE_URL": site.to_database[1], "FOREBAY_BLOB_URL": site.to_blobs[1]}
    )
    assert there("runs", "list", "--json").json == site.forebay("runs", "list", "--json").json


def test_a_second_copy_finds_everything_there(site: Site) -> None:
    first = site.report()
    assert (first["ok"], first["already_there"], first["blobs"]["copied"]) == (True, False, 2)
    again = site.report()
    assert (again["ok"], again["already_there"], again["blobs"]["copied"], again["blobs"]["present"]) == (
        True,
        True,
        0,
        2,
    )
    assert again["tables"] == first["tables"]
    assert "were there already; both sides agree. The search index was not looked at" in site.copy().out


def test_blobs_and_records_may_be_copied_apart(site: Site) -> None:
    blobs = site.forebay("copy", *site.to_blobs, "--json").json
    assert (blobs["blobs"]["copied"], blobs["tables"], blobs["target"]) == (2, None, None)
    assert not (site.there / "forebay.db").exists()
    records = site.forebay("copy", *site.to_database, "--json").json
    assert records["blobs"] is None
    assert records["ok"]
    assert site.runs_there() == 2


def test_a_server_elsewhere_is_no_source(site: Site) -> None:
    done = site.forebay("--server", "http://127.0.0.1:1", "copy", *site.to_database, code=2)
    assert "leave out --server" in done.err


def test_where_to_must_be_said(site: Site) -> None:
    assert "--to-database URL, --to-blobs URL, or both" in site.forebay("copy", code=2).err


@pytest.mark.parametrize(
    ("option", "url", "said"),
    [
        ("--to-database", "memory:", "has the scheme 'memory'; to copy to, expected sqlite:///path or postgresql://"),
        ("--to-database", "mysql://host/db", "has the scheme 'mysql'; expected one of memory, postgres, postgresql"),
        ("--to-database", "sqlite:///", "names no file"),
        ("--to-database", "postgresql://u:secret@127.0.0.1:1/db", "check --to-database and that the server is up"),
        ("--to-blobs", "memory:", "is memory:, which ends with the program"),
        ("--to-blobs", "gs://bucket", "has the scheme 'gs'; expected one of file, memory, s3"),
        ("--to-blobs", "file:relative", "expected file:///absolute/path"),
        ("--to-blobs", "s3://bucket?endpoint_url=http://127.0.0.1:1", "the S3 server does not answer"),
    ],
)
def test_a_url_that_leads_nowhere_is_told_by_its_option(
    site: Site, option: str, url: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    impatient = Program(site.forebay.folder, {**site.forebay.settings, "FOREBAY_DATABASE_WAIT_SECONDS": "0"})
    done = impatient.any_code("copy", option, url)
    assert done.code in {5, 8}
    assert option in done.err
    assert said in done.err
    assert "FOREBAY_" not in done.err
    assert "secret" not in done.err


@pytest.mark.parametrize("name", ["FOREBAY_DATABASE_URL", "FOREBAY_BLOB_URL"])
def test_a_source_in_memory_is_refused(site: Site, name: str) -> None:
    program = Program(site.forebay.folder, {**site.forebay.settings, name: "memory:"})
    assert name in program("copy", *site.to_database, *site.to_blobs, code=8).err


def test_a_source_that_is_not_there_is_not_made(here: Program, tmp_path: Path) -> None:
    done = here("copy", "--to-database", f"sqlite:///{tmp_path / 'x.db'}", code=8)
    assert f"there is no database at {tmp_path / 'data' / 'forebay.db'}" in done.err
    assert not (tmp_path / "data" / "forebay.db").exists()


def test_source_and_target_are_two(site: Site) -> None:
    assert "is the database to copy" in site.forebay("copy", "--to-database", f"sqlite:///{site.database}", code=8).err
    assert "is where the blobs are" in site.forebay("copy", "--to-blobs", f"file://{site.blobs}/", code=8).err


def test_a_file_that_is_no_database_is_told_as_the_target(site: Site, tmp_path: Path) -> None:
    there = tmp_path / "notes.txt"
    there.write_text("nothing like a database\n" * 100)
    told = site.forebay("copy", "--to-database", f"sqlite:///{there}", code=5).err
    assert f"sqlite at {there}" in told
    assert "FOREBAY_DATABASE_URL" not in told


def test_an_old_schema_is_refused_on_either_side(site: Site) -> None:
    url = f"sqlite:///{site.database}"
    downgrade(url, "0007")
    done = site.copy(code=8)
    assert f"the source, sqlite at {site.database}: the database has schema 0007, and this program needs" in done.err
    assert "run `forebay migrate`" in done.err
    assert current(url) == "0007"
    upgrade(url)
    upgrade(site.to_database[1], "0007")
    assert f"the target, sqlite at {site.there / 'forebay.db'}: the database has schema 0007" in site.copy(code=8).err
    assert current(site.to_database[1]) == "0007"
    assert not list((site.there / "blobs").rglob("*.tgz"))


def test_a_target_with_other_records_is_refused_and_left_alone(site: Site, tmp_path: Path) -> None:
    other = Program(
        tmp_path, {"FOREBAY_DATABASE_URL": site.to_database[1], "FOREBAY_BLOB_URL": f"file://{tmp_path}/other"}
    )
    other("upload", "small.tgz", "--type", "archive")
    (failure,) = site.copy("--json", code=4).errors
    assert failure["code"] == "copy_target_not_empty"
    assert "blobs (1), " in failure["detail"]
    assert "expected an empty database" in failure["detail"]
    assert site.runs_there() == 1
    assert not list((site.there / "blobs").rglob("*.tgz"))


def test_a_target_that_has_grown_since_it_was_copied_is_refused(site: Site) -> None:
    site.copy()
    site.execute("UPDATE ingestion_runs SET label = 'new'", database=site.there / "forebay.db")
    assert "holds other records than the source" in site.copy(code=4).err


def test_a_target_whose_categories_somebody_made_is_not_empty(site: Site) -> None:
    upgrade(site.to_database[1])
    site.execute(
        "UPDATE categories SET updated_at = '2027' || substr(updated_at, 5)", database=site.there / "forebay.db"
    )
    assert "categories (" in site.copy(code=4).err


def test_a_store_of_somebody_else_is_refused(site: Site, tmp_path: Path) -> None:
    other = Program(tmp_path, {"FOREBAY_DATA_DIR": str(tmp_path / "other"), "FOREBAY_BLOB_URL": site.to_blobs[1]})
    other("upload", "small.tgz", "--type", "archive")
    done = site.copy(code=4)
    assert "the target store holds 1 objects, and none of them belongs to the source" in done.err


def _take_away(path: Path) -> None:
    path.unlink()


def _flip(path: Path) -> None:
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-5])


def _grow(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"more")


@pytest.mark.parametrize("name", ["small.tgz", "large.tgz"])
@pytest.mark.parametrize(
    ("harm", "fault", "why"),
    [
        (_take_away, "missing", "holds no object with its key"),
        (_flip, "damaged", "its bytes have the SHA-256"),
        (_cut, "damaged", "bytes, found"),
        (_grow, "damaged", "bytes, found more"),
    ],
)
def test_a_blob_that_the_source_lost_is_told_and_the_others_go_on(
    site: Site, harm: Callable[[Path], None], fault: str, why: str, name: str
) -> None:
    harm(site.object_of(name))
    report = site.report(code=12)
    (found,) = report["blobs"]["faults"]
    assert (found["fault"], report["ok"], report["records_held_back"]) == (fault, False, True)
    assert why in found["reason"]
    assert report["blobs"]["copied"] == 1
    assert report["tables"] is None
    assert site.runs_there() == 0
    done = site.copy(code=12)
    assert f"{fault}: {found['object_key']}" in done.err
    assert "no records were copied" in done.err
    assert len(list((site.there / "blobs").rglob("*.tgz"))) == 1
    despite = site.report("--despite-damage", code=12)
    assert (despite["ok"], despite["records_held_back"], site.runs_there()) == (False, False, 2)


def test_what_is_there_is_hashed_only_when_asked(site: Site) -> None:
    site.forebay("copy", *site.to_blobs)
    (damaged,) = site.there.rglob(site.object_of("large.tgz").name)
    _flip(damaged)
    assert site.report()["blobs"]["present"] == 2
    checked = site.report("--check")["blobs"]
    assert (checked["present"], checked["copied"]) == (1, 1)
    assert damaged.read_bytes() == site.object_of("large.tgz").read_bytes()


def test_an_object_of_another_size_is_copied_anew(site: Site) -> None:
    site.forebay("copy", *site.to_blobs)
    (damaged,) = site.there.rglob(site.object_of("small.tgz").name)
    _cut(damaged)
    assert site.report()["blobs"]["copied"] == 1


def test_whoever_is_at_work_is_waited_for(site: Site) -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    site.execute(
        "UPDATE jobs SET status = 'running', lease_owner = 'host:7', lease_expires_at = ?, due_at = ?"
        " WHERE id = (SELECT min(id) FROM jobs)",
        until,
        until,
    )
    (failure,) = site.copy("--json", code=4).errors
    assert failure["code"] == "copy_source_busy"
    assert "host:7 holds the job" in failure["detail"]
    assert site.forebay("copy", *site.to_blobs, "--json").json["ok"], "blobs alone may be copied beforehand"
    assert site.report("--live")["ok"]


def test_an_upload_under_way_is_waited_for_and_one_long_silent_is_not(site: Site) -> None:
    def say(moment: datetime) -> None:
        words = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
        site.execute("UPDATE ingestion_runs SET status = 'pending', updated_at = ? WHERE label IS NULL", words)

    say(datetime.now(UTC))
    assert "is being uploaded" in site.copy(code=4).err
    say(datetime.now(UTC) - timedelta(minutes=5))
    assert site.report()["ok"]


def test_a_document_whose_text_is_lost_is_counted(site: Site) -> None:
    site.forebay.file("bill.txt", b"Amount due: 300 EUR for zebras\n")
    site.forebay("documents", "upload", "bill.txt", "--wait")
    with closing(sqlite3.connect(site.database)) as database:
        query = "SELECT object_key FROM blobs JOIN documents ON text_sha256 = blobs.sha256"
        ((key,),) = database.execute(query).fetchall()
    (text,) = site.blobs.rglob(Path(key).name)
    text.unlink()
    report = site.forebay("copy", *site.to_database, "--json", code=12).json
    assert (report["ok"], report["indexed"], report["not_indexed"]) == (False, 0, 1)
    assert site.runs_there() == 3


@pytest.mark.adapter("postgres")
def test_a_password_stays_secret(site: Site, postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        done = site.forebay("copy", "--to-database", url)
        password = re.search(r"://[^:]+:([^@]+)@", url)
        assert password is not None
        assert password[1] not in done.out + done.err
        assert site.forebay("copy", "--to-database", url, "--json").json["already_there"]

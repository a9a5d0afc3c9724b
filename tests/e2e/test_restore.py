"""The rehearsal of docs/operations.md: back up while uploads and deletions go on, restore elsewhere, miss nothing."""

import asyncio
import contextlib
import hashlib
import json
import os
import random
import secrets
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.config import Config
from botocore.session import get_session

from forebay.bootstrap.schemes import choose_blobs, choose_database
from forebay.bootstrap.settings import Settings, load_settings
from forebay.domain.intake.blob import Sha256
from tests.http.archives import tar
from tests.http.conftest import service_settings
from tests.server_process import ServerProcess, running_server
from tests.services.postgres import postgres
from tests.services.postgres_server import PostgresServer
from tests.services.s3 import S3Server, s3

CLIENTS = 3
OLD_RUNS = 12
PREFIX = "some/prefix/"
PG_RESTORE = ["--no-owner", "--no-privileges", "--exit-on-error"]
PASSED, DAMAGED = 0, 12  # exit codes of `forebay verify`


@dataclass(frozen=True, slots=True)
class Upload:
    run_id: str
    file_id: str
    sha256: str


class Load(threading.Thread):
    """Uploads archives until it is told to stop, now and then deleting a run of those that it was given."""

    def __init__(self, url: str, seed: int, doomed: list[str], stop: threading.Event) -> None:
        super().__init__()
        self._url = url
        self._random = random.Random(seed)
        self._doomed = doomed
        self._stop_event = stop
        self.uploads: list[Upload] = []
        self.grown = threading.Semaphore(0)

    def run(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as client:
            while not self._stop_event.is_set():
                self.uploads.append(upload(client, self._random))
                self.grown.release()
                if self._doomed and len(self.uploads) % 3 == 0:
                    client.delete(f"/v1/runs/{self._doomed.pop()}").raise_for_status()

    def wait_for(self, more: int) -> None:
        """Returns when that many uploads more were acknowledged."""
        for _ in range(more):
            assert self.grown.acquire(timeout=120)


def upload(client: httpx.Client, chance: random.Random) -> Upload:
    size = chance.choice([100, 3_000, 70_000, 900_000])
    content = tar({"app/default/app.conf": b"[ui]\n", "app/data.bin": chance.randbytes(size)})
    response = client.post("/v1/uploads", data={"type": "archive"}, files={"file": ("x.tgz", content)})
    assert response.status_code == 201, response.text
    run = response.json()
    return Upload(run["id"], run["files"][0]["id"], hashlib.sha256(content).hexdigest())


class EmbeddedBackup:
    """A copy of the folder around an online copy of the SQLite file."""

    def __init__(self, folder: Path, server: ServerProcess) -> None:
        self._source = server.data_dir
        self._backup = folder / "backup"

    def blobs(self) -> None:
        target = self._backup / "blobs"
        for path in sorted((self._source / "blobs").rglob("*")):
            copy = target / path.relative_to(self._source / "blobs")
            with contextlib.suppress(FileNotFoundError):  # deleted, or renamed to its final name, meanwhile
                if path.is_file() and not copy.exists():
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(path, copy)

    def database(self) -> None:
        self._backup.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self._source / "forebay.db")) as source:
            source.execute("VACUUM INTO ?", (str(self._backup / "forebay.db"),))

    @contextmanager
    def restored(self) -> Iterator[Mapping[str, str]]:
        yield {"FOREBAY_DATA_DIR": str(self._backup)}


class ServicesBackup:
    """pg_dump, and the bucket object by object; restored to another PostgreSQL and another S3 server."""

    def __init__(self, postgres_server: PostgresServer, s3_server: S3Server, settings: Mapping[str, str]) -> None:
        self._postgres, self._s3 = postgres_server, s3_server
        self._database_url = settings["FOREBAY_DATABASE_URL"]
        self._bucket = settings["FOREBAY_BLOB_URL"].removeprefix("s3://").partition("/")[0]
        self._objects: dict[str, bytes] = {}
        self._dump = b""

    def blobs(self) -> None:
        client = s3_client(self._s3)
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
            for item in page.get("Contents", []):
                if item["Key"] not in self._objects:
                    with contextlib.suppress(client.exceptions.NoSuchKey):
                        content = client.get_object(Bucket=self._bucket, Key=item["Key"])["Body"].read()
                        self._objects[item["Key"]] = content
        client.close()

    def database(self) -> None:
        with self._somebody_who_reads():
            self._dump = self._postgres.programs.run("pg_dump", self._database_url, "--format=custom")

    @contextmanager
    def _somebody_who_reads(self) -> Iterator[None]:
        """A role with rights on a view, as dashboards have; the server of the restore does not know it."""
        role = f"reader_{secrets.token_hex(4)}"
        self._sql(f"CREATE ROLE {role}", f"GRANT SELECT ON dashboard_open_alerts TO {role}")
        try:
            yield
        finally:
            self._sql(f"DROP OWNED BY {role}", f"DROP ROLE {role}")

    def _sql(self, *commands: str) -> None:
        said = [f"--command={command}" for command in commands]
        self._postgres.programs.run("psql", self._database_url, "--set=ON_ERROR_STOP=1", *said)

    @contextmanager
    def restored(self) -> Iterator[Mapping[str, str]]:
        with postgres() as database_server, s3() as blob_server, ExitStack() as stack:
            url = stack.enter_context(database_server.database())
            bucket = stack.enter_context(blob_server.bucket())
            database_server.programs.run("pg_restore", url, *PG_RESTORE, stdin=self._dump)
            client = s3_client(blob_server)
            stack.callback(client.close)
            client.create_bucket(Bucket=bucket)
            for key, content in self._objects.items():
                client.put_object(Bucket=bucket, Key=key, Body=content)
            yield {
                "FOREBAY_DATABASE_URL": url,
                "FOREBAY_BLOB_URL": f"s3://{bucket}/{PREFIX}?endpoint_url={blob_server.endpoint_url}"
                f"&region={blob_server.region}&addressing=path",
                "AWS_ACCESS_KEY_ID": blob_server.access_key,
                "AWS_SECRET_ACCESS_KEY": blob_server.secret_key,
            }


def s3_client(server: S3Server) -> Any:
    return get_session().create_client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        config=Config(s3={"addressing_style": "path"}),
    )


Backup = EmbeddedBackup | ServicesBackup


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=pytest.mark.adapter("sqlite", "filesystem")),
        pytest.param("services", marks=pytest.mark.adapter("postgres", "s3")),
    ]
)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[ServerProcess, Callable[[], Backup]]]:
    settings = service_settings(request) if request.param == "services" else {}
    with running_server(tmp_path, settings) as server:

        def backup() -> Backup:
            if request.param == "embedded":
                return EmbeddedBackup(tmp_path, server)
            return ServicesBackup(
                request.getfixturevalue("postgres_server"), request.getfixturevalue("s3_server"), settings
            )

        yield server, backup


@pytest.mark.timeout(600)
def test_a_backup_taken_under_load_restores_to_a_whole_forebay(
    site: tuple[ServerProcess, Callable[[], Backup]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, make_backup = site
    backup = make_backup()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        old = [upload(client, random.Random(seed)) for seed in range(OLD_RUNS)]
    doomed = [found.run_id for found in old[: OLD_RUNS // 2]]
    with under_load(server.url, doomed) as loads:
        for load in loads:
            load.wait_for(4)
        safe = old[OLD_RUNS // 2 :] + [found for load in loads for found in load.uploads.copy()]
        backup.blobs()
        for load in loads:
            load.wait_for(4)
        backup.database()
        backup.blobs()
    server.kill()
    with backup.restored() as settings:
        found = verify(tmp_path, settings)
        assert found["damaged"] == []
        assert found["verified"]["blobs"] >= len(safe)
        check_restored(tmp_path / "elsewhere", settings, safe)
        assert verify(tmp_path, settings)["damaged"] == []
        for name in settings.keys() & {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}:
            monkeypatch.setenv(name, settings[name])
        lost = asyncio.run(lose(safe[0], load_settings(settings_of(tmp_path, settings), env_file=tmp_path / "none")))
        found = verify(tmp_path, settings, expected=DAMAGED)
        assert [(blob["kind"], blob["key"]) for blob in found["damaged"]] == [("missing", lost)]


@contextmanager
def under_load(url: str, doomed: list[str]) -> Iterator[list[Load]]:
    stop = threading.Event()
    loads = [Load(url, seed, doomed if seed == 0 else [], stop) for seed in range(CLIENTS)]
    for load in loads:
        load.start()
    try:
        yield loads
    finally:
        stop.set()
        for load in loads:
            load.join()


def check_restored(folder: Path, settings: Mapping[str, str], safe: list[Upload]) -> None:
    """A server takes the backup as its own: what was acknowledged is there and gets worked on, and more can come."""
    folder.mkdir()
    with running_server(folder, settings) as server, httpx.Client(base_url=server.url, timeout=120) as client:
        safe = [*safe, upload(client, random.Random(99))]
        for each in safe:
            content = client.get(f"/v1/files/{each.file_id}/content").raise_for_status().content
            assert hashlib.sha256(content).hexdigest() == each.sha256
            (job,) = client.get("/v1/jobs", params={"run_id": each.run_id}).json()["items"]
            client.get(f"/v1/jobs/{job['id']}/events", headers={"Accept": "text/event-stream"}).raise_for_status()
            assert client.get(f"/v1/runs/{each.run_id}").json()["status"] == "complete"


async def lose(victim: Upload, settings: Settings) -> str:
    """Deletes the bytes of an upload behind Forebay's back; the key they had."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(choose_database(settings)(settings))
        blobs = await stack.enter_async_context(choose_blobs(settings)(settings))
        async with database.unit_of_work(write=False) as work:
            blob = await work.blobs.get(Sha256(victim.sha256))
        await blobs.store.delete(blob.object_key)
        return str(blob.object_key)


def settings_of(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    return {"FOREBAY_DATA_DIR": str(folder / "unused"), **settings}


def verify(folder: Path, settings: Mapping[str, str], *, expected: int = PASSED) -> dict[str, Any]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "forebay", "verify", "--json"],
        env={**inherited, **settings_of(folder, settings)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result

"""A copy that is killed at random moments, and begun again, ends as if it had not been."""

import asyncio
import hashlib
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from forebay.adapters.sql.engine import ask, open_database
from forebay.adapters.sql.migrate import current
from forebay.bootstrap.schemes import choose_blobs
from forebay.domain.intake.blob import ObjectKey
from tests.cli.program import Program
from tests.e2e.copy_site import answers, fill, opened, settings_of
from tests.http.archives import tar
from tests.http.conftest import service_settings

KILLS = 6
UPLOADS = 50


async def more(environ: Mapping[str, str], folder: Path) -> None:
    """Blobs of several sizes, so that the copy goes on for a while."""
    chance = random.Random(7)
    async with opened(environ, folder) as forebay:
        for number in range(UPLOADS):
            content = tar({"x": chance.randbytes(chance.choice([10, 5_000, 70_000, 400_000]))})
            await forebay.upload(content, type="archive", name=f"{number}.tgz")


async def rows_of(url: str) -> int:
    """How many runs the target has: none, or all."""
    if current(url) is None:
        return 0
    database = open_database(url)
    try:
        (number,) = await ask(database, "SELECT count(*) FROM ingestion_runs")
    finally:
        await database.dispose()
    return int(str(number))


async def objects_of(environ: Mapping[str, str], folder: Path) -> dict[ObjectKey, str]:
    """The digest of each."""
    settings = settings_of(environ, folder)
    async with choose_blobs(settings)(settings) as parts:
        found = {}
        async for info in parts.store.list_objects():
            digest = hashlib.sha256()
            async with parts.store.open(info.key) as chunks:
                async for chunk in chunks:
                    digest.update(chunk)
            found[info.key] = digest.hexdigest()
        return found


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("embedded", marks=pytest.mark.adapter("sqlite", "filesystem")),
        pytest.param("services", marks=pytest.mark.adapter("postgres", "s3")),
    ],
)
@pytest.mark.timeout(600)
async def test_killed_and_begun_again_it_ends_the_same(
    target: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = {"FOREBAY_DATA_DIR": str(tmp_path / "home")}
    away = {
        "FOREBAY_DATABASE_URL": f"sqlite:///{tmp_path / 'away' / 'forebay.db'}",
        "FOREBAY_BLOB_URL": f"file://{tmp_path / 'away' / 'blobs'}",
    }
    credentials: dict[str, str] = {}
    if target == "services":
        away = service_settings(request)
        credentials = {name: value for name, value in away.items() if name.startswith("AWS_")}
        for name, value in credentials.items():
            monkeypatch.setenv(name, value)
    await fill(home, tmp_path)
    await more(home, tmp_path)
    program = Program(tmp_path, {**home, **credentials})
    where = [away["FOREBAY_DATABASE_URL"], away["FOREBAY_BLOB_URL"]]
    chance = random.Random(20261121)
    bytes_there = await objects_of(home, tmp_path)
    before: dict[ObjectKey, str] = {}
    killed = 0
    for told in sorted(chance.sample(range(1, 120), KILLS)):
        ended = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "tests.e2e.copy_program", *where, str(told), str(chance.random() / 50)],
            cwd=Path(__file__).parents[2],
            env=program.environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr.decode()
        killed += ended.returncode == -signal.SIGKILL
        there = await objects_of(away, tmp_path)
        assert there.items() <= bytes_there.items()
        assert there.keys() >= before.keys()
        before = there
        assert there == bytes_there or not await rows_of(where[0])
    assert killed
    done = program.process("copy", "--to-database", where[0], "--to-blobs", where[1], "--check", "--json").json
    assert done["ok"]
    assert done["blobs"]["copied"] + done["blobs"]["present"] == len(bytes_there)
    assert await objects_of(away, tmp_path) == bytes_there
    assert await answers(away, tmp_path) == await answers(home, tmp_path)

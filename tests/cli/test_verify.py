"""forebay verify, on a folder and on S3: a bit that really flipped, an object that is really gone."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from forebay.adapters.filesystem.store import open_filesystem_store
from forebay.adapters.s3.store import open_s3_store
from forebay.application.intake import verify_judging
from forebay.application.ports.blobs import BlobStore
from forebay.domain.intake.blob import ObjectKey
from forebay.entrypoints.cli.actions.verify import parse_rate
from tests.cli.program import Program, archive, command
from tests.server_process import ServerProcess
from tests.services import S3Server


@pytest.fixture(
    params=[
        pytest.param("folder", marks=pytest.mark.adapter("sqlite", "filesystem")),
        pytest.param("s3", marks=pytest.mark.adapter("sqlite", "s3")),
    ]
)
def forebay(request: pytest.FixtureRequest, here: Program) -> Program:
    if request.param == "folder":
        return here
    server: S3Server = request.getfixturevalue("s3_server")
    bucket: str = request.getfixturevalue("s3_bucket")
    options = urlencode({"endpoint_url": server.endpoint_url, "region": server.region, "addressing": "path"})
    url = f"s3://{server.access_key}:{server.secret_key}@{bucket}/some/prefix?{options}"
    return Program(here.folder, {**here.settings, "FOREBAY_BLOB_URL": url})


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long they are is the use case's test's business."""
    monkeypatch.setattr(verify_judging, "_PAUSES", (0.0, 0.0, 0.0))


def upload(forebay: Program, number: int, *more: str) -> str:
    """Its run."""
    name = f"{number}.tgz"
    forebay.file(name, archive(f"number {number}"))
    run: str = forebay("upload", name, "-t", "archive", *more, "--json").json["id"]
    return run


@asynccontextmanager
async def store(forebay: Program) -> AsyncIterator[BlobStore]:
    url = forebay.settings.get("FOREBAY_BLOB_URL")
    opened = open_s3_store(url) if url else open_filesystem_store(Path(forebay.settings["FOREBAY_DATA_DIR"]) / "blobs")
    async with opened as blobs:
        yield blobs


def spoil(forebay: Program, run: str, *, at: int | None) -> ObjectKey:
    """Flips a bit of the run's object, or deletes it, behind Forebay's back."""

    async def done() -> ObjectKey:
        async with store(forebay) as blobs:
            (key,) = [found.key async for found in blobs.list_objects() if str(found.key.run_id) == run]
            async with blobs.open(key) as chunks:
                data = bytearray(b"".join([chunk async for chunk in chunks]))
            await blobs.delete(key)
            if at is not None:
                data[at] ^= 1
                await blobs.put(key, bytes(data))
            return key

    return asyncio.run(done())


def test_what_is_sound_is_verified(forebay: Program) -> None:
    for number in range(3):
        upload(forebay, number)
    found = forebay("verify", "--json").json
    assert (found["finished"], found["damaged"]) == (True, [])
    assert found["due"] == found["verified"]
    assert found["verified"]["blobs"] == 3
    assert forebay("verify").out.startswith("verified 3 of 3 blobs, ")
    assert forebay("verify", "--older-than", "1h", "--json").json["due"] == {"blobs": 0, "bytes": 0}
    assert forebay("verify", "--sample", "2", "--max-rate", "1M", "--json").json["verified"]["blobs"] == 2


def test_a_flipped_bit_and_a_lost_object_are_told_with_whose_they_are(forebay: Program) -> None:
    upload(forebay, 1)
    flipped, lost = upload(forebay, 2, "--label", "nightly", "--owner", "ops"), upload(forebay, 3)
    keys = {"corrupt": spoil(forebay, flipped, at=20), "missing": spoil(forebay, lost, at=None)}
    found = forebay("verify", "--json", code=12).json
    assert (found["corrupt"], found["missing"], found["unreadable"]) == (1, 1, 0)
    assert found["verified"]["blobs"] == 1
    damaged = {blob["kind"]: blob for blob in found["damaged"]}
    assert {kind: blob["key"] for kind, blob in damaged.items()} == {kind: str(key) for kind, key in keys.items()}
    assert damaged["corrupt"]["actual_size_bytes"] == damaged["corrupt"]["size_bytes"]
    assert damaged["corrupt"]["actual_sha256"] not in {None, damaged["corrupt"]["sha256"]}
    (reference,) = damaged["corrupt"]["references"]
    assert (reference["kind"], reference["name"], reference["run_id"]) == ("file", "2.tgz", flipped)
    assert (reference["label"], reference["owner"]) == ("nightly", "ops")

    told = forebay("verify", code=12).out
    assert f"of run {flipped}, labelled nightly, owned by ops\n" in told
    assert "verified 1 of 3 blobs" in told
    assert ": 1 corrupt, 1 missing, 0 unreadable\n" in told
    forebay("runs", "delete", flipped, lost)
    assert forebay("verify", "--json").json["damaged"] == []


def test_a_store_that_is_empty_is_not_the_loss_of_everything(forebay: Program) -> None:
    spoil(forebay, upload(forebay, 1), at=None)
    done = forebay("verify", "--json", code=5)
    assert done.json["damaged"] == []
    assert done.json["finished"] is False
    assert done.errors[0]["code"] == "storage_unavailable"
    assert "FOREBAY_BLOB_URL" in done.errors[0]["detail"]


@pytest.mark.adapter("sqlite", "filesystem")
def test_a_file_that_the_disk_does_not_give_is_unreadable(here: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the disk itself has to refuse."""
    run = upload(here, 1)
    upload(here, 2)
    read = os.pread

    def refuse(descriptor: int, size: int, offset: int) -> bytes:
        if run in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(5, os.strerror(5))
        return read(descriptor, size, offset)

    monkeypatch.setattr(os, "pread", refuse)
    found = here("verify", "--json", code=12).json
    assert [(blob["kind"], blob["references"][0]["run_id"]) for blob in found["damaged"]] == [("unreadable", run)]
    assert "Input/output error" in found["damaged"][0]["reason"]


@pytest.mark.adapter("sqlite", "filesystem")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "sigterm"])
def test_stopped_it_ends_in_order_and_tells_how_far_it_came(here: Program, sent: signal.Signals, code: int) -> None:
    here.file("large.tgz", archive() + bytes(4_000_000))
    run = here("upload", "large.tgz", "-t", "archive", "--json").json["id"]
    with subprocess.Popen(
        command("verify", "--json", "--max-rate", "10k"),  # it takes more than six minutes
        cwd=here.folder,
        env=here.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not reads(process.pid, run):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (code, "")
    found = json.loads(out)
    assert (found["finished"], found["due"]["blobs"], found["verified"]["blobs"]) == (False, 1, 0)


def reads(pid: int, run: str) -> bool:
    """Whether the process has an object of the run open."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.append(str(descriptor.readlink()))
    return any(run in target for target in found)


def test_a_server_is_refused(server: ServerProcess, here: Program) -> None:
    done = here("--server", server.url, "verify", "--json", code=2)
    assert done.errors[0]["code"] == "local_only"
    assert "--server" in done.errors[0]["detail"]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--sample", "some", "expected how many blobs, such as 1000, or a share of them, such as 5%"),
        ("--older-than", "long", "expected 90s, 15m, 1h30m, 7d"),
        ("--max-rate", "0", "expected bytes a second, such as 500k, 20M or 1Gi"),
        ("--max-rate", "5x", "expected bytes a second, such as 500k, 20M or 1Gi"),
    ],
)
def test_what_was_meant_is_asked(here: Program, option: str, value: str, words: str) -> None:
    done = here("verify", option, value, code=2)
    assert done.err.startswith(f"forebay: {option.removeprefix('--').replace('-', '_')}: ")
    assert words in done.err
    assert not (here.folder / "data").exists()


@pytest.mark.parametrize(
    ("rate", "bytes_per_second"),
    [("1", 1), ("500k", 500_000), ("20M", 20_000_000), ("20MB/s", 20_000_000), ("1Gi", 1 << 30), ("1MiB", 1 << 20)],
)
def test_rates_have_the_units_of_people(rate: str, bytes_per_second: int) -> None:
    assert parse_rate(rate) == bytes_per_second

"""The catalogue of an archive, and its manifest as sha256sum understands it."""

import asyncio
import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from forebay.adapters.system.ids import SystemIds
from forebay.application.ports.archives import ArchiveLimits
from forebay.application.processing.catalogue.catalogue_files import CatalogueFiles
from forebay.application.processing.catalogue.processors import built_in
from forebay.application.processing.catalogue.write_manifest import WriteManifest
from forebay.application.processing.processor import Processors
from forebay.application.processing.read_artifact import ReadArtifact
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.intake.member import MemberEntry, MemberFlag, MemberKind
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.processing.errors import ArtifactNotFoundError
from forebay.domain.processing.job import JobStatus
from tests.unit.intake.archives import Act, ScriptedArchives, content_of, entry
from tests.unit.processing.rig import DATA, Rig
from tests.unit.processing.virtual_time import LoopClock, in_virtual_time
from tests.unit.processing.watcher import Watcher

ODD_NAMES = (
    "plain",
    "with space",
    " leading",
    "trailing ",
    "*star",
    "dash-",
    "-dash",
    "back\\slash",
    "\\n",
    "new\nline",
    "carriage\rreturn",
    "both\\\n\\\r",
    "tab\tbed",
    "ünï",
    "日本",
    "folder/inside/it",
    "quote\"'",
    "#hash",
    "\x01\x7f",
)


def a_rig(*script: Act, reader: ScriptedArchives | None = None) -> Rig:
    watcher = Watcher()
    step = CatalogueFiles(
        reader=reader or ScriptedArchives(*script),
        limits=ArchiveLimits(max_members=7),
        observer=watcher,
        clock=LoopClock(),
        ids=SystemIds(),
        version="1.2",
    )
    return Rig(processors=Processors(built_in(step, WriteManifest())), watcher=watcher)


async def manifest(rig: Rig) -> bytes:
    """Of the newest job."""
    (artifact,) = [one for one in rig.database.state.artifacts.values() if one.job_id == rig.jobs[-1].id]
    assert (artifact.kind, artifact.name) == ("manifest", "SHA256SUMS")
    readable = await ReadArtifact(unit_of_work=rig.units, blobs=rig.store)(artifact.id)
    async with readable.open() as chunks:
        data = b"".join([chunk async for chunk in chunks])
    async with readable.open(start=1, stop=3) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == data[1:3]
    assert (len(data), hashlib.sha256(data).hexdigest()) == (artifact.size_bytes, artifact.sha256.hex)
    return data


def shown(rig: Rig) -> list[str]:
    """The paths that a reader of the run sees."""
    state = rig.database.state
    catalogues = {catalogue.id for catalogue in state.catalogues.values()}
    return sorted(member.path for member in state.members.values() if member.catalogue_id in catalogues)


@in_virtual_time
async def test_what_is_inside_is_recorded_and_counted() -> None:
    flags = frozenset({MemberFlag.ENCRYPTED, MemberFlag.DUPLICATE_PATH})
    rig = a_rig([entry("etc", kind=MemberKind.DIRECTORY), entry("etc/a")], [], [entry("b"), entry("c", flags=flags)])
    await rig.stored()
    assert await rig.worked_off() == "succeeded"
    step = rig.steps()[0]
    size = sum(member.size_bytes for member in rig.database.state.members.values())
    assert step.metadata == {
        "members": 4,
        "unpacked_bytes": size,
        "kinds": {"directory": 1, "file": 3},
        "flags": {"duplicate_path": 1, "encrypted": 1},
    }
    (catalogue,) = rig.database.state.catalogues.values()
    assert (catalogue.member_count, catalogue.unpacked_bytes, catalogue.job_id) == (4, size, rig.job.id)
    assert rig.watcher.members == 4
    (model,) = rig.database.state.models.values()
    assert (model.name, model.version, model.parameters["max_members"]) == ("forebay-archive-reader", "1.2", 7)
    assert [file.path for file in rig.database.state.files.values()] == ["app.tgz"]
    await rig.assert_tidy()


@in_virtual_time
async def test_a_file_by_itself_is_a_catalogue_of_one_without_a_manifest() -> None:
    rig = a_rig([entry("single.conf")])
    await rig.stored(run_type=RunType.SINGLE_CONF)
    assert await rig.worked_off() == "succeeded"
    assert (rig.job.kind, shown(rig), rig.database.state.artifacts) == ("file_catalogue", ["single.conf"], {})


@pytest.mark.parametrize("run_type", list(RunType))
@in_virtual_time
async def test_every_type_of_run_has_its_processor(run_type: RunType) -> None:
    rig = a_rig([entry("a")])
    await rig.stored(run_type=run_type)
    assert await rig.worked_off() == "succeeded"
    assert rig.run.status is RunStatus.COMPLETE


@in_virtual_time
async def test_no_part_of_a_catalogue_is_seen_before_all_of_it() -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        reached.set()
        await go.wait()

    rig = a_rig([entry("a")], wait, [entry("b")])
    await rig.stored()
    attempt = asyncio.create_task(rig.worked_off())
    await reached.wait()
    assert (shown(rig), len(rig.database.state.members)) == ([], 1)
    go.set()
    assert await attempt == "succeeded"
    assert shown(rig) == ["a", "b"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(ArchiveBrokenError("b contradicts itself"), "failed"), (StorageUnavailableError(), "postponed")],
)
@in_virtual_time
async def test_an_attempt_that_fails_leaves_no_members(error: Exception, outcome: str) -> None:
    rig = a_rig([entry("a")], error)
    await rig.stored()
    assert await rig.worked_off() == outcome
    assert not rig.database.state.members
    assert not rig.database.state.catalogues
    await rig.assert_tidy()


@in_virtual_time
async def test_a_catalogue_that_is_repeated_replaces_the_first_and_one_that_fails_does_not() -> None:
    reader = ScriptedArchives([entry("old")])
    rig = a_rig(reader=reader)
    await rig.stored()
    await rig.worked_off()
    reader.script = ([entry("half")], ArchiveBrokenError("no"))
    await rig.start_again()
    assert await rig.worked_off() == "failed"
    assert shown(rig) == ["old"]
    reader.script = ([entry("new")],)
    await rig.start_again()
    assert await rig.worked_off() == "succeeded"
    assert shown(rig) == ["new"]
    assert len(rig.database.state.members) == 1, "what was replaced is gone"
    assert b"new" in await manifest(rig)
    await rig.assert_tidy()


@in_virtual_time
async def test_bytes_that_the_store_has_lost_are_no_bad_archive() -> None:
    rig = a_rig([entry("a")], ArchiveBrokenError("nonsense"))
    await rig.stored()
    (blob,) = rig.database.state.blobs.values()
    await rig.store.delete(blob.object_key)
    await rig.store.put(blob.object_key, DATA[:-1])
    assert await rig.worked_off() == "failed"
    assert rig.job.error is not None
    assert rig.job.error.code == "blob_corrupt"
    rig = a_rig([entry("app.tgz")])
    await rig.stored(run_type=RunType.DOCUMENT)
    (blob,) = rig.database.state.blobs.values()
    await rig.store.delete(blob.object_key)
    await rig.store.put(blob.object_key, DATA[:-1])
    assert await rig.worked_off() == "failed", "a file that is cut short is not catalogued as if it were whole"


@in_virtual_time
async def test_cancelling_a_catalogue_leaves_nothing_of_it() -> None:
    reached = asyncio.Event()

    async def wait() -> None:
        reached.set()
        await asyncio.Event().wait()

    rig = a_rig([entry("a")], wait)
    await rig.stored()
    attempt = asyncio.create_task(rig.worked_off())
    await reached.wait()
    await rig.cancel_job(rig.job.id)
    assert await attempt == "cancelled"
    assert (rig.job.status, dict(rig.database.state.members)) == (JobStatus.CANCELLED, {})


@in_virtual_time
async def test_cancelling_a_large_catalogue_does_not_wait_until_all_of_it_is_removed() -> None:
    reached = asyncio.Event()

    async def wait() -> None:
        reached.set()
        await asyncio.Event().wait()

    reader = ScriptedArchives([entry(f"f{number:05}") for number in range(12_000)], wait)
    rig = a_rig(reader=reader)
    await rig.stored()
    attempt = asyncio.create_task(rig.worked_off())
    await reached.wait()
    await rig.cancel_job(rig.job.id)
    assert await attempt == "cancelled"
    assert len(rig.database.state.members) == 7_000, "one batch is gone, and nobody sees the rest"
    assert shown(rig) == []
    reader.script = ([entry("new")],)
    await rig.start_again()
    assert await rig.worked_off() == "succeeded"
    assert len(rig.database.state.members) == 1


@in_virtual_time
async def test_a_large_catalogue_that_failed_leaves_nothing_of_it() -> None:
    rig = a_rig([entry(f"f{number:05}") for number in range(12_000)], ArchiveBrokenError("nonsense"))
    await rig.stored()
    assert await rig.worked_off() == "failed"
    assert not rig.database.state.members


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
@in_virtual_time
async def test_the_manifest_has_every_member_with_bytes_once_in_order(count: int) -> None:
    files = [entry(f"f{number:05}") for number in range(count)]
    others = [entry("d", kind=MemberKind.DIRECTORY), entry("e", flags=frozenset({MemberFlag.ENCRYPTED}))]
    rig = a_rig([*reversed(files), *others])
    await rig.stored()
    assert await rig.worked_off() == "succeeded"
    expected = "".join(f"{one.sha256}  {one.path}\n" for one in files)
    assert (await manifest(rig)).decode() == expected


async def check(folder: Path, members: Sequence[MemberEntry], sums: bytes) -> subprocess.CompletedProcess[bytes]:
    for member in members:
        file = folder / "unpacked" / member.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content_of(member.path))
    (folder / "SHA256SUMS").write_bytes(sums)
    return await asyncio.to_thread(
        subprocess.run,
        ["sha256sum", "--check", "--strict", "--quiet", "../SHA256SUMS"],
        cwd=folder / "unpacked",
        capture_output=True,
        check=False,
    )


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="GNU coreutils are not installed")
@in_virtual_time
async def test_sha256sum_checks_files_of_any_name_with_it(tmp_path: Path) -> None:
    members = [entry(name) for name in ODD_NAMES]
    rig = a_rig(members)
    await rig.stored()
    assert await rig.worked_off() == "succeeded"
    sums = await manifest(rig)
    done = await check(tmp_path, members, sums)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")
    assert sums.count(b"\n") == len(ODD_NAMES)
    (tmp_path / "unpacked" / "new\nline").write_bytes(b"changed")
    assert (await check(tmp_path, [], sums)).returncode == 1


@in_virtual_time
async def test_an_artifact_that_does_not_exist_is_not_found() -> None:
    rig = a_rig()
    with pytest.raises(ArtifactNotFoundError):
        await ReadArtifact(unit_of_work=rig.units, blobs=rig.store)(rig.ids.new_id())

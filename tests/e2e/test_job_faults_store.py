"""The blob store fails for a while, or has lost bits: jobs wait for it, or say which file is damaged."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from forebay.bootstrap.schemes import file_path
from forebay.bootstrap.settings import Settings
from forebay.domain.intake.run import RunType
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import JobStatus
from tests.e2e.faults import proofs
from tests.e2e.faults.inputs import FEW, MANY, Archive, make_archive, upload, upload_archive
from tests.e2e.faults.plugin import installed_here
from tests.e2e.faults.scene import Scene, open_scene
from tests.e2e.faults.setting import quick_settings
from tests.services import S3Server, s3

CATALOGUED, GATED = 4, 2


class Store:
    """A blob store that can be taken away and brought back, which closing it does as well."""

    def __init__(self, environ: dict[str, str], take_away: Callable[[], None], bring_back: Callable[[], None]) -> None:
        self.environ = environ
        self._take_away = take_away
        self._bring_back = bring_back
        self._is_away = False

    def take_away(self) -> None:
        self._is_away = True
        self._take_away()

    def bring_back(self) -> None:
        if self._is_away:
            self._is_away = False
            self._bring_back()


def folder_store(folder: Path) -> Store:
    """A file takes the folder's place: unreadable for whoever runs the tests, root too."""
    blobs, elsewhere = folder / "blobs", folder / "elsewhere"

    def take_away() -> None:
        blobs.rename(elsewhere)
        blobs.write_text("not a folder")

    def bring_back() -> None:
        blobs.unlink()
        elsewhere.rename(blobs)

    return Store({"FOREBAY_BLOB_URL": blobs.as_uri()}, take_away, bring_back)


@pytest.fixture(
    params=[
        pytest.param("folder", marks=pytest.mark.adapter("sqlite", "filesystem")),
        pytest.param("bucket", marks=pytest.mark.adapter("sqlite", "s3")),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    installed_here(monkeypatch)
    if request.param == "folder":
        store = folder_store(tmp_path)
        yield store
        store.bring_back()
        return
    server: S3Server = request.getfixturevalue("s3_server")
    assert server.source  # the run has an S3 server; this test opens another, which it may kill
    with s3() as server, server.bucket() as bucket:
        place = f"endpoint_url={server.endpoint_url}&region={server.region}&addressing=path"
        keys = {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
        for name, value in keys.items():
            monkeypatch.setenv(name, value)
        store = Store({"FOREBAY_BLOB_URL": f"s3://{bucket}?{place}", **keys}, server.kill, server.start)
        yield store
        store.bring_back()


@pytest.mark.timeout(400)
async def test_jobs_wait_while_the_blob_store_is_away(store: Store, tmp_path: Path) -> None:
    environ = {**quick_settings(tmp_path), **store.environ, "FOREBAY_WORKER_CONCURRENCY": str(GATED)}
    async with open_scene(tmp_path, environ) as scene:
        scene.fleet.start("worker")
        gated = await scene.upload_gated(GATED)
        inside = [await scene.next_visit(what="first steps") for _ in gated]  # and so no other job is begun
        archives: dict[UUID, Archive] = {}
        for number in range(CATALOGUED):
            archive = make_archive(number, members=FEW)
            archives[await upload_archive(scene.use_cases, archive)] = archive
        store.take_away()
        scene.gate.open()
        for visit in inside:  # they find out when they have something to store, the others when they begin to read
            visit.answer()
        everything = CATALOGUED + GATED
        await scene.watch.until(
            lambda: len(postponed(scene)) == everything or bool(scene.watch.ended()),
            what=f"{everything} jobs to be postponed",
        )
        assert not scene.watch.ended(), scene.watch.describe()
        store.bring_back()
        await scene.watch.until_all_ended(everything)
        await proofs.prove_catalogued(scene.settings, scene.use_cases, archives)
        await scene.prove_gated(gated)
        await proofs.prove_nothing_is_left_over(scene.settings)


def postponed(scene: Scene) -> set[UUID]:
    """Jobs that were, because of the store."""
    return {
        event.job_id
        for event in scene.watch.events
        if event.job_id is not None
        and event.code == EventCode.JOB_POSTPONED
        and event.payload["code"] == "storage_unavailable"
    }


@dataclass(frozen=True)
class Damage:
    """What came in, and the place of the bit that the store lost."""

    run_type: RunType
    name: str
    content: bytes
    at: int


SMALL, LARGE = make_archive(1, members=FEW), make_archive(2, members=MANY)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(Damage(RunType.ARCHIVE, "a.tgz", SMALL.content, 0), id="the-magic"),
        pytest.param(Damage(RunType.ARCHIVE, "b.tgz", SMALL.content, len(SMALL.content) // 2), id="compressed-data"),
        pytest.param(Damage(RunType.ARCHIVE, "c.tar", LARGE.content, 156), id="a-header"),
        pytest.param(Damage(RunType.ARCHIVE, "d.tar", LARGE.content, 512), id="a-member"),
        pytest.param(
            Damage(RunType.ARCHIVE, "e.tar", LARGE.content, len(LARGE.content) - 1), id="the-padding-at-the-end"
        ),
        pytest.param(Damage(RunType.DOCUMENT, "f.txt", b"one file " * 50_000, 400_000), id="no-archive"),
    ],
)
@pytest.mark.adapter("sqlite", "filesystem")
async def test_a_file_that_the_store_damaged_fails_its_job_and_is_named(
    damage: Damage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_here(monkeypatch)
    async with open_scene(tmp_path, quick_settings(tmp_path)) as scene:
        run_id = await upload(scene.use_cases, damage.run_type, damage.name, damage.content)
        flip_a_bit(scene.settings, damage.at)
        healthy = make_archive(3, members=FEW)
        healthy_run = await upload_archive(scene.use_cases, healthy)
        scene.fleet.start("worker")
        await scene.watch.until_all_ended(2)
        (job,) = [job for job in await proofs.all_jobs(scene.use_cases) if job.run_id == run_id]
        assert (job.status, job.attempts) == (JobStatus.FAILED, 1)
        assert job.error is not None
        assert job.error.code == "blob_corrupt"
        assert damage.name in job.error.message
        run = (await scene.use_cases.intake.get_run(run_id)).run
        assert run.error is not None
        assert (run.error.code, damage.name in run.error.detail) == ("blob_corrupt", True)
        await proofs.prove_each_ended_once(scene.use_cases, [job.id], (), outcome=JobStatus.FAILED)
        await proofs.prove_catalogued(scene.settings, scene.use_cases, {healthy_run: healthy})


def flip_a_bit(settings: Settings, at: int) -> None:
    """Of the only object that there is."""
    (path,) = [path for path in file_path(settings.blob_url).rglob("*") if path.is_file()]
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.chmod(0o640)
    path.write_bytes(content)

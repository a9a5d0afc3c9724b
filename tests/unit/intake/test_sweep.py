"""The sweep: what crashed or was cut off goes after a grace period, what lives is left alone."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from forebay.application.intake.create_ingestion_run import CreateIngestionRunCommand
from forebay.application.intake.sweep import Sweep, SweepCommand, SweepFinding, SweepKind, SweepReport
from forebay.application.intake.touch_run import TouchRun
from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import DatabaseUnavailableError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.run import RunStatus
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, SMALL, ScriptedSource, archive

HOUR = timedelta(hours=1)
LARGE_ONE = archive(3 * SMALL)


async def a_pending_run(rig: Rig) -> UUID:
    run = await rig.create_run(CreateIngestionRunCommand(run_id=rig.ids.new_id(), details=ARCHIVE))
    return run.id


def a_key(rig: Rig, run_id: UUID | None = None) -> ObjectKey:
    run_id = run_id or rig.ids.new_id()
    return ObjectKey.build(owner=None, run_id=run_id, name=rig.ids.random_id(), extension=".tgz")


async def an_orphan(rig: Rig, data: bytes = b"12345") -> ObjectKey:
    key = a_key(rig)
    await rig.memory.put(key, data)
    return key


async def something_half_written(rig: Rig) -> ObjectKey:
    key = a_key(rig)
    await (await rig.memory.create(key)).write(b"1234567")
    return key


async def sweep(rig: Rig, *, dry_run: bool = False) -> tuple[SweepReport, list[SweepFinding]]:
    found: list[SweepFinding] = []
    report = await rig.sweep(SweepCommand(grace=HOUR, dry_run=dry_run, on_finding=found.append))
    return report, found


def counts(report: SweepReport) -> tuple[int, int, int, int]:
    return report.stale_runs, report.orphan_objects, report.incomplete_objects, report.freed_bytes


async def test_where_all_is_well_nothing_is_found(rig: Rig) -> None:
    for seed in range(3):
        await rig.upload(ScriptedSource(archive(1000, seed)))
    rig.clock.advance(2 * HOUR)
    report, found = await sweep(rig)
    assert (counts(report), found) == ((0, 0, 0, 0), [])
    assert len(await rig.objects()) == 3
    await rig.assert_tidy()


async def test_each_kind_is_found_named_explained_and_dealt_with(rig: Rig) -> None:
    run_id, orphan, half = await a_pending_run(rig), await an_orphan(rig), await something_half_written(rig)
    stored = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    rig.clock.advance(2 * HOUR)
    report, found = await sweep(rig)
    assert counts(report) == (1, 1, 1, 5)
    assert not report.dry_run
    assert [finding.kind for finding in found] == [
        SweepKind.STALE_RUN,
        SweepKind.ORPHAN_OBJECT,
        SweepKind.INCOMPLETE_OBJECT,
    ]
    assert (found[0].name, found[1].name) == (str(run_id), str(orphan))
    assert str(half) in found[2].name
    assert found[0].reason.startswith("pending, and nothing was heard of it since 20")
    assert found[1].reason.startswith("no row points at it, and it was last written at 20")
    assert found[2].reason.startswith("half written, and it last grew at 20")
    assert [finding.size_bytes for finding in found] == [0, 5, 0]
    failed = (await rig.get_run(run_id)).run
    assert failed.error is not None
    assert (failed.status, failed.error.code) == (RunStatus.FAILED, "upload_abandoned")
    assert (await rig.get_run(stored.id)).run == stored
    await rig.assert_tidy()


async def test_a_second_sweep_finds_nothing(rig: Rig) -> None:
    await a_pending_run(rig)
    await an_orphan(rig)
    await something_half_written(rig)
    rig.clock.advance(2 * HOUR)
    await sweep(rig)
    assert counts((await sweep(rig))[0]) == (0, 0, 0, 0)


async def test_a_dry_run_says_the_same_and_changes_nothing(rig: Rig) -> None:
    run_id, orphan = await a_pending_run(rig), await an_orphan(rig)
    await something_half_written(rig)
    rig.clock.advance(2 * HOUR)
    dry, would = await sweep(rig, dry_run=True)
    assert dry.dry_run
    assert (await rig.get_run(run_id)).run.status is RunStatus.PENDING
    assert await rig.objects() == {orphan}
    assert len([item async for item in rig.memory.list_incomplete()]) == 1
    wet, did = await sweep(rig)
    assert (counts(dry), would) == (counts(wet), did)


@pytest.mark.parametrize("dry_run", [False, True])
async def test_what_belongs_to_a_stale_run_is_found_with_it(rig: Rig, dry_run: bool) -> None:
    key = a_key(rig, await a_pending_run(rig))
    await rig.memory.put(key, b"12345")
    await rig.memory.create(a_key(rig, key.run_id))
    rig.clock.advance(2 * HOUR)
    assert counts((await sweep(rig, dry_run=dry_run))[0]) == (1, 1, 1, 5)


async def test_whatever_is_younger_than_the_grace_period_is_left_alone(rig: Rig) -> None:
    await a_pending_run(rig)
    await an_orphan(rig)
    await something_half_written(rig)
    rig.clock.advance(HOUR - timedelta(seconds=5))
    assert counts((await sweep(rig))[0]) == (0, 0, 0, 0)
    rig.clock.advance(timedelta(seconds=10))
    assert counts((await sweep(rig))[0]) == (1, 1, 1, 5)


async def test_nobody_needs_to_listen(rig: Rig) -> None:
    await an_orphan(rig)
    rig.clock.advance(2 * HOUR)
    assert (await rig.sweep(SweepCommand(grace=HOUR))).orphan_objects == 1


@pytest.mark.parametrize("dry_run", [False, True])
async def test_more_than_a_batch_of_each_is_found(rig: Rig, dry_run: bool) -> None:
    for _ in range(501):
        await a_pending_run(rig)
        await an_orphan(rig)
    rig.clock.advance(2 * HOUR)
    report, found = await sweep(rig, dry_run=dry_run)
    assert counts(report) == (501, 501, 0, 501 * 5)
    assert len({finding.name for finding in found}) == 1002


async def test_objects_that_rows_point_at_stay_also_among_many_orphans(rig: Rig) -> None:
    for seed in range(20):
        await rig.upload(ScriptedSource(archive(100, seed)))
        for _ in range(30):
            await an_orphan(rig)
    rig.clock.advance(2 * HOUR)
    assert (await sweep(rig))[0].orphan_objects == 600
    await rig.assert_tidy()
    assert len(await rig.objects()) == 20


async def test_a_store_that_cannot_list_what_is_half_written_is_swept_all_the_same(rig: Rig) -> None:
    await an_orphan(rig)
    rig.clock.advance(2 * HOUR)
    use_case = Sweep(unit_of_work=rig.units, blobs=rig.store, incomplete=None, fail_run=rig.fail_run, clock=rig.clock)
    assert counts(await use_case(SweepCommand(grace=HOUR))) == (0, 1, 0, 5)


async def test_a_store_or_database_that_is_gone_ends_the_sweep_and_loses_nothing(rig: Rig) -> None:
    await rig.upload(ScriptedSource(archive(1000)))
    await an_orphan(rig)
    rig.clock.advance(2 * HOUR)
    rig.faults.fail("list", StorageUnavailableError())
    with pytest.raises(StorageUnavailableError):
        await sweep(rig)
    rig.faults.fail("read", DatabaseUnavailableError(), skip=1)
    with pytest.raises(DatabaseUnavailableError):
        await sweep(rig)
    assert len(await rig.objects()) == 2
    assert (await sweep(rig))[0].orphan_objects == 1
    await rig.assert_tidy()


@pytest.mark.parametrize("step", range(60))
async def test_two_sweeps_at_once_do_not_mind_each_other(step: int) -> None:
    rig = Rig()
    await a_pending_run(rig)
    await an_orphan(rig)
    await something_half_written(rig)
    await rig.upload(ScriptedSource(archive(1000)))
    rig.clock.advance(2 * HOUR)
    first = asyncio.create_task(sweep(rig))
    for _ in range(step):
        await asyncio.sleep(0)
    await sweep(rig)
    await first
    await rig.assert_tidy()


@pytest.mark.parametrize("data", [archive(1000), LARGE_ONE], ids=["small", "large"])
@pytest.mark.parametrize("late", [False, True], ids=["typed", "type last"])
async def test_an_upload_that_is_quick_is_left_alone_at_every_step(data: bytes, late: bool) -> None:
    """The sweep meets it wherever it is; nothing of it is older than the grace period."""
    for step in range(200):
        rig = Rig()
        details = UploadDetails() if late else ARCHIVE
        upload = asyncio.create_task(rig.upload(ScriptedSource(data, ARCHIVE, details=details)))
        for _ in range(step):
            await asyncio.sleep(0)
        done = upload.done()
        report, _ = await sweep(rig)
        assert counts(report) == (0, 0, 0, 0)
        assert (await upload).stored.run.status is RunStatus.STORED
        await rig.assert_tidy()
        if done:
            return
    pytest.fail("the upload does not end")


async def test_a_run_that_shows_life_after_it_was_listed_is_left_alone(rig: Rig) -> None:
    run_id = await a_pending_run(rig)
    rig.clock.advance(2 * HOUR)
    heart = TouchRun(unit_of_work=rig.units, clock=rig.clock, limits=rig.limits)

    async def beat() -> None:
        await heart(run_id)

    rig.faults.on("begin", beat)
    await sweep(rig)
    assert (await rig.get_run(run_id)).run.status is RunStatus.PENDING


@pytest.mark.parametrize("late", [False, True], ids=["typed", "type last"])
async def test_an_upload_that_takes_long_is_left_alone_although_the_store_dates_it_by_its_beginning(
    late: bool,
) -> None:
    """As S3 dates large objects: what was begun long ago looks old in the moment it becomes visible."""
    for step in range(200):
        rig = Rig(heartbeat=timedelta(0))
        details = UploadDetails() if late else ARCHIVE
        upload = asyncio.create_task(rig.upload(ScriptedSource(LARGE_ONE, ARCHIVE, details=details)))
        for _ in range(step):
            await asyncio.sleep(0)
        done = upload.done()
        rig.faults.age = timedelta(days=2)
        if done or await rig.objects():  # while an untyped one is under way, nothing tells that it is
            await sweep(rig)
        assert (await upload).stored.run.status is RunStatus.STORED
        await rig.assert_tidy()
        if done:
            return
    pytest.fail("the upload does not end")


async def test_what_a_pending_run_has_half_written_is_left_alone_however_old(rig: Rig) -> None:
    stall = rig.faults.pause("write")
    upload = asyncio.create_task(rig.upload(ScriptedSource(LARGE_ONE)))
    await stall.reached.wait()
    rig.faults.age = timedelta(days=2)
    assert counts((await sweep(rig))[0]) == (0, 0, 0, 0)
    stall.go.set()
    await upload
    await rig.assert_tidy()

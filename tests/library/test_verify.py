"""Forebay.verify(), and the same for programs without an event loop."""

from datetime import timedelta

import pytest

from forebay import DamagedBlob, DamageKind, Forebay, InvalidInputError, ReferenceKind, SyncForebay, VerifyReport
from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.application.intake import verify_judging
from forebay.domain.intake.blob import ObjectKey


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long they are is the use case's test's business."""
    monkeypatch.setattr(verify_judging, "_PAUSES", (0.0, 0.0, 0.0))


async def test_what_is_stored_is_verified_whole_or_in_part(forebay: Forebay) -> None:
    for number in range(4):
        await forebay.upload(b"text %d\n" % number, type="document", name=f"{number}.txt")
    seen: list[VerifyReport] = []
    report = await forebay.verify(on_damage=_nothing_is, on_progress=seen.append)
    assert (report.due, report.verified, report.damaged, report.is_finished) == (4, 4, 0, True)
    assert report.verified_bytes == report.due_bytes == 4 * len("text 0\n")
    assert seen[-1] is report
    assert (await forebay.verify(sample=3)).verified == 3
    assert (await forebay.verify(sample="50%", max_bytes_per_second=1_000_000)).verified == 2
    assert (await forebay.verify(older_than=timedelta(days=1))).due == 0


def test_the_same_without_an_event_loop(blocking: SyncForebay) -> None:
    blocking.upload(b"text\n", type="document", name="a.txt")
    seen: list[VerifyReport] = []
    report = blocking.verify(sample="5%", on_damage=_nothing_is, on_progress=seen.append)
    assert (report.verified, report.is_finished) == (1, True)
    assert seen[-1] == report
    assert blocking.verify(older_than=timedelta(hours=1), max_bytes_per_second=1000).due == 0


async def test_what_makes_no_sense_is_refused(forebay: Forebay) -> None:
    with pytest.raises(InvalidInputError, match="such as 5%"):
        await forebay.verify(sample="some")
    with pytest.raises(InvalidInputError, match="such as 5%"):
        await forebay.verify(sample=0)
    with pytest.raises(InvalidInputError, match="bytes a second"):
        await forebay.verify(max_bytes_per_second=0)


@pytest.mark.adapter("memory")
async def test_damage_is_told_with_what_needs_it() -> None:
    store = MemoryBlobStore()
    async with Forebay.open(database_url="memory:", blobs=store) as forebay:
        run = (await forebay.upload(b"text\n", type="document", name="a.txt", label="x", owner="ops")).run
        await forebay.upload(b"other\n", type="document", name="b.txt")
        (key,) = [found.key async for found in store.list_objects() if found.key.run_id == run.id]
        await _flip(store, key)
        found: list[DamagedBlob] = []
        report = await forebay.verify(on_damage=found.append)
    assert (report.corrupt, report.verified) == (1, 1)
    (damaged,) = found
    assert (damaged.kind, damaged.sha256) == (DamageKind.CORRUPT, run.files[0].sha256)
    (reference,) = damaged.references
    assert (reference.kind, reference.id, reference.name) == (ReferenceKind.FILE, run.files[0].id, "a.txt")
    assert (reference.run_id, reference.label, reference.owner) == (run.id, "x", "ops")


async def _flip(store: MemoryBlobStore, key: ObjectKey) -> None:
    async with store.open(key) as chunks:
        data = bytearray(b"".join([chunk async for chunk in chunks]))
    data[0] ^= 1
    await store.delete(key)
    await store.put(key, bytes(data))


def _nothing_is(found: DamagedBlob) -> None:
    pytest.fail(f"nothing is damaged: {found}")

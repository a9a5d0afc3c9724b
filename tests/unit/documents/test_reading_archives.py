"""The documents within an archive are read in one pass over it, and what breaks, breaks alone."""

import asyncio

from forebay.application.ports.text import Attachment
from forebay.domain.documents.document import DocumentStatus
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.archive_errors import (
    ArchiveChecksumError,
    ArchiveMemoryError,
)
from forebay.domain.intake.run import RunStatus
from tests.unit.documents.desk import Desk
from tests.unit.documents.scripted import ScriptedExtractor, extraction
from tests.unit.intake.archives import ScriptedArchives, content_of, entry
from tests.unit.processing.virtual_time import in_virtual_time


def archive_of(*paths: str) -> ScriptedArchives:
    """With its members in this order."""
    return ScriptedArchives([entry(path, location=(number,)) for number, path in enumerate(paths)])


def failures(desk: Desk) -> dict[str, str | None]:
    return {path: one.failure.code if one.failure else None for path, one in desk.documents.items()}


@in_virtual_time
async def test_an_archive_is_read_once_in_its_own_order() -> None:
    paths = [f"{number:03}.txt" for number in range(120, 0, -1)]
    desk = Desk(archives=archive_of(*paths))
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.archives.passes == [paths]
    assert desk.extractor.read == paths
    assert {one.status for one in desk.documents.values()} == {DocumentStatus.READY}
    for path in ("001.txt", "120.txt"):
        assert (await desk.text(desk.documents[path])).encode() == content_of(path)
    assert desk.archives.passes_open == 0
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_a_damaged_member_fails_alone() -> None:
    desk = Desk(archives=archive_of("a.txt", "b.txt", "c.txt"))
    desk.archives.faults = {"b.txt": ArchiveChecksumError("b.txt has another CRC-32")}
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert failures(desk) == {"a.txt": None, "b.txt": "archive_checksum_mismatch", "c.txt": None}
    assert len(desk.archives.passes) == 1
    assert desk.rig.run.status is RunStatus.COMPLETE


@in_virtual_time
async def test_a_member_that_ends_the_pass_fails_alone_and_those_behind_it_are_read_in_another_one() -> None:
    desk = Desk(archives=archive_of("a.txt", "b.txt", "c.txt", "d.txt"))
    desk.archives.breaks = {"b.txt": ArchiveMemoryError("too much for the reader")}
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert failures(desk) == {"a.txt": None, "b.txt": "archive_memory_exceeded", "c.txt": None, "d.txt": None}
    assert desk.archives.passes == [["a.txt", "b.txt"], ["c.txt", "d.txt"]]


@in_virtual_time
async def test_what_is_behind_the_damage_fails_with_it() -> None:
    desk = Desk(archives=archive_of("a.txt", "b.txt", "c.txt", "d.txt"))
    desk.archives.ends_at = (2,)
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    damaged = "archive_truncated"
    assert failures(desk) == {"a.txt": None, "b.txt": None, "c.txt": damaged, "d.txt": damaged}
    assert desk.archives.passes == [["a.txt", "b.txt"], []]
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_another_attempt_asks_for_what_is_left_only() -> None:
    away = StorageUnavailableError("the store is away")
    desk = Desk(extractor=ScriptedExtractor({"b.txt": [away, "b"]}), archives=archive_of("a.txt", "b.txt", "c.txt"))
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "postponed"
    assert desk.archives.passes_open == 0
    await desk.pass_time(minutes=10)
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.archives.passes == [["a.txt", "b.txt"], ["b.txt", "c.txt"]]
    assert failures(desk) == {"a.txt": None, "b.txt": None, "c.txt": None}


@in_virtual_time
async def test_a_source_that_is_away_is_waited_for() -> None:
    desk = Desk(archives=archive_of("a.txt", "b.txt"))
    desk.archives.breaks = {"b.txt": StorageUnavailableError("the store is away")}
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "postponed"
    assert failures(desk) == {"a.txt": None, "b.txt": None}
    desk.archives.breaks.clear()
    await desk.pass_time(minutes=10)
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.archives.passes == [["a.txt", "b.txt"], ["b.txt"]]


@in_virtual_time
async def test_a_document_that_was_deleted_meanwhile_is_passed_over() -> None:
    async def delete_the_next() -> None:
        await desk.delete(desk.documents["b.txt"])

    desk = Desk(
        extractor=ScriptedExtractor({"a.txt": [delete_the_next]}), archives=archive_of("a.txt", "b.txt", "c.txt")
    )
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.extractor.read == ["a.txt", "c.txt"]
    assert failures(desk) == {"a.txt": None, "c.txt": None}
    assert desk.archives.passes == [["a.txt", "b.txt", "c.txt"]]


@in_virtual_time
async def test_being_cancelled_ends_the_pass() -> None:
    async def cancel_the_job() -> None:
        assert desk.archives.passes_open == 1
        await desk.rig.cancel_job(desk.rig.job.id)
        await asyncio.Event().wait()

    desk = Desk(extractor=ScriptedExtractor({"a.txt": [cancel_the_job]}), archives=archive_of("a.txt", "b.txt"))
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "cancelled"
    assert desk.archives.passes_open == 0
    assert {one.status for one in desk.documents.values()} == {DocumentStatus.FAILED}
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_what_is_attached_to_a_message_in_an_archive_is_read_behind_it() -> None:
    attached = Attachment(index=0, name="a.txt", media_type="text/plain", size_bytes=5)
    extractor = ScriptedExtractor({"m.eml": [extraction("Hello", attachments=(attached,))]})
    extractor.attached = {("m.eml", 0): b"first"}
    desk = Desk(extractor=extractor, archives=archive_of("m.eml", "z.txt"))
    await desk.rig.stored(documents=True)
    for _ in range(2):  # also when all of it is there already
        assert await desk.rig.worked_off() == "succeeded"
        assert {path: one.status.value for path, one in desk.documents.items()} == {
            "m.eml": "ready",
            "m.eml!/a.txt": "ready",
            "z.txt": "ready",
        }
        await desk.rig.start_again()
    assert desk.archives.passes == [["m.eml", "z.txt"]] * 2
    assert extractor.read == ["m.eml", "z.txt", "m.eml!/a.txt"] * 2

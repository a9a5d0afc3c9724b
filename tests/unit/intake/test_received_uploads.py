"""An upload that goes well becomes a stored run, whatever its size and however it arrives."""

import hashlib

import pytest

from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.run import RunStatus, RunType
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, KIB, SMALL, ScriptedSource, archive

SIZES = [
    pytest.param(1, id="one byte"),
    pytest.param(1000, id="a thousand bytes"),
    pytest.param(SMALL - 1, id="one byte below small"),
    pytest.param(SMALL, id="exactly small"),
    pytest.param(SMALL + 1, id="one byte above small"),
    pytest.param(2 * SMALL, id="exactly two blocks"),
    pytest.param(2 * SMALL + 1, id="two blocks and a byte"),
    pytest.param(9_000_001, id="many blocks"),
]


def content(size: int) -> bytes:
    return b"{" * size if size < 3 else archive(size)


def fitting(size: int) -> UploadDetails:
    return UploadDetails(type=RunType.SINGLE_CONF) if size < 3 else ARCHIVE


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_sent_is_stored_and_recorded(rig: Rig, size: int) -> None:
    data = content(size)
    receipt = await rig.upload(ScriptedSource(data, details=fitting(size)))
    run, (file,) = receipt.stored.run, receipt.stored.files
    assert (run.status, run.error) == (RunStatus.STORED, None)
    assert (file.run_id, file.path, file.size_bytes) == (run.id, "app.tar.gz", size)
    assert file.sha256.hex == hashlib.sha256(data).hexdigest()
    readable = await rig.read_file(file.id)
    async with readable.open() as chunks:
        assert b"".join([chunk async for chunk in chunks]) == data
    assert (await rig.get_run(run.id)) == receipt.stored
    assert not receipt.replayed
    await rig.assert_tidy()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chunk", [7919, SMALL, SMALL + 1])
async def test_it_does_not_matter_in_what_pieces_it_arrives(rig: Rig, size: int, chunk: int) -> None:
    data = content(size)
    receipt = await rig.upload(ScriptedSource(data, details=fitting(size), chunk=chunk, eager=True))
    assert receipt.stored.files[0].sha256.hex == hashlib.sha256(data).hexdigest()
    await rig.assert_tidy()


async def test_bytes_may_come_one_by_one(rig: Rig) -> None:
    data = archive(SMALL + 5)
    receipt = await rig.upload(ScriptedSource(data, chunk=1, eager=True))
    assert receipt.stored.files[0].sha256.hex == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("size", [1000, SMALL, 300 * KIB])
async def test_fields_may_come_after_the_file(rig: Rig, size: int) -> None:
    parent = (await rig.upload(ScriptedSource(archive(10)))).stored.run
    data = archive(size, seed=1)
    details = UploadDetails(
        type=RunType.APP_BUNDLE,
        label="nightly",
        notes="by hand",
        owner="ops",
        parent_run_id=parent.id,
        sha256=Sha256(hashlib.sha256(data).hexdigest()),
    )
    run = (await rig.upload(ScriptedSource(data, details, details=UploadDetails()))).stored.run
    assert (run.type, run.label, run.notes) == (RunType.APP_BUNDLE, "nightly", "by hand")
    assert (run.owner, run.parent_run_id) == ("ops", parent.id)
    await rig.assert_tidy()


@pytest.mark.parametrize("size", [1000, SMALL, 300 * KIB])
async def test_fields_may_stand_around_the_file(rig: Rig, size: int) -> None:
    details = UploadDetails(type=RunType.ARCHIVE, label="first", notes="second", owner="ops")
    source = ScriptedSource(archive(size), details, details=UploadDetails(type=RunType.ARCHIVE, label="first"))
    run = (await rig.upload(source)).stored.run
    assert (run.label, run.notes, run.owner) == ("first", "second", "ops")
    assert run == rig.only_run
    await rig.assert_tidy()


async def test_a_small_upload_takes_one_transaction_and_one_put(rig: Rig) -> None:
    await rig.upload(ScriptedSource(archive(1000)))
    assert rig.faults.calls == ["put", "begin", "claim", "commit"]


async def test_a_large_upload_takes_two_transactions(rig: Rig) -> None:
    await rig.upload(ScriptedSource(archive(SMALL + 1)))
    assert [call for call in rig.faults.calls if call != "write"] == [
        *("begin", "commit"),
        *("create", "finish"),
        *("begin", "claim", "commit"),
    ]


async def test_a_block_that_is_full_is_written_once_and_an_empty_one_never(rig: Rig) -> None:
    await rig.upload(ScriptedSource(archive(SMALL)))
    assert rig.faults.calls.count("write") == 1


@pytest.mark.parametrize("size", [1000, 300 * KIB])
async def test_an_object_key_holds_owner_run_and_extension(rig: Rig, size: int) -> None:
    details = UploadDetails(type=RunType.ARCHIVE, owner="ops")
    run = (await rig.upload(ScriptedSource(archive(size), details=details))).stored.run
    (key,) = await rig.objects()
    assert str(key).startswith(f"ops/{run.id}/")
    assert str(key).endswith(".tar.gz")


@pytest.mark.parametrize("size", [1000, 300 * KIB])
async def test_the_run_is_named_before_the_first_byte_is_read(rig: Rig, size: int) -> None:
    told_at_first_read = []

    async def look() -> None:
        told_at_first_read.extend(rig.told)

    run = (await rig.upload(ScriptedSource(look, archive(size)))).stored.run
    assert told_at_first_read == rig.told == [run.id]


async def test_a_large_upload_is_pending_while_it_streams(rig: Rig) -> None:
    seen = []

    async def look() -> None:
        seen.append(rig.only_run)

    run = (await rig.upload(ScriptedSource(archive(SMALL), look, archive(SMALL)))).stored.run
    assert [(before.id, before.status) for before in seen] == [(run.id, RunStatus.PENDING)]
    assert run.created_at == seen[0].created_at
    assert run.updated_at > run.created_at


async def test_without_a_type_nothing_is_recorded_while_it_streams(rig: Rig) -> None:
    async def look() -> None:
        assert rig.runs == ()

    await rig.upload(ScriptedSource(archive(SMALL), look, archive(SMALL), ARCHIVE, details=UploadDetails()))
    assert rig.only_run.status is RunStatus.STORED


@pytest.mark.parametrize("size", [1000, 300 * KIB])
async def test_a_promised_digest_is_compared(rig: Rig, size: int) -> None:
    data = archive(size)
    promised = UploadDetails(type=RunType.ARCHIVE, sha256=Sha256(hashlib.sha256(data).hexdigest()))
    assert (await rig.upload(ScriptedSource(data, details=promised))).stored.run.status is RunStatus.STORED


@pytest.mark.parametrize("size", [SMALL - 1, SMALL, SMALL + 1, 300 * KIB])
async def test_a_file_as_large_as_the_limit_is_taken(rig: Rig, size: int) -> None:
    rig.max_bytes = size
    assert (await rig.upload(ScriptedSource(archive(size)))).stored.files[0].size_bytes == size


async def test_the_form_around_the_file_does_not_count_for_the_limit(rig: Rig) -> None:
    rig.max_bytes = 300 * KIB
    await rig.upload(ScriptedSource(archive(300 * KIB), size_hint=301 * KIB))
    assert rig.only_run.status is RunStatus.STORED


async def test_the_type_of_the_content_is_recorded(rig: Rig) -> None:
    source = ScriptedSource(b"# hello\n", details=UploadDetails(type=RunType.DOCUMENT), file_name="readme.md")
    assert (await rig.upload(source)).stored.files[0].media_type == "text/markdown"
    assert (await rig.upload(ScriptedSource(archive(300 * KIB)))).stored.files[0].media_type == "application/gzip"


async def test_an_upload_may_have_a_parent(rig: Rig) -> None:
    parent = (await rig.upload(ScriptedSource(archive(10)))).stored.run
    details = UploadDetails(type=RunType.ARCHIVE, parent_run_id=parent.id)
    for size in (1000, 300 * KIB):
        run = (await rig.upload(ScriptedSource(archive(size), details=details))).stored.run
        assert run.parent_run_id == parent.id

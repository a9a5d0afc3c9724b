"""upload(): everything it takes, and what comes of what cannot be taken."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from forebay import Forebay, ForebayError, InvalidInputError, Run, RunStatus, RunType
from forebay.bootstrap.library import OpenOptions
from forebay.domain.intake.errors import (
    DigestMismatchError,
    EmptyFileError,
    IdempotencyKeyReusedError,
    InvalidFieldError,
    MissingFieldError,
    ParentRunNotFoundError,
    UnknownRunTypeError,
    UploadInterruptedError,
    UploadTooLargeError,
    WrongContentError,
)
from forebay.entrypoints.library.sources import Content
from tests.library.contents import ASYNCHRONOUS, BLOCKING, LARGE, SMALL, Chunks, close, sha256


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("form", [*BLOCKING, *ASYNCHRONOUS])
async def test_every_form_of_content_is_stored_whole(
    forebay: Forebay, tmp_path: Path, form: str, content: bytes
) -> None:
    given = {**BLOCKING, **ASYNCHRONOUS}[form](tmp_path / "app.conf", content)
    receipt = await forebay.upload(given, type="single_conf", name="given.conf")
    assert not receipt.replayed
    assert receipt.run.status is RunStatus.STORED
    (file,) = receipt.run.files
    assert (file.path, file.size_bytes, file.sha256) == ("given.conf", len(content), sha256(content))
    assert await forebay.read_file(file.id) == content
    close(given)


async def test_paths_and_open_files_bring_their_name(forebay: Forebay, tmp_path: Path) -> None:
    path = tmp_path / "inputs.conf"
    path.write_bytes(SMALL)
    with path.open("rb") as opened:
        for given in (path, str(path), opened):
            receipt = await forebay.upload(given, type=RunType.SINGLE_CONF)
            assert receipt.run.files[0].path == "inputs.conf"


async def test_all_fields_end_up_in_the_run(forebay: Forebay) -> None:
    parent = (await forebay.upload(SMALL, type="single_conf", name="a.conf")).run
    run = (
        await forebay.upload(
            SMALL,
            type="document",
            name="b.txt",
            label="second",
            notes="two\nlines",
            owner="ops",
            parent_run_id=str(parent.id),
            sha256=sha256(SMALL).upper(),
        )
    ).run
    assert (run.type, run.label, run.notes, run.owner) == (RunType.DOCUMENT, "second", "two\nlines", "ops")
    assert run.parent_run_id == parent.id
    assert run.error is None
    assert await forebay.get_run(run.id) == run


async def test_the_same_idempotency_key_answers_with_the_first_run(forebay: Forebay) -> None:
    first = await forebay.upload(LARGE, type="document", name="a.txt", idempotency_key="k")
    again = await forebay.upload(Chunks(LARGE), type="document", name="a.txt", idempotency_key="k")
    assert again.replayed
    assert again.run == first.run
    with pytest.raises(IdempotencyKeyReusedError):
        await forebay.upload(SMALL, type="document", name="a.txt", idempotency_key="k")
    assert await _all(forebay) == [first.run]


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"type": "nonsense"}, UnknownRunTypeError, "type"),
        ({"type": "archive"}, WrongContentError, "file"),
        ({"name": None}, MissingFieldError, "name"),
        ({"name": "a/b.txt"}, InvalidInputError, "name"),
        ({"label": "x" * 201}, InvalidFieldError, "label"),
        ({"owner": "../up"}, InvalidFieldError, "owner"),
        ({"parent_run_id": "7"}, InvalidFieldError, "parent_run_id"),
        ({"parent_run_id": "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"}, ParentRunNotFoundError, "parent_run_id"),
        ({"sha256": "7"}, InvalidFieldError, "sha256"),
        ({"idempotency_key": ""}, InvalidFieldError, "Idempotency-Key"),
    ],
)
async def test_bad_fields_are_refused_by_name_and_leave_nothing(
    forebay: Forebay, fields: dict[str, Any], error: type[ForebayError], field: str
) -> None:
    good = {"type": "document", "name": "a.txt"}
    with pytest.raises(error) as caught:
        await forebay.upload(LARGE, **{**good, **fields})
    assert caught.value.field == field
    assert await _all(forebay) == []


async def test_content_that_cannot_be_is_refused(forebay: Forebay) -> None:
    with pytest.raises(EmptyFileError):
        await forebay.upload(b"", type="document", name="a.txt")
    with pytest.raises(UploadTooLargeError):
        await forebay.upload(b"x" * 3_000_000, type="document", name="a.txt")
    with pytest.raises(InvalidInputError, match="got str where bytes were expected"):
        await forebay.upload(io.StringIO("text"), type="document", name="a.txt")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidInputError, match="got int where bytes were expected"):
        await forebay.upload([1, 2], type="document", name="a.txt")  # type: ignore[list-item]  # on purpose
    with pytest.raises(TypeError, match="cannot upload int"):
        await forebay.upload(7, type="document", name="a.txt")  # type: ignore[arg-type]  # on purpose
    assert await _all(forebay) == []


async def test_a_path_that_cannot_be_opened_is_the_error_python_has_for_it(forebay: Forebay, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await forebay.upload(tmp_path / "none.txt", type="document")
    with pytest.raises(IsADirectoryError):
        await forebay.upload(tmp_path, type="document")
    assert await _all(forebay) == []


async def test_a_digest_that_does_not_fit_leaves_a_failed_run_and_no_bytes(forebay: Forebay) -> None:
    with pytest.raises(DigestMismatchError):
        await forebay.upload(LARGE, type="document", name="a.txt", sha256=sha256(SMALL))
    (run,) = await _all(forebay)
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error.code == "digest_mismatch"
    assert run.files == ()


@pytest.mark.parametrize("before", [SMALL, LARGE], ids=["early", "late"])
async def test_a_source_that_breaks_leaves_a_failed_run_that_says_why(forebay: Forebay, before: bytes) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield before
        raise ConnectionResetError("the other side has gone")

    with pytest.raises(UploadInterruptedError, match="ConnectionResetError: the other side has gone") as caught:
        await forebay.upload(breaking(), type="document", name="a.txt")
    assert isinstance(caught.value.__cause__, ConnectionResetError)
    (run,) = await _all(forebay)
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error.code == "upload_interrupted"
    assert "the other side has gone" in run.error.detail


async def test_a_file_that_changes_while_it_is_read_is_refused(forebay: Forebay, tmp_path: Path) -> None:
    path = tmp_path / "growing.txt"
    path.write_bytes(LARGE)
    original = os.fstat

    def change_it(descriptor: int) -> os.stat_result:
        found = original(descriptor)
        if path.stat().st_size == len(LARGE):
            path.write_bytes(LARGE + b"more")
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forebay.entrypoints.library.path_reader.os.fstat", change_it)
        with pytest.raises(UploadInterruptedError, match="changed while it was read"):
            await forebay.upload(path, type="document")
    (run,) = await _all(forebay)
    assert run.status is RunStatus.FAILED


async def test_a_cancelled_upload_closes_its_source_and_says_why_it_failed(forebay: Forebay) -> None:
    reached, closed = asyncio.Event(), asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            yield LARGE
            reached.set()
            await asyncio.Event().wait()
        finally:
            closed.set()

    upload = asyncio.create_task(forebay.upload(endless(), type="document", name="a.txt"))
    await reached.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert closed.is_set()
    (run,) = await _all(forebay)
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error.code == "upload_cancelled"


async def test_files_that_the_caller_opened_stay_open(forebay: Forebay) -> None:
    given = io.BytesIO(SMALL)
    await forebay.upload(given, type="document", name="a.txt")
    assert not given.closed


async def test_many_uploads_at_once_do_not_mix(place: OpenOptions) -> None:
    contents: list[bytes] = [b"%d " % number + LARGE for number in range(12)]

    def forms() -> Iterator[Content]:
        for number, content in enumerate(contents):
            yield content if number % 2 else Chunks(content)

    async with Forebay.open(**place) as forebay:
        receipts = await asyncio.gather(*(forebay.upload(form, type="document", name="a.txt") for form in forms()))
        stored = [await forebay.read_file(receipt.run.files[0].id) for receipt in receipts]
    assert stored == contents


async def _all(forebay: Forebay) -> list[Run]:
    return [run async for run in forebay.runs()]

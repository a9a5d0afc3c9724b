"""An upload that is refused says which field and why, and leaves nothing that it should not."""

from collections.abc import Callable
from uuid import UUID

import pytest

from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import ForebayError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import (
    DigestMismatchError,
    EmptyFileError,
    InvalidFieldError,
    MalformedUploadError,
    MissingFieldError,
    ParentRunNotFoundError,
    UploadTooLargeError,
    WrongContentError,
)
from forebay.domain.intake.run import RunStatus, RunType
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, KIB, SMALL, ScriptedSource, archive

LARGE = 300 * KIB
BOTH = pytest.mark.parametrize("size", [pytest.param(1000, id="small"), pytest.param(LARGE, id="large")])
UNTYPED = UploadDetails()
OTHER_DIGEST = Sha256("0" * 64)
NOBODY = UUID("0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f")


async def refused(rig: Rig, source: ScriptedSource, kind: type[ForebayError]) -> ForebayError:
    with pytest.raises(kind) as caught:
        await rig.upload(source)
    await rig.assert_tidy()
    assert await rig.objects() == set()
    return caught.value


async def test_an_empty_file_is_refused(rig: Rig) -> None:
    error = await refused(rig, ScriptedSource(), EmptyFileError)
    assert error.field == "file"
    assert rig.runs == ()


async def test_an_empty_file_without_a_type_lacks_a_type_first(rig: Rig) -> None:
    assert (await refused(rig, ScriptedSource(details=UNTYPED), MissingFieldError)).field == "type"


@BOTH
async def test_content_that_does_not_fit_its_type_is_refused_and_leaves_no_run(rig: Rig, size: int) -> None:
    error = await refused(rig, ScriptedSource(b"x" * size), WrongContentError)
    assert error.message.startswith("the first bytes look like text; type archive expects one of: tar, gzip")
    assert rig.runs == ()
    assert rig.faults.calls == []


async def test_content_that_does_not_fit_is_refused_before_the_rest_is_read(rig: Rig) -> None:
    source = ScriptedSource(b"x" * 10_000_000)
    await refused(rig, source, WrongContentError)
    assert source.delivered == SMALL


@BOTH
async def test_content_is_checked_also_when_the_type_comes_last(rig: Rig, size: int) -> None:
    await refused(rig, ScriptedSource(b"x" * size, ARCHIVE, details=UNTYPED), WrongContentError)
    assert rig.runs == ()


@BOTH
async def test_a_type_that_never_comes_is_missed_at_the_end(rig: Rig, size: int) -> None:
    error = await refused(rig, ScriptedSource(archive(size), details=UNTYPED), MissingFieldError)
    assert error.field == "type"
    assert "expected one of ds_etc," in error.message
    assert rig.runs == ()


@BOTH
@pytest.mark.parametrize("late", [False, True], ids=["before the file", "after the file"])
async def test_other_bytes_than_promised_are_refused_and_the_run_says_so(rig: Rig, size: int, late: bool) -> None:
    promised = UploadDetails(type=RunType.ARCHIVE, sha256=OTHER_DIGEST)
    data = archive(size)
    source = ScriptedSource(data, promised) if late else ScriptedSource(data, details=promised)
    error = await refused(rig, source, DigestMismatchError)
    assert error.field == "sha256"
    assert str(OTHER_DIGEST) in error.message
    assert f"the {size} bytes that arrived" in error.message
    run = rig.only_run
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert (run.error.code, run.error.detail) == ("digest_mismatch", error.message)


@pytest.mark.parametrize(
    ("limit", "size", "hint", "read"),
    [
        pytest.param(1000, 1001, None, 1001, id="small"),
        pytest.param(1000, 10_000_000, None, SMALL, id="large, found in the first bytes"),
        pytest.param(1000, 10_000_000, 10_000_000, SMALL, id="large, said so"),
        pytest.param(SMALL, SMALL + 1, None, SMALL + 1, id="one byte behind the first bytes"),
        pytest.param(LARGE, 10_000_000, 10_000_000, SMALL, id="found by the size that was announced"),
        pytest.param(LARGE, LARGE + 1, LARGE + 1, LARGE + 1, id="found by the last byte"),
        pytest.param(LARGE, 10_000_000, 17, 2 * LARGE, id="found on the way, announced as tiny"),
    ],
)
async def test_more_than_the_limit_is_refused_as_soon_as_it_is_known(
    limit: int, size: int, hint: int | None, read: int
) -> None:
    for details in (ARCHIVE, UNTYPED):
        rig = Rig(max_bytes=limit)
        source = ScriptedSource(archive(size), details=details, size_hint=hint)
        error = await refused(rig, source, UploadTooLargeError)
        assert f"limit of {limit} bytes (setting FOREBAY_MAX_UPLOAD_BYTES)" in error.message
        assert error.field == "file"
        assert source.delivered <= read


async def test_a_run_that_was_begun_says_that_it_became_too_large(rig: Rig) -> None:
    rig.max_bytes = LARGE
    await refused(rig, ScriptedSource(archive(LARGE + 1)), UploadTooLargeError)
    assert rig.only_run.error is not None
    assert rig.only_run.error.code == "upload_too_large"


@BOTH
@pytest.mark.parametrize("late", [False, True], ids=["before the file", "after the file"])
async def test_a_parent_that_does_not_exist_is_refused(rig: Rig, size: int, late: bool) -> None:
    details = UploadDetails(type=RunType.ARCHIVE, parent_run_id=NOBODY)
    data = archive(size)
    source = ScriptedSource(data, details) if late else ScriptedSource(data, details=details)
    error = await refused(rig, source, ParentRunNotFoundError)
    assert error.field == "parent_run_id"
    assert [run.error.code for run in rig.runs if run.error] == ["parent_run_not_found"] * (late and size == LARGE)


async def test_a_large_upload_whose_parent_is_unknown_is_refused_before_it_is_read(rig: Rig) -> None:
    source = ScriptedSource(archive(10_000_000), details=UploadDetails(type=RunType.ARCHIVE, parent_run_id=NOBODY))
    await refused(rig, source, ParentRunNotFoundError)
    assert source.delivered == SMALL


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "\0"])
async def test_an_idempotency_key_that_cannot_be_one_is_refused_before_anything_is_read(rig: Rig, key: str) -> None:
    source = ScriptedSource(archive(1000))
    with pytest.raises(InvalidFieldError, match="1 to 255 printable characters") as caught:
        await rig.upload(source, key=key)
    assert caught.value.field == "Idempotency-Key"
    assert source.delivered == 0


@pytest.mark.parametrize("size", [0, 1, 1000, SMALL, SMALL + 1, LARGE])
@pytest.mark.parametrize(
    "make",
    [lambda: MalformedUploadError("no boundary", field="body"), lambda: InvalidFieldError("long", field="label")],
)
async def test_a_form_that_is_found_broken_on_the_way_leaves_no_object(
    rig: Rig, size: int, make: Callable[[], ForebayError]
) -> None:
    error = make()
    assert await refused(rig, ScriptedSource(archive(size), error), type(error)) is error
    assert all(run.error is not None and run.error.code == error.code for run in rig.runs)


@pytest.mark.parametrize("size", [0, 1, 1000, SMALL, SMALL + 1, LARGE])
@pytest.mark.parametrize("details", [ARCHIVE, UNTYPED], ids=["typed", "untyped"])
async def test_an_error_that_nobody_foresaw_leaves_nothing_pending(rig: Rig, size: int, details: UploadDetails) -> None:
    with pytest.raises(ZeroDivisionError):
        await rig.upload(ScriptedSource(archive(size), ZeroDivisionError("secret"), details=details))
    await rig.assert_tidy()
    for run in rig.runs:
        assert run.error is not None
        assert run.error.code == "internal_error"
        assert "secret" not in run.error.detail

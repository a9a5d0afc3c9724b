"""A run is begun and given up by use cases of their own, for entrypoints that bring the bytes otherwise."""

from datetime import timedelta
from uuid import uuid4

import pytest

from forebay.application.intake.create_ingestion_run import CreateIngestionRunCommand
from forebay.application.intake.fail_ingestion_run import FailIngestionRunCommand
from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import ConflictError
from forebay.domain.intake.errors import (
    MissingFieldError,
    ParentRunNotFoundError,
    UploadInterruptedError,
    UploadStalledError,
)
from forebay.domain.intake.run import RunError, RunStatus, RunType
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, ScriptedSource, archive

INTERRUPTED = UploadInterruptedError("the cable")


async def test_a_run_begins_pending_with_what_is_known(rig: Rig) -> None:
    details = UploadDetails(type=RunType.DOCUMENT, label="a", notes="b", owner="c")
    run = await rig.create_run(CreateIngestionRunCommand(run_id=rig.ids.new_id(), details=details))
    assert rig.only_run == run
    assert (run.status, run.type, run.label, run.notes, run.owner) == ("pending", "document", "a", "b", "c")
    assert (run.error, run.parent_run_id) == (None, None)
    assert run.created_at == run.updated_at


async def test_a_run_needs_a_type(rig: Rig) -> None:
    with pytest.raises(MissingFieldError) as refused:
        await rig.create_run(CreateIngestionRunCommand(run_id=uuid4(), details=UploadDetails()))
    assert refused.value.field == "type"


async def test_a_run_needs_a_parent_that_exists(rig: Rig) -> None:
    details = UploadDetails(type=RunType.ARCHIVE, parent_run_id=uuid4())
    with pytest.raises(ParentRunNotFoundError):
        await rig.create_run(CreateIngestionRunCommand(run_id=uuid4(), details=details))
    assert rig.runs == ()


async def test_a_run_is_begun_once(rig: Rig) -> None:
    run = await rig.create_run(CreateIngestionRunCommand(run_id=uuid4(), details=ARCHIVE))
    with pytest.raises(ConflictError):
        await rig.create_run(CreateIngestionRunCommand(run_id=run.id, details=ARCHIVE))


async def test_a_pending_run_that_fails_says_why(rig: Rig) -> None:
    run = await rig.create_run(CreateIngestionRunCommand(run_id=uuid4(), details=ARCHIVE))
    await rig.fail_run(FailIngestionRunCommand(run_id=run.id, error=INTERRUPTED))
    assert rig.only_run.error == RunError(code="upload_interrupted", detail="the cable")
    assert rig.only_run.updated_at > run.updated_at


async def test_failing_twice_keeps_the_first_reason(rig: Rig) -> None:
    run = await rig.create_run(CreateIngestionRunCommand(run_id=uuid4(), details=ARCHIVE))
    await rig.fail_run(FailIngestionRunCommand(run_id=run.id, error=INTERRUPTED))
    first = rig.only_run
    await rig.fail_run(FailIngestionRunCommand(run_id=run.id, error=UploadStalledError(), details=ARCHIVE))
    assert rig.only_run == first


async def test_a_run_that_is_stored_does_not_fail_any_more(rig: Rig) -> None:
    run = (await rig.upload(ScriptedSource(archive(1000)))).stored.run
    await rig.fail_run(FailIngestionRunCommand(run_id=run.id, error=INTERRUPTED, details=ARCHIVE))
    assert rig.only_run == run


async def test_a_run_without_a_row_is_recorded_as_failed_if_its_details_are_known(rig: Rig) -> None:
    await rig.fail_run(FailIngestionRunCommand(run_id=uuid4(), error=INTERRUPTED))
    assert rig.runs == ()
    await rig.fail_run(FailIngestionRunCommand(run_id=uuid4(), error=INTERRUPTED, details=ARCHIVE))
    assert (rig.only_run.status, rig.only_run.type) == (RunStatus.FAILED, RunType.ARCHIVE)
    assert rig.only_run.created_at == rig.only_run.updated_at


async def test_a_run_that_showed_life_since_is_let_be(rig: Rig) -> None:
    run = await rig.create_run(CreateIngestionRunCommand(run_id=uuid4(), details=ARCHIVE))
    for since in (run.updated_at, run.updated_at - timedelta(seconds=1)):
        await rig.fail_run(FailIngestionRunCommand(run_id=run.id, error=INTERRUPTED, untouched_since=since))
        assert rig.only_run == run
    later = run.updated_at + timedelta(microseconds=1)
    await rig.fail_run(FailIngestionRunCommand(run_id=run.id, error=INTERRUPTED, untouched_since=later))
    assert rig.only_run.status is RunStatus.FAILED

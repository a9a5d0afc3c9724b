"""Jobs of subjects are begun, joined and found again by their keys like jobs of runs."""

from dataclasses import replace

import pytest

from forebay.application.processing.start_job import StartedJob, StartJobCommand
from forebay.domain.errors import InternalStateError, InvalidInputError
from forebay.domain.processing.errors import (
    JobActiveError,
    JobKeyReusedError,
    JobKindMismatchError,
    UnknownJobKindError,
)
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import JobStatus
from forebay.testing.job_examples import a_job_about
from tests.unit.processing.planned import KIND, SUBJECT, Rounds, begun
from tests.unit.processing.rig import Rig
from tests.unit.processing.steps_for_tests import Telling, processor
from tests.unit.processing.virtual_time import in_virtual_time


def a_rig() -> Rig:
    return Rig.of(Rounds(["a"]).processor, processor(Telling("only")))


@in_virtual_time
async def test_one_job_of_a_kind_is_under_way_for_a_subject_and_whoever_likes_joins_it() -> None:
    rig = a_rig()
    job = await begun(rig)
    assert (job.run_id, job.subject, job.status) == (None, SUBJECT, JobStatus.QUEUED)
    assert [announced for announced, _ in rig.queue.announced] == [job.id]
    assert rig.codes(job) == [EventCode.JOB_QUEUED]
    with pytest.raises(JobActiveError, match=f"under way for '{SUBJECT}' already"):
        await begun(rig)
    joined = await rig.start_job(StartJobCommand(subject=SUBJECT, kind=KIND, join=True))
    assert joined == StartedJob(job=job, is_new=False)
    assert (await rig.start_job(StartJobCommand(subject="another", kind=KIND))).is_new


@in_virtual_time
async def test_a_key_stands_for_one_job_of_one_subject() -> None:
    rig = a_rig()
    first = await rig.start_job(StartJobCommand(subject=SUBJECT, kind=KIND, idempotency_key="k"))
    assert await rig.worked_off() == "succeeded"
    again = await rig.start_job(StartJobCommand(subject=SUBJECT, kind=KIND, idempotency_key="k"))
    assert (again.job.id, again.is_new) == (first.job.id, False)
    with pytest.raises(JobKeyReusedError, match=f"{KIND} on '{SUBJECT}'"):
        await rig.start_job(StartJobCommand(subject="another", kind=KIND, idempotency_key="k"))
    run_id = await rig.stored()
    with pytest.raises(JobKeyReusedError):
        await rig.start_job(StartJobCommand(run_id=run_id, idempotency_key="k"))


@in_virtual_time
async def test_kinds_for_runs_and_kinds_for_subjects_are_not_taken_for_one_another() -> None:
    rig = a_rig()
    run_id = await rig.stored()
    with pytest.raises(JobKindMismatchError, match="rounds works on no runs"):
        await rig.start_job(StartJobCommand(run_id=run_id, kind=KIND))
    with pytest.raises(JobKindMismatchError, match="telling works on runs of type archive, document; name the run"):
        await rig.start_job(StartJobCommand(subject=SUBJECT, kind="telling"))
    with pytest.raises(UnknownJobKindError):
        await rig.start_job(StartJobCommand(subject=SUBJECT, kind="no such"))


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (StartJobCommand(kind=KIND), "run_id"),
        (StartJobCommand(subject="", kind=KIND), "subject"),
        (StartJobCommand(subject="x" * 201, kind=KIND), "subject"),
        (StartJobCommand(subject=SUBJECT), "kind"),
    ],
)
@in_virtual_time
async def test_a_subject_that_is_none_is_refused(command: StartJobCommand, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await a_rig().start_job(command)
    assert caught.value.field == field


@in_virtual_time
async def test_a_job_is_not_tried_again_beside_a_newer_one_of_its_subject() -> None:
    rig = a_rig()
    first = await begun(rig)
    await rig.cancel_job(first.id)
    await begun(rig)
    with pytest.raises(JobActiveError) as caught:
        await rig.retry_job(first.id)
    assert (caught.value.run_id, caught.value.subject) == (None, SUBJECT)


def test_no_job_is_of_a_run_and_a_subject_or_of_neither() -> None:
    with pytest.raises(InternalStateError, match="either of a run or of a subject"):
        replace(a_job_about(SUBJECT), subject=None)

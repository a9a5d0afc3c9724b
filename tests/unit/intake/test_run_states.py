"""The life of a run: forward only, and a failed one says why."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.intake.errors import DigestMismatchError, InvalidTransitionError, UnknownRunTypeError
from forebay.domain.intake.run import IngestionRun, RunError, RunStatus, RunType, can_move

BIRTH = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = BIRTH + timedelta(seconds=9)
REASON = RunError(code="upload_interrupted", detail="the client went away")
WAY = ["pending", "stored", "parsing", "normalized", "resolved", "complete"]
statuses = st.sampled_from(RunStatus)


def a_run(status: RunStatus = RunStatus.PENDING) -> IngestionRun:
    return IngestionRun(
        id=UUID(int=1),
        type=RunType.ARCHIVE,
        status=status,
        label="nightly",
        notes=None,
        owner="ops",
        parent_run_id=None,
        error=REASON if status is RunStatus.FAILED else None,
        created_at=BIRTH,
        updated_at=BIRTH,
    )


def move(run: IngestionRun, target: RunStatus) -> IngestionRun:
    return run.failed(REASON, at=LATER) if target is RunStatus.FAILED else run.moved(target, at=LATER)


@given(st.lists(statuses))
def test_no_sequence_of_moves_leaves_a_final_status_or_goes_back(targets: list[RunStatus]) -> None:
    run = a_run()
    for target in targets:
        before = run
        try:
            run = move(run, target)
        except InvalidTransitionError:
            assert run is before
            continue
        assert not before.status.is_final
        assert target is RunStatus.FAILED or WAY.index(target) > WAY.index(before.status)


@given(st.lists(statuses))
def test_a_run_has_an_error_exactly_when_it_failed(targets: list[RunStatus]) -> None:
    run = a_run()
    for target in targets:
        if can_move(run.status, target):
            run = move(run, target)
        assert (run.error is not None) == (run.status is RunStatus.FAILED)


@given(statuses, statuses)
def test_can_move_says_what_the_run_does(origin: RunStatus, target: RunStatus) -> None:
    if can_move(origin, target):
        assert move(a_run(origin), target).status is target
    else:
        with pytest.raises(InvalidTransitionError, match=f"is {origin} and cannot become {target}"):
            move(a_run(origin), target)


def test_the_whole_way_can_be_gone_step_by_step() -> None:
    run = a_run()
    for step in WAY[1:]:
        run = run.moved(RunStatus(step), at=LATER)
    assert run.status.is_final


def test_stages_that_a_type_does_not_have_are_skipped_once_the_bytes_are_stored() -> None:
    assert a_run(RunStatus.STORED).moved(RunStatus.COMPLETE, at=LATER).status is RunStatus.COMPLETE


@pytest.mark.parametrize("target", ["parsing", "normalized", "resolved", "complete"])
def test_no_work_begins_before_the_bytes_are_stored(target: str) -> None:
    with pytest.raises(InvalidTransitionError):
        a_run().moved(RunStatus(target), at=LATER)


@given(statuses)
def test_nothing_becomes_what_it_is_already(status: RunStatus) -> None:
    assert not can_move(status, status)


def test_a_move_changes_status_and_time_and_nothing_else() -> None:
    moved = a_run().moved(RunStatus.STORED, at=LATER)
    assert moved.updated_at == LATER
    assert moved == IngestionRun(
        id=UUID(int=1),
        type=RunType.ARCHIVE,
        status=RunStatus.STORED,
        label="nightly",
        notes=None,
        owner="ops",
        parent_run_id=None,
        error=None,
        created_at=BIRTH,
        updated_at=LATER,
    )


def test_a_run_cannot_fail_without_a_reason() -> None:
    with pytest.raises(InvalidTransitionError, match="fails with a reason"):
        a_run().moved(RunStatus.FAILED, at=LATER)


def test_the_reason_is_the_error_as_a_person_and_a_program_know_it() -> None:
    reason = RunError.of(DigestMismatchError("the bytes differ", field="sha256"))
    failed = a_run().failed(reason, at=LATER)
    assert failed.error == RunError(code="digest_mismatch", detail="the bytes differ")
    assert (failed.status, failed.updated_at) == (RunStatus.FAILED, LATER)


@pytest.mark.parametrize("name", ["ds_etc", "instance_etc", "app_bundle", "single_conf", "document", "archive"])
def test_every_type_is_known_by_its_name(name: str) -> None:
    assert RunType.parse(name).value == name


@pytest.mark.parametrize("name", ["", " ", "Archive", "archive ", "archive\n", "zip", "ARCHIVE", "\0", "ärchive"])
def test_any_other_type_is_refused_with_the_types_there_are(name: str) -> None:
    with pytest.raises(UnknownRunTypeError) as refused:
        RunType.parse(name)
    assert refused.value.message == (
        f"type {name!r} is not known; expected one of ds_etc, instance_etc, app_bundle, single_conf, document, archive"
    )
    assert refused.value.field == "type"


def test_a_type_of_a_million_characters_is_not_repeated_in_full() -> None:
    with pytest.raises(UnknownRunTypeError) as refused:
        RunType.parse("x" * 1_000_000)
    assert len(refused.value.message) < 300


def test_control_characters_in_a_type_come_back_escaped() -> None:
    with pytest.raises(UnknownRunTypeError) as refused:
        RunType.parse("a\r\nSet-Cookie: x\x1b[2J")
    assert refused.value.message.isprintable()

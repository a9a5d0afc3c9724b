"""What a step has to show: metadata, results, artifacts and progress."""

import asyncio

import pytest

from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.processing.processor import StepContext, StepOutcome
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.step import StepStatus
from tests.unit.processing.points import Points
from tests.unit.processing.rig import Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor
from tests.unit.processing.virtual_time import in_virtual_time

BROKEN = ArchiveBrokenError("member 3 contradicts member 2")


@in_virtual_time
async def test_what_the_metadata_says_never_hides_which_step_it_was() -> None:
    class Misleading(Telling):
        async def __call__(self, context: StepContext) -> StepOutcome:
            return StepOutcome(metadata={"step": "another", "attempt": 99, "extra": 1})

    rig = Rig.of(processor(Misleading("real")))
    await rig.stored()
    await rig.worked_off()
    (event,) = [event for event in rig.events if event.code == EventCode.STEP_SUCCEEDED]
    assert event.payload == {"step": "real", "attempt": 1, "extra": 1}


@pytest.mark.parametrize("metadata", [{"number": float("nan")}, {"odd": object()}])
@in_virtual_time
async def test_results_that_cannot_be_kept_fail_the_step_with_a_reason(metadata: dict[str, object]) -> None:
    class Odd(Telling):
        async def __call__(self, context: StepContext) -> StepOutcome:
            return StepOutcome(metadata=metadata)

    rig = Rig.of(processor(Odd("odd")))
    await rig.stored()
    assert await rig.worked_off() == "failed"
    assert rig.job.error is not None
    assert (rig.job.error.code, rig.steps()[0].status) == ("invalid_input", StepStatus.FAILED)


@in_virtual_time
async def test_results_are_recorded_with_the_step_or_not_at_all() -> None:
    async def half(work: ProcessingUnitOfWork) -> None:
        await work.runs.delete(rig.run.id)
        raise BROKEN

    class Half(Telling):
        async def __call__(self, context: StepContext) -> StepOutcome:
            return StepOutcome(record=half)

    rig = Rig.of(processor(Half("half")))
    await rig.stored()
    assert await rig.worked_off() == "failed"
    assert rig.run.error is not None


@in_virtual_time
async def test_progress_is_told_once_a_second_and_a_database_that_is_away_is_no_reason_to_stop() -> None:
    points = Points()

    async def act(context: StepContext) -> None:
        for number in range(40):
            points.away = 10 <= number < 30
            await context.progress(f"{number}", {"step": "another"})
            await asyncio.sleep(0.25)

    rig = Rig.of(processor(Telling("only", act)))
    await rig.stored()
    program = rig.program(points)
    assert await rig.worked_off(program) == "succeeded"
    told = [event for event in rig.events if event.code == EventCode.STEP_PROGRESS]
    assert 4 <= len(told) <= 10
    assert {str(event.payload["step"]) for event in told} == {"only"}


@in_virtual_time
async def test_what_a_step_stores_twice_or_somebody_had_stored_is_kept_once() -> None:
    rig = Rig.of(processor(Telling("first")))
    await rig.stored()
    await rig.worked_off()
    await rig.start_again()
    before = await rig.objects()
    assert await rig.worked_off() == "succeeded"
    assert await rig.objects() == before
    assert len(rig.database.state.artifacts) == 2
    await rig.assert_true()


@in_virtual_time
async def test_a_sweep_leaves_alone_what_a_running_step_has_stored() -> None:
    gate = Gate()

    class Slow(Telling):
        async def __call__(self, context: StepContext) -> StepOutcome:
            outcome = await Telling.__call__(self, context)
            await gate(context)
            return outcome

    rig = Rig.of(processor(Slow("slow")))
    await rig.stored()
    attempt = asyncio.create_task(rig.worked_off())
    await gate.reached.wait()
    await rig.swept()
    gate.go.set()
    assert await attempt == "succeeded"
    await rig.assert_tidy()


@in_virtual_time
async def test_what_a_step_that_failed_has_stored_is_swept() -> None:
    class Late(Telling):
        async def __call__(self, context: StepContext) -> StepOutcome:
            await Telling.__call__(self, context)
            raise BROKEN

    rig = Rig.of(processor(Late("late")))
    await rig.stored()
    assert await rig.worked_off() == "failed"
    assert len(await rig.objects()) == 2
    await rig.assert_tidy()
    assert len(await rig.objects()) == 1

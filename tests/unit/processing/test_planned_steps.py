"""Jobs of subjects, with steps planned for each of them, of which one that fails does not hold up the others."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processor, Processors, StepContext, StepOutcome
from forebay.domain.errors import InternalStateError, StorageUnavailableError, UnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.processing.backoff import Backoff
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import JobStatus
from forebay.domain.processing.step import StepStatus
from tests.unit.processing.planned import KIND, SUBJECT, Round, Rounds, begun, results
from tests.unit.processing.points import Points
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, raising
from tests.unit.processing.virtual_time import Killed, in_virtual_time

AWAY = UnavailableError("the partner does not answer")
BROKEN = ArchiveBrokenError("the partner sent nonsense")


def statuses(rig: Rig) -> dict[str, str]:
    return {step.name: step.status.value for step in rig.steps()}


@in_virtual_time
async def test_the_steps_of_a_job_are_those_that_were_planned_for_it() -> None:
    rounds = Rounds(["b", "a", "c"])
    rig = Rig.of(rounds.processor)
    job = await begun(rig)
    assert (job.run_id, job.subject) == (None, SUBJECT)
    assert await rig.worked_off() == "succeeded"
    assert [(step.ordinal, step.name, step.status) for step in rig.steps()] == [
        (1, "b", StepStatus.SUCCEEDED),
        (2, "a", StepStatus.SUCCEEDED),
        (3, "c", StepStatus.SUCCEEDED),
    ]
    assert (rounds.planned, rounds.started) == (1, ["b", "a", "c"])
    assert rig.watcher.steps == [("planned", "succeeded")] * 3, "metrics have no name for each of them"
    assert {event.run_id for event in rig.events} == {None}
    assert all(event.payload["subject"] == SUBJECT for event in rig.events if event.code.startswith("job_"))


@in_virtual_time
async def test_a_plan_without_steps_is_done_at_once() -> None:
    rig = Rig.of(Rounds([]).processor)
    await begun(rig)
    assert await rig.worked_off() == "succeeded"
    assert rig.steps() == []


@in_virtual_time
async def test_a_plan_with_one_name_twice_is_a_defect_that_is_told() -> None:
    rig = Rig.of(Rounds(["a", "b", "a"]).processor)
    await begun(rig)
    assert await rig.worked_off() == "failed"
    assert rig.job.error is not None
    assert "plans two steps called 'a'" in rig.job.error.message
    assert rig.steps() == []


def test_a_processor_has_steps_or_a_plan() -> None:
    with pytest.raises(InternalStateError, match="both steps and a plan"):
        Processor(kind="x", run_types=frozenset(), steps=(Telling("a"),), plan=Rounds([]))


@in_virtual_time
async def test_one_step_that_fails_does_not_stop_the_others() -> None:
    rounds = Rounds(list("abcdefg"), fails={name: [BROKEN] for name in "bcefg"})
    rig = Rig.of(rounds.processor)
    await begun(rig)
    assert await rig.worked_off() == "failed"
    assert rounds.started == list("abcdefg")
    assert Counter(statuses(rig).values()) == {"failed": 5, "succeeded": 2}
    assert rig.job.error is not None
    assert (rig.job.error.code, rig.job.error.message) == (
        "steps_failed",
        f"5 of 7 steps failed: b: {BROKEN.message}; c: {BROKEN.message}; e: {BROKEN.message}; and 2 more",
    )
    step = rig.steps()[1]
    assert step.error is not None
    assert (step.error.code, step.is_passing, step.metadata) == ("archive_broken", False, {"read": 1})
    assert results(rig) == dict.fromkeys("abcdefg", 1), "what a step that failed has found is recorded, too"
    assert rig.codes().count(EventCode.STEP_FAILED) == 5
    assert rig.codes()[-1] == EventCode.JOB_FAILED
    assert rig.watcher.steps.count(("planned", "failed")) == 5
    assert rig.watcher.defects == []


@in_virtual_time
async def test_only_steps_whose_failure_passes_are_done_again() -> None:
    rounds = Rounds(list("abcd"), fails={"b": [AWAY, AWAY], "d": [AWAY]})
    rig = Rig.of(rounds.processor)
    await begun(rig)
    rig.queue.announced.clear()
    now = rig.clock.now()
    assert await rig.worked_off() == "postponed"
    assert (rig.job.status, rig.job.run_after) == (JobStatus.QUEUED, now + timedelta(seconds=10))
    assert rig.job.error is not None
    assert rig.job.error.message.startswith("2 of 4 steps failed: b: ")
    assert statuses(rig) == {"a": "succeeded", "b": "pending", "c": "succeeded", "d": "pending"}
    assert list(rig.queue.announced) == [(rig.job.id, timedelta(seconds=10))]
    assert await rig.worked_off() is None
    await asyncio.sleep(10)
    assert await rig.worked_off() == "postponed"
    await asyncio.sleep(60)
    assert await rig.worked_off() == "succeeded"
    assert rounds.started == [*"abcd", *"bd", *"b"]
    assert rig.jobs[0].error is None
    assert set(statuses(rig).values()) == {"succeeded"}
    assert rounds.planned == 1


@in_virtual_time
async def test_a_failure_that_stays_is_not_repeated_with_one_that_passes_and_fails_the_job_in_the_end() -> None:
    rounds = Rounds(list("abc"), fails={"a": [BROKEN], "b": [AWAY]})
    rig = Rig.of(rounds.processor)
    await begun(rig)
    assert await rig.worked_off() == "postponed"
    assert statuses(rig) == {"a": "failed", "b": "pending", "c": "succeeded"}
    await asyncio.sleep(10)
    assert await rig.worked_off() == "failed"
    assert rounds.started == list("abcb")
    assert rig.job.error is not None
    assert rig.job.error.message == f"1 of 3 steps failed: a: {BROKEN.message}"
    await rig.retry_job(rig.job.id)
    assert await rig.worked_off() == "succeeded"
    assert rounds.started == list("abcba"), "a person may have all that failed repeated"


@in_virtual_time
async def test_after_the_last_attempt_it_has_failed() -> None:
    policy = ProcessingPolicy(max_attempts=2, backoff=Backoff(delays=(0.0,)))
    rig = Rig.of(Rounds(list("ab"), fails={"a": [AWAY] * 9}).processor, policy=policy)
    await begun(rig)
    assert [await rig.worked_off(), await rig.worked_off()] == ["postponed", "failed"]
    assert statuses(rig) == {"a": "failed", "b": "succeeded"}


@in_virtual_time
async def test_an_error_that_is_raised_stops_the_attempt_and_what_failed_before_is_done_again_with_it() -> None:
    rounds = Rounds(list("abcd"), fails={"a": [AWAY]}, does={"c": raising(StorageUnavailableError())})
    rig = Rig.of(rounds.processor)
    await begun(rig)
    assert await rig.worked_off() == "postponed"
    assert statuses(rig) == {"a": "pending", "b": "succeeded", "c": "pending", "d": "pending"}
    await asyncio.sleep(10)
    assert await rig.worked_off() == "succeeded"
    assert rounds.started == [*"abc", *"acd"]


@in_virtual_time
async def test_a_step_that_is_not_there_any_more_fails_alone() -> None:
    rounds = Rounds(list("abc"), fails={name: [AWAY] for name in "abc"})
    rig = Rig.of(rounds.processor)
    await begun(rig)
    assert await rig.worked_off() == "postponed"
    await asyncio.sleep(10)
    newer = Rounds(["c", "a", "new"])
    assert await rig.worked_off(rig.program(processors=Processors((newer.processor,)))) == "failed"
    assert statuses(rig) == {"a": "succeeded", "b": "failed", "c": "succeeded"}
    assert (newer.planned, newer.started) == (0, ["a", "c"])
    assert rig.job.error is not None
    assert f"b: {KIND} has no step 'b' any more; start a new job for '{SUBJECT}'" in rig.job.error.message


@in_virtual_time
async def test_a_worker_that_dies_between_steps_leaves_the_others_to_the_next_one() -> None:
    rounds = Rounds(list("abcd"), fails={"a": [AWAY], "b": [BROKEN]})
    points = Points()

    async def die(context: StepContext) -> None:
        rounds.does.clear()
        points.dead = True
        raise Killed

    rounds.does["c"] = die
    rig = Rig.of(rounds.processor)
    await begun(rig)
    program = rig.program(points)
    claimed = await program.claim(worker="dies")
    assert claimed is not None
    with pytest.raises(Killed):
        await program.work_on(claimed, stopping=asyncio.Event())
    assert statuses(rig) == {"a": "failed", "b": "failed", "c": "running", "d": "pending"}
    await asyncio.sleep(LEASE.total_seconds())
    assert await rig.worked_off() == "postponed", "that the first failure passes was not forgotten"
    assert statuses(rig) == {"a": "pending", "b": "failed", "c": "succeeded", "d": "succeeded"}
    await asyncio.sleep(60)
    assert await rig.worked_off() == "failed"
    assert rounds.started == [*"abc", *"cd", *"a"]
    assert results(rig) == {"a": 2, "b": 1, "c": 1, "d": 1}
    assert rounds.planned == 1


@in_virtual_time
async def test_cut_short_at_any_point_each_step_is_recorded_once() -> None:
    """The worker dies at each call of a port in turn; another one goes on."""
    at, reached = 0, True
    while reached:
        at += 1
        points = Points(at, _die)
        rounds = Rounds(list("abc"), fails={"b": [BROKEN] * 99})
        rig = Rig.of(rounds.processor)
        await begun(rig)
        program = rig.program(points)
        try:
            job = await program.claim(worker="first")
            if job is not None:
                await program.work_on(job, stopping=asyncio.Event())
        except Killed:
            pass
        reached = points.reached.is_set()
        await asyncio.sleep(LEASE.total_seconds() + 1)
        await rig.worked_off()
        assert (rig.job.status, statuses(rig)) == (
            JobStatus.FAILED,
            {"a": "succeeded", "b": "failed", "c": "succeeded"},
        ), points.names[-3:]
        assert results(rig) == {"a": 1, "b": 1, "c": 1}, points.names[-3:]
        assert rig.codes().count(EventCode.JOB_FAILED) == 1
    assert at > 30


async def _die(points: Points) -> None:
    points.dead = True


@in_virtual_time
async def test_cancelling_ends_the_step_and_keeps_what_is_done() -> None:
    gate = Gate()
    rounds = Rounds(list("abc"), fails={"a": [AWAY]}, does={"b": gate})
    rig = Rig.of(rounds.processor)
    job = await begun(rig)
    attempt = asyncio.create_task(rig.worked_off())
    await gate.reached.wait()
    await rig.cancel_job(job.id)
    assert await attempt == "cancelled"
    assert statuses(rig) == {"a": "failed", "b": "cancelled", "c": "pending"}
    rounds.does.clear()
    await rig.retry_job(job.id)
    assert await rig.worked_off() == "succeeded"
    assert rounds.started == [*"ab", *"abc"]


@in_virtual_time
async def test_who_lost_the_lease_records_nothing_more() -> None:
    gate = Gate()
    rounds = Rounds(list("ab"), does={"a": gate})
    rig = Rig.of(rounds.processor)
    await begun(rig)
    points = Points()
    slow = asyncio.create_task(rig.worked_off(rig.program(points)))
    await gate.reached.wait()
    points.freeze()
    await asyncio.sleep(LEASE.total_seconds() + 1)
    rounds.does.clear()
    assert await rig.worked_off() == "succeeded"
    points.thaw()
    gate.go.set()
    assert await slow == "lost"
    assert results(rig) == {"a": 1, "b": 1}


@in_virtual_time
async def test_told_to_stop_it_lets_go_between_steps_and_leaves_failures_for_the_end() -> None:
    gate = Gate()
    rounds = Rounds(list("abc"), fails={"a": [AWAY]}, does={"b": gate})
    rig = Rig.of(rounds.processor)
    await begun(rig)
    program, stopping = rig.program(), asyncio.Event()
    job = await program.claim(worker="stopped")
    assert job is not None
    attempt = asyncio.create_task(program.work_on(job, stopping=stopping))
    await gate.reached.wait()
    stopping.set()
    gate.go.set()
    assert await attempt == "released"
    assert statuses(rig) == {"a": "failed", "b": "succeeded", "c": "pending"}
    assert await rig.worked_off() == "postponed"
    assert rounds.started == list("abc")


@in_virtual_time
async def test_a_step_without_a_run_has_no_files_and_says_so_when_asked_for_the_run() -> None:
    async def look(context: StepContext) -> None:
        assert list(context.files) == []
        await asyncio.sleep(2)
        await context.progress("half of it", {})
        async with context.writing() as work:
            assert await work.steps.list_open(context.job.id, limit=9) == (context.step,)
        context.run.status  # noqa: B018 - asking is enough

    rig = Rig.of(Rounds(["a"], does={"a": look}).processor)
    await begun(rig)
    assert await rig.worked_off() == "failed"
    assert rig.job.error is not None
    assert f"is about '{SUBJECT}' and has no run" in rig.job.error.message
    assert EventCode.STEP_PROGRESS in rig.codes()


@in_virtual_time
async def test_what_it_stores_outlives_a_sweep_while_it_works_and_after() -> None:
    class Storing(Round):
        async def __call__(self, context: StepContext) -> StepOutcome:
            made = await context.store(kind="report", name="r.txt", media_type="text/plain", content=_text())
            await rig.swept()
            return StepOutcome(artifacts=(made,))

    class StoringRounds(Rounds):
        def step(self, job: object, name: str) -> Storing:
            return Storing(self, name)

    rig = Rig.of(StoringRounds(["a"]).processor)
    job = await begun(rig)
    assert await rig.worked_off() == "succeeded"
    await rig.swept()
    (key,) = await rig.objects()
    assert key.run_id == job.id
    await rig.assert_true()


async def _text() -> AsyncIterator[bytes]:
    yield b"what was read"


@in_virtual_time
async def test_a_thousand_steps_cost_no_more_than_ten_times_a_hundred() -> None:
    """Counted in calls of ports, each of which costs the same however many steps are done."""
    counts = []
    for steps in (100, 1_000):
        points = Points()
        rig = Rig.of(Rounds([f"step {number}" for number in range(steps)]).processor)
        await begun(rig)
        assert await rig.worked_off(rig.program(points)) == "succeeded"
        counts.append(len(points.names))
    assert counts[1] <= 10 * counts[0]

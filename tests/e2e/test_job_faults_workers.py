"""Workers die, are poisoned, and are told to stop, in the middle of a step that the test holds up."""

import signal
from pathlib import Path
from uuid import UUID

from forebay.domain.processing.event import FINAL_CODES, EventCode
from forebay.domain.processing.job import JobStatus
from tests.e2e.faults import proofs
from tests.e2e.faults.gate import Visit
from tests.e2e.faults.gated_processor import DIE, FAIL
from tests.e2e.faults.scene import GATED_STEPS, Scene, open_scene
from tests.e2e.faults.watch import pid_in

CLAIMS = {EventCode.JOB_STARTED, EventCode.JOB_TAKEN_OVER}


async def test_a_worker_killed_in_each_step_is_replaced_and_no_finished_step_is_done_again(
    quick: dict[str, str], tmp_path: Path
) -> None:
    quick |= {"FOREBAY_LEASE_SECONDS": "4"}  # which nobody loses who lives, since attempts are counted
    async with open_scene(tmp_path, quick) as scene:
        scene.fleet.start("worker")
        (job_id,) = await scene.upload_gated(1)
        for step in GATED_STEPS:
            visit = await scene.next_visit(what=f"the {step} step")
            assert visit.step == step
            await kill(scene, visit.pid)
            scene.fleet.start("worker")
            again = await scene.next_visit(what=f"the {step} step once more")
            assert (again.step, again.attempt) == (step, visit.attempt + 1)
            again.answer()
        await scene.watch.until_all_ended(1)
        assert [visit.step for visit in scene.gate.visits] == ["first", "first", "second", "second"]
        assert await scene.attempts(job_id) == 3
        await scene.prove_gated([job_id])
        await proofs.prove_nothing_is_left_over(scene.settings)


async def test_a_worker_that_was_taken_for_dead_cannot_write_any_more(quick: dict[str, str], tmp_path: Path) -> None:
    """It is stopped as by a debugger, so that it cannot renew its lease, and goes on when another has the job."""
    quick |= {"FOREBAY_LEASE_SECONDS": "4"}
    async with open_scene(tmp_path, quick) as scene:
        slow = scene.fleet.start("worker")
        (job_id,) = await scene.upload_gated(1)
        held_up = await scene.next_visit(what="the first step")
        slow.pause()
        scene.fleet.start("worker")
        taken_over = await scene.next_visit(what="the first step in another process")
        assert taken_over.pid != slow.pid
        held_up.answer()
        slow.resume()
        await scene.watch.until(held_up.left.is_set, what="the end of the step in the process that was held up")
        taken_over.answer()
        (await scene.next_visit(what="the second step")).answer()
        await scene.watch.until_all_ended(1)
        await scene.prove_gated([job_id])
        assert [await program.stop() for program in scene.fleet.living()] == [0, 0]
        await proofs.prove_nothing_is_left_over(scene.settings)


async def test_a_job_that_kills_its_workers_fails_and_the_others_are_done(
    quick: dict[str, str], tmp_path: Path
) -> None:
    quick |= {"FOREBAY_MAX_ATTEMPTS": "3", "FOREBAY_WORKER_CONCURRENCY": "1"}
    async with open_scene(tmp_path, quick) as scene:
        poison, *others = await scene.upload_gated(4)
        scene.gate.lets_pass = lambda visit: visit.job_id != poison
        scene.fleet.start("worker")
        for _ in range(3):
            await die(scene, await scene.next_visit(what="the first step of the job that kills its workers"))
        await scene.watch.until_all_ended(4)
        await prove_worker_lost(scene, poison, attempts=3)
        await scene.prove_gated(others)


async def test_a_job_that_kills_its_workers_does_not_take_along_those_beside_it(
    quick: dict[str, str], tmp_path: Path
) -> None:
    quick |= {"FOREBAY_MAX_ATTEMPTS": "4", "FOREBAY_WORKER_CONCURRENCY": "4"}
    async with open_scene(tmp_path, quick) as scene:
        poison, *others = await scene.upload_gated(4)
        scene.fleet.start("worker")
        for attempt in (1, 2):
            inside = {visit.job_id: visit for visit in [await scene.next_visit(what="all jobs") for _ in range(4)]}
            assert {visit.attempt for visit in inside.values()} == {attempt}
            await die(scene, inside[poison])
        for _ in range(2 + len(others) * len(GATED_STEPS)):
            visit = await scene.next_visit(what="the jobs one by one")
            if visit.job_id == poison:
                await die(scene, visit)
            else:
                visit.answer()
        await scene.watch.until_all_ended(4)
        assert [await scene.attempts(job_id) for job_id in others] == [3, 3, 3]
        prove_alone_from_the_third_attempt_on(scene)
        await prove_worker_lost(scene, poison, attempts=4)
        await scene.prove_gated(others)


async def test_a_worker_told_to_stop_lets_go_in_the_middle_of_a_step_and_the_attempt_does_not_count(
    quick: dict[str, str], tmp_path: Path
) -> None:
    quick |= {"FOREBAY_SHUTDOWN_GRACE_SECONDS": "0.5"}
    async with open_scene(tmp_path, quick) as scene:
        worker = scene.fleet.start("worker")
        (job_id,) = await scene.upload_gated(1)
        visit = await scene.next_visit(what="the first step")
        assert await worker.stop() == 0
        assert visit.left.is_set()
        assert (await scene.codes(job_id))[-1] == "job_released"
        assert await scene.attempts(job_id) == 0
        scene.fleet.start("worker")
        scene.gate.open()
        await scene.watch.until_all_ended(1)
        assert await scene.attempts(job_id) == 1
        assert "job_taken_over" not in await scene.codes(job_id)
        await scene.prove_gated([job_id])


async def test_a_worker_told_to_stop_finishes_its_step_if_that_ends_in_the_grace_time(
    quick: dict[str, str], tmp_path: Path
) -> None:
    quick |= {"FOREBAY_SHUTDOWN_GRACE_SECONDS": "60"}
    async with open_scene(tmp_path, quick) as scene:
        worker = scene.fleet.start("worker")
        (job_id,) = await scene.upload_gated(1)
        visit = await scene.next_visit(what="the first step")
        worker.terminate()
        visit.answer()  # the signal is there first, and a step takes longer to end than a signal to be heard
        assert await worker.ended() == 0
        codes = await scene.codes(job_id)
        assert codes.count("step_succeeded") == 1
        assert codes[-1] == "job_released"
        scene.fleet.start("worker")
        scene.gate.open()
        await scene.watch.until_all_ended(1)
        assert [(visit.step, visit.attempt) for visit in scene.gate.visits] == [("first", 1), ("second", 1)]
        await scene.prove_gated([job_id])


async def test_steps_that_fail_for_a_while_are_tried_again_until_they_succeed(
    quick: dict[str, str], tmp_path: Path
) -> None:
    async with open_scene(tmp_path, quick) as scene:
        scene.fleet.start("worker")
        (job_id,) = await scene.upload_gated(1)
        for step in GATED_STEPS:
            for _ in range(2):
                visit = await scene.next_visit(what=f"the {step} step")
                assert visit.step == step
                visit.answer(FAIL)
            (await scene.next_visit(what=f"the {step} step")).answer()
        await scene.watch.until_all_ended(1)
        assert await scene.attempts(job_id) == 5
        assert (await scene.codes(job_id)).count("job_postponed") == 4
        await scene.prove_gated([job_id])


async def die(scene: Scene, visit: Visit) -> None:
    """The job kills its worker, and another one is started."""
    program = scene.fleet.find(visit.pid)
    assert program is not None
    program.is_expected_to_end = True
    visit.answer(DIE)
    assert await program.ended() == -signal.SIGKILL
    scene.fleet.start("worker")


async def prove_worker_lost(scene: Scene, job_id: UUID, *, attempts: int) -> None:
    job = (await scene.use_cases.processing.get_job(job_id)).job
    assert (job.status, job.attempts) == (JobStatus.FAILED, attempts)
    assert job.error is not None
    assert job.error.code == "worker_lost"
    await proofs.prove_each_ended_once(scene.use_cases, [job_id], (), outcome=JobStatus.FAILED)


def prove_alone_from_the_third_attempt_on(scene: Scene) -> None:
    """Whoever took such a job over claimed nothing else until that one had ended."""
    alone: dict[int, UUID] = {}  # by process
    for event in scene.watch.events:
        if event.job_id is not None and event.code in CLAIMS:
            pid = pid_in(str(event.payload["worker"]))
            assert pid not in alone, f"beside {alone[pid]}: {event}"
            if int(str(event.payload["attempt"])) > 2:
                alone[pid] = event.job_id
        elif event.code in FINAL_CODES:
            alone = {pid: job_id for pid, job_id in alone.items() if job_id != event.job_id}


async def kill(scene: Scene, pid: int) -> None:
    program = scene.fleet.find(pid)
    assert program is not None
    await scene.fleet.kill(program)

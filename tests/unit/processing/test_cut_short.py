"""A worker is cut short at every point at which it waits for anything, one run for each. In the end all is as it
would have been: one outcome, every step's results exactly once, and a story that can have happened.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import pytest

from forebay.adapters.system.ids import SystemIds
from forebay.application.ports.archives import ArchiveLimits
from forebay.application.processing.catalogue.catalogue_files import CatalogueFiles
from forebay.application.processing.catalogue.processors import built_in
from forebay.application.processing.catalogue.write_manifest import WriteManifest
from forebay.application.processing.processor import Processor, StepContext
from forebay.domain.intake.run import RunStatus
from forebay.domain.processing.errors import InvalidJobTransitionError
from forebay.domain.processing.event import Event, EventCode
from forebay.domain.processing.job import JobStatus
from forebay.domain.processing.model import ModelSpec
from forebay.domain.processing.step import StepStatus
from tests.unit.intake.archives import ScriptedArchives, entry
from tests.unit.processing.history import Story
from tests.unit.processing.points import Points
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import RESULT, Telling, processor
from tests.unit.processing.virtual_time import LoopClock, in_virtual_time
from tests.unit.processing.watcher import Watcher

PATHS = ("a", "b/c", "d")
AGES = 10_000.0  # seconds, of virtual time


async def while_time_passes(context: StepContext) -> None:
    """Long enough for progress to be told and for the lease to be renewed."""
    await asyncio.sleep(LEASE.total_seconds() / 2)
    await context.progress("half of it is done", {})


def telling() -> Processor:
    model = ModelSpec(name="teller", kind="test", version="1")
    return processor(Telling("first", while_time_passes, model=model), Telling("second"))


def catalogue() -> Processor:
    archives = ScriptedArchives([entry(path) for path in PATHS[:2]], [entry(path) for path in PATHS[2:]])
    step = CatalogueFiles(
        reader=archives,
        limits=ArchiveLimits(),
        observer=Watcher(),
        clock=LoopClock(),
        ids=SystemIds(),
        version="1",
    )
    return built_in(step, WriteManifest())[0]


PROCESSORS = [telling, catalogue]


class Cut:
    """One run in which something happens to the first of two workers."""

    def __init__(self, rig: Rig, at: int | None, happens: "Callable[[Cut], Awaitable[None]] | None") -> None:
        self.rig = rig
        self.points = Points(at, self._act if happens is not None else None)
        self.stopping = asyncio.Event()
        self.worker: asyncio.Task[None] | None = None
        self.others: list[asyncio.Task[None]] = []
        self._happens = happens

    async def _act(self, points: Points) -> None:
        assert self._happens is not None
        await self._happens(self)

    def beside(self, work: Awaitable[None]) -> None:
        """Somebody else does something meanwhile."""
        self.others.append(asyncio.ensure_future(work))

    async def __call__(self) -> list[Event]:
        """The events of the job as a follower saw them."""
        rig = self.rig
        await rig.stored()
        followed = asyncio.create_task(rig.followed(rig.job.id))
        first = rig.program(self.points).worker
        self.worker = asyncio.create_task(
            first(name="first", concurrency=1, stopping=self.stopping, grace_seconds=30.0)
        )
        reached = asyncio.create_task(self.points.reached.wait())
        await asyncio.wait({followed, reached}, return_when=asyncio.FIRST_COMPLETED)
        async with rig.working():
            async with asyncio.timeout(AGES):
                events = await followed
            self.points.thaw()
            if self.others:
                await asyncio.wait(self.others)
            self.stopping.set()
            await asyncio.wait({self.worker})
        reached.cancel()
        await asyncio.wait({reached})
        for other in self.others:
            other.result()
        return events


async def number_of_points(make: Callable[[], Processor]) -> int:
    """At how many points an undisturbed worker waits."""
    cut = Cut(Rig.of(make()), None, None)
    await cut()
    return len(cut.points.names)


async def assert_done_once(rig: Rig, seen: Sequence[Event]) -> None:
    """As if nothing had happened."""
    assert rig.job.status is JobStatus.SUCCEEDED
    assert rig.run.status is RunStatus.COMPLETE
    steps = rig.steps()
    assert [step.status for step in steps] == [StepStatus.SUCCEEDED] * 2
    artifacts = Counter(artifact.step_id for artifact in rig.database.state.artifacts.values())
    story = Story(seen)
    assert (story.status, story.done) == ("succeeded", [step.name for step in steps])
    if rig.job.kind == "telling":
        assert artifacts == {step.id: 1 for step in steps}
        assert story.results == {step.name: 1 for step in steps}
        assert len(rig.database.state.models) == 1
    else:
        assert artifacts == {steps[1].id: 1}
        (shown,) = rig.database.state.catalogues.values()
        members = rig.database.state.members.values()
        assert sorted(member.path for member in members) == list(PATHS)
        assert {member.catalogue_id for member in members} == {shown.id}
        assert (shown.job_id, shown.member_count) == (rig.job.id, len(PATHS))
    codes = Counter(rig.codes())
    assert (codes[EventCode.RUN_STORED], codes[EventCode.RUN_PARSING], codes[EventCode.RUN_COMPLETE]) == (1, 1, 1)
    assert codes[EventCode.RUN_FAILED] == 0
    assert [event for event in rig.events if event.job_id == rig.job.id] == list(seen)
    await rig.assert_tidy()


async def told_to_stop(cut: Cut) -> None:
    cut.stopping.set()


async def cancelled(cut: Cut) -> None:
    assert cut.worker is not None
    cut.worker.cancel()
    for _ in range(5):
        await asyncio.sleep(0)


async def cancelled_twice(cut: Cut) -> None:
    assert cut.worker is not None
    cut.worker.cancel()
    await asyncio.sleep(0)
    cut.worker.cancel()
    for _ in range(5):
        await asyncio.sleep(0)


async def killed(cut: Cut) -> None:
    cut.points.dead = True


async def without_ports_for(cut: Cut, seconds: float) -> None:
    async def back() -> None:
        await asyncio.sleep(seconds)
        cut.points.away = False

    cut.points.away = True
    cut.beside(back())


async def without_ports_for_a_moment(cut: Cut) -> None:
    await without_ports_for(cut, 0.1)


async def without_ports_for_a_while(cut: Cut) -> None:
    await without_ports_for(cut, 7.0)


async def without_ports_until_others_have_the_job(cut: Cut) -> None:
    await without_ports_for(cut, 3 * LEASE.total_seconds())


@pytest.mark.parametrize("make", PROCESSORS)
@pytest.mark.parametrize(
    "happens",
    [
        told_to_stop,
        cancelled,
        cancelled_twice,
        killed,
        without_ports_for_a_moment,
        without_ports_for_a_while,
        without_ports_until_others_have_the_job,
    ],
)
@in_virtual_time
async def test_in_the_end_all_is_done_once(
    make: Callable[[], Processor], happens: Callable[[Cut], Awaitable[None]]
) -> None:
    for at in range(1, 1 + await number_of_points(make)):
        rig = Rig.of(make())
        cut = Cut(rig, at, happens)
        seen = await cut()
        try:
            await assert_done_once(rig, seen)
            assert rig.watcher.defects == []
        except AssertionError as error:
            where = cut.points.names[: at + 1][-1]
            raise AssertionError(f"{happens.__name__} at point {at} ({where}): {rig.codes()}: {error}") from error


@pytest.mark.parametrize("make", PROCESSORS)
@in_virtual_time
async def test_a_worker_that_stood_still_while_another_took_over_writes_nothing_more(
    make: Callable[[], Processor],
) -> None:
    async def stands_still(cut: Cut) -> None:
        cut.points.freeze()

    for at in range(1, 1 + await number_of_points(make)):
        rig = Rig.of(make())
        cut = Cut(rig, at, stands_still)
        await assert_done_once(rig, await cut())
        where = cut.points.names[:at][-1]
        assert rig.watcher.outcomes.count("succeeded") == 1, f"at point {at} ({where}): {rig.watcher.outcomes}"


@pytest.mark.parametrize("make", PROCESSORS)
@in_virtual_time
async def test_a_job_that_is_cancelled_at_any_time_is_cancelled_or_done(make: Callable[[], Processor]) -> None:
    async def somebody_cancels(cut: Cut) -> None:
        async def cancel() -> None:
            try:
                await cut.rig.cancel_job(cut.rig.job.id)
            except InvalidJobTransitionError:
                assert cut.rig.job.status is JobStatus.SUCCEEDED

        cut.beside(cancel())

    endings = set()
    for at in range(1, 1 + await number_of_points(make)):
        rig = Rig.of(make())
        seen = await Cut(rig, at, somebody_cancels)()
        endings.add(rig.job.status)
        if rig.job.status is JobStatus.SUCCEEDED:
            await assert_done_once(rig, seen)
            continue
        assert Story(seen).status == rig.job.status == JobStatus.CANCELLED
        assert (rig.run.status, rig.run.error.code if rig.run.error else None) == (RunStatus.FAILED, "job_cancelled")
        assert StepStatus.RUNNING not in {step.status for step in rig.steps()}
        await rig.assert_tidy()
        # and whoever wants it after all gets it
        await rig.retry_job(rig.job.id)
        assert await rig.worked_off() == "succeeded"
        assert {run.status for run in rig.database.state.runs.values()} == {RunStatus.COMPLETE}
    assert endings == {JobStatus.CANCELLED, JobStatus.SUCCEEDED}


@pytest.mark.parametrize("make", PROCESSORS)
@in_virtual_time
async def test_a_run_that_is_deleted_at_any_time_leaves_nothing_behind(make: Callable[[], Processor]) -> None:
    async def somebody_deletes(cut: Cut) -> None:
        cut.beside(cut.rig.delete_run(cut.rig.run.id))

    for at in range(1, 1 + await number_of_points(make)):
        rig = Rig.of(make())
        await Cut(rig, at, somebody_deletes)()
        state = rig.database.state
        rows = (*state.runs, *state.files, *state.blobs, *state.members, *state.listings, *state.catalogues)
        assert (rows, [*state.jobs, *state.active, *state.steps, *state.artifacts]) == ((), [])
        assert {event.job_id for event in rig.events} == {None}
        assert rig.codes()[-1] == EventCode.RUN_DELETED
        assert rig.watcher.defects == []
        await rig.assert_tidy()


@in_virtual_time
async def test_the_points_are_all_that_a_worker_waits_for() -> None:
    """What the tests above rest on: they do cut where it matters."""
    cut = Cut(Rig.of(telling()), None, None)
    seen = await cut()
    names = Counter(cut.points.names)
    assert names["database commit"] == names["database commit, answer"] >= 6
    assert {"store open", "store read", "store create", "store write", "store commit", "listen", "wait"} <= set(names)
    assert [event.code for event in seen].count(EventCode.STEP_PROGRESS) == 1
    assert [event.code for event in seen].count(RESULT) == 2

"""Workers are killed inside every step, over and over: each job ends once, and its results are there once."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from forebay.application.processing.start_job import StartJobCommand
from forebay.application.use_cases import UseCases
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.domain.processing.event import Event, EventCode
from tests.e2e.faults import proofs
from tests.e2e.faults.inputs import FEW, MANY, Archive, make_archive, upload_archive
from tests.e2e.faults.plugin import installed_for_processes
from tests.e2e.faults.programs import Fleet, Program, open_fleet
from tests.e2e.faults.setting import BACKENDS, as_settings, settings_on
from tests.e2e.faults.slow_blobs import SECONDS_VARIABLE
from tests.e2e.faults.starting import ForkingStarter, FreshStarter
from tests.e2e.faults.watch import Watch, pid_in, watching

LATEST_SECONDS = 0.04  # a kill comes up to so much after the event that it waits for
MOMENTS = ("claimed", "catalogue", "manifest", "ended")


@dataclass(frozen=True)
class Loop:
    """How much of it: processes at a time, jobs in all, kills in all.

    `store_seconds`: how long the blob store hesitates at most. It is longer than events take to get here, which on
    SQLite is a quarter of a second. `forked`: processes are forked from one that has imported everything.
    """

    backend: str
    command: str
    workers: int
    jobs: int
    kills: int
    store_seconds: float
    forked: bool = False


LOOPS = [
    pytest.param(
        Loop("postgres", "worker", workers=3, jobs=500, kills=200, store_seconds=0.03, forked=True),
        id="workers-postgres",
        marks=pytest.mark.adapter("postgres", "filesystem"),
    ),
    pytest.param(
        Loop("sqlite", "worker", workers=2, jobs=75, kills=30, store_seconds=0.3),
        id="workers-sqlite",
        marks=pytest.mark.adapter("sqlite", "filesystem"),
    ),
    pytest.param(
        Loop("sqlite", "serve", workers=1, jobs=25, kills=10, store_seconds=0.3),
        id="server-sqlite",
        marks=pytest.mark.adapter("sqlite", "filesystem"),
    ),
]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.timeout(600)
async def test_jobs_whose_workers_are_killed_end_once(
    loop: Loop, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with open_faults(loop, tmp_path, request) as faults:
        await faults.run(faults.upload_up_to)
        await faults.watch.until_all_ended(loop.jobs)
        assert [await program.stop() for program in faults.fleet.living()] == [0] * loop.workers
        assert len(faults.archives) == loop.jobs
        await proofs.prove_catalogued(faults.settings, faults.use_cases, faults.archives)
        assert proofs.count_rows(faults.settings, "steps") == loop.jobs * len(proofs.CATALOGUE_STEPS)
        await proofs.prove_nothing_is_left_over(faults.settings)
        await faults.prove_children_are_gone()
        faults.prove_kills_hit()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.timeout(600)
async def test_a_catalogue_made_anew_by_workers_that_are_killed_replaces_the_one_before_whole(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    loop = Loop(backend, "worker", workers=2, jobs=20, kills=10, store_seconds=0.1)
    async with open_faults(loop, tmp_path, request) as faults:
        for _ in range(loop.workers):
            faults.start()
        await faults.upload_up_to(loop.jobs)
        await faults.watch.until_all_ended(loop.jobs)
        before = list(faults.archives)
        waiting = list(before)

        async def start_anew(count: int) -> None:
            while waiting and len(before) - len(waiting) < count:
                await faults.use_cases.processing.start_job(StartJobCommand(run_id=waiting.pop()))

        await faults.run(start_anew, begin=False)
        await faults.watch.until_all_ended(2 * loop.jobs)
        jobs = [job.id for job in await proofs.all_jobs(faults.use_cases)]
        assert len(jobs) == 2 * loop.jobs
        await proofs.prove_each_ended_once(faults.use_cases, jobs, proofs.CATALOGUE_STEPS)
        await proofs.prove_catalogues(faults.use_cases, faults.archives)
        shown = sum(len(archive.digests) for archive in faults.archives.values())
        assert proofs.count_rows(faults.settings, "members") == shown  # none of what was replaced
        assert proofs.count_rows(faults.settings, "catalogues") == loop.jobs
        await proofs.prove_nothing_is_left_over(faults.settings)


@asynccontextmanager
async def open_faults(loop: Loop, folder: Path, request: pytest.FixtureRequest) -> AsyncIterator["Faults"]:
    environ = settings_on(loop.backend, folder, request)
    settings = as_settings(environ, folder)
    slow = {
        **environ,
        **installed_for_processes(folder),
        "FOREBAY_BLOB_URL": f"slow+{settings.blob_url}",
        "FOREBAY_WORKER_CONCURRENCY": "4",
        SECONDS_VARIABLE: str(loop.store_seconds),
    }
    async with (
        open_use_cases(settings) as use_cases,
        open_fleet(folder, slow, ForkingStarter(slow) if loop.forked else FreshStarter()) as fleet,
        watching(use_cases.processing, fleet.check) as watch,
    ):
        yield Faults(loop, settings, use_cases, fleet, watch)


class Faults:
    """Uploads, waits for a moment in somebody's work, kills whoever is at it and starts another in its place."""

    def __init__(self, loop: Loop, settings: Settings, use_cases: UseCases, fleet: Fleet, watch: Watch) -> None:
        self.archives: dict[UUID, Archive] = {}
        self.settings = settings
        self.use_cases = use_cases
        self.fleet = fleet
        self.watch = watch
        self._loop = loop
        self._chance = random.Random(20261121)
        self._children: dict[int, str] = {}

    async def run(self, feed: Callable[[int], Awaitable[None]], *, begin: bool = True) -> None:
        """`feed` is asked for so many jobs in all, and more with every kill; workers are there unless they `begin`."""
        for _ in range(self._loop.workers if begin else 0):
            self.start()
        for number in range(self._loop.kills):
            seen = len(self.watch.events)
            feeding = asyncio.ensure_future(feed(self._loop.jobs * (number + 1) // self._loop.kills))
            victim = await self._find(MOMENTS[number % len(MOMENTS)], seen)
            await asyncio.sleep(self._chance.uniform(0, LATEST_SECONDS))
            self._children |= proofs.children_of(victim.pid)
            await self.fleet.kill(victim)
            self.start()
            await feeding

    def start(self) -> None:
        self.fleet.start(self._loop.command)

    async def upload_up_to(self, count: int) -> None:
        while (number := len(self.archives)) < count:
            archive = make_archive(number, members=MANY if number % 20 == 5 else FEW)
            self.archives[await upload_archive(self.use_cases, archive)] = archive

    async def _find(self, moment: str, seen: int) -> Program:
        def is_it(event: Event) -> bool:
            return moment_of(event) == moment and self.fleet.find(self._pid(event)) is not None

        event = await self.watch.after(seen, is_it, what=f"somebody whose job is {moment}")
        program = self.fleet.find(self._pid(event))
        assert program is not None
        return program

    def _pid(self, event: Event) -> int:
        assert event.job_id is not None
        return self.watch.pid_of(event.job_id)

    def prove_kills_hit(self) -> None:
        """Each kill was one, and enough of them hit work in the middle of each step."""
        killed = {program.pid for program in self.fleet.killed}
        assert len(self.fleet.killed) == self._loop.kills
        hits = Counter(self._interrupted(killed))
        print(f"interrupted: {dict(hits)}")  # noqa: T201 - shown when the test fails, and by -s
        for step in proofs.CATALOGUE_STEPS:
            assert hits[step] >= self._loop.kills // 10, f"too few kills hit the step {step}: {dict(hits)}"

    def _interrupted(self, killed: set[int]) -> Iterator[str]:
        """In which moment each job was whose worker was killed: what its events say before it was taken over."""
        for events in self.watch.of_job.values():
            moment = ""
            for event in events:
                if event.code == EventCode.JOB_TAKEN_OVER and pid_in(str(event.payload["before"])) in killed:
                    yield moment
                moment = moment_of(event) or moment

    async def prove_children_are_gone(self) -> None:
        """The processes in which killed workers read archives end by themselves."""
        deadline = asyncio.get_running_loop().time() + 30
        while left := {pid for pid, started in self._children.items() if proofs.start_of(pid) == started}:
            assert asyncio.get_running_loop().time() < deadline, (
                f"processes {left} outlive the workers that were killed"
            )
            await asyncio.sleep(0.05)  # they are not our children, so there is nothing to wait for


def moment_of(event: Event) -> str:
    """What the job's worker is at from this event on; empty when the event does not say."""
    match event.code:
        case EventCode.JOB_STARTED | EventCode.JOB_TAKEN_OVER:
            return "claimed"
        case EventCode.STEP_STARTED:
            return str(event.payload["step"])
        case EventCode.JOB_SUCCEEDED:
            return "ended"
    return ""

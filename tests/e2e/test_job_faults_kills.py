"""Workers are killed inside every step, over and over: each job ends once, and its results are there once."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from forebay.application.use_cases import UseCases
from forebay.bootstrap.runtime import open_use_cases
from forebay.domain.processing.event import Event, EventCode
from tests.e2e.faults import proofs
from tests.e2e.faults.inputs import FEW, MANY, Archive, make_archive, upload_archive
from tests.e2e.faults.plugin import installed_for_processes
from tests.e2e.faults.programs import Fleet, Program, open_fleet
from tests.e2e.faults.setting import as_settings, settings_on
from tests.e2e.faults.slow_blobs import SECONDS_VARIABLE
from tests.e2e.faults.watch import Watch, pid_in, watching

LATEST_SECONDS = 0.04  # a kill comes up to so much after the event that it waits for
MOMENTS = ("claimed", "catalogue", "manifest", "ended")


@dataclass(frozen=True)
class Loop:
    """How much of it: processes at a time, jobs in all, kills in all.

    `store_seconds`: how long the blob store hesitates at most. It is longer than events take to get here, which on
    SQLite is a quarter of a second.
    """

    backend: str
    command: str
    workers: int
    jobs: int
    kills: int
    store_seconds: float


LOOPS = [
    pytest.param(
        Loop("postgres", "worker", workers=3, jobs=500, kills=200, store_seconds=0.03),
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
    here = settings_on(loop.backend, tmp_path, request)
    settings = as_settings(here, tmp_path)
    environ = {
        **here,
        **installed_for_processes(tmp_path),
        "FOREBAY_BLOB_URL": f"slow+{settings.blob_url}",
        "FOREBAY_WORKER_CONCURRENCY": "4",
        SECONDS_VARIABLE: str(loop.store_seconds),
    }
    async with open_use_cases(settings) as use_cases, open_fleet(tmp_path, environ) as fleet:
        async with watching(use_cases.processing, fleet.check) as watch:
            faults = Faults(use_cases, fleet, watch, loop)
            await faults.run()
            await watch.until_all_ended(loop.jobs)
        codes = [await program.stop() for program in fleet.living()]
        assert codes == [0] * loop.workers

        jobs = {job.run_id: job.id for job in await proofs.all_jobs(use_cases)}
        assert sorted(jobs) == sorted(faults.archives)
        await proofs.prove_each_ended_once(use_cases, list(jobs.values()), proofs.CATALOGUE_STEPS)
        await proofs.prove_run_events(use_cases, list(jobs))
        await proofs.prove_catalogues(use_cases, faults.archives)
        await proofs.prove_artifacts(
            use_cases,
            {jobs[run_id]: {"SHA256SUMS": archive.manifest} for run_id, archive in faults.archives.items()},
        )
        shown = sum(len(archive.digests) for archive in faults.archives.values())
        assert proofs.count_rows(settings, "members") == shown  # none that nobody sees
        assert proofs.count_rows(settings, "catalogues") == loop.jobs
        assert proofs.count_rows(settings, "steps") == loop.jobs * len(proofs.CATALOGUE_STEPS)
        await proofs.prove_nothing_is_left_over(settings)
        await faults.prove_children_are_gone()
        faults.prove_kills_hit()


class Faults:
    """Uploads, waits for a moment in somebody's work, kills whoever is at it and starts another in its place."""

    def __init__(self, use_cases: UseCases, fleet: Fleet, watch: Watch, loop: Loop) -> None:
        self.archives: dict[UUID, Archive] = {}
        self._use_cases = use_cases
        self._fleet = fleet
        self._watch = watch
        self._loop = loop
        self._chance = random.Random(20261121)
        self._children: dict[int, str] = {}

    async def run(self) -> None:
        for _ in range(self._loop.workers):
            self._start()
        for number in range(self._loop.kills):
            seen = len(self._watch.events)
            due = self._loop.jobs * (number + 1) // self._loop.kills
            feeding = asyncio.create_task(self._upload_up_to(due))
            victim = await self._find(MOMENTS[number % len(MOMENTS)], seen)
            await asyncio.sleep(self._chance.uniform(0, LATEST_SECONDS))
            self._children |= proofs.children_of(victim.pid)
            await self._fleet.kill(victim)
            self._start()
            await feeding

    def _start(self) -> None:
        self._fleet.start(self._loop.command)

    async def _upload_up_to(self, count: int) -> None:
        while (number := len(self.archives)) < count:
            archive = make_archive(number, members=MANY if number % 20 == 5 else FEW)
            self.archives[await upload_archive(self._use_cases, archive)] = archive

    async def _find(self, moment: str, seen: int) -> Program:
        def is_it(event: Event) -> bool:
            return moment_of(event) == moment and self._fleet.find(self._pid(event)) is not None

        event = await self._watch.after(seen, is_it, what=f"somebody whose job is {moment}")
        program = self._fleet.find(self._pid(event))
        assert program is not None
        return program

    def _pid(self, event: Event) -> int:
        assert event.job_id is not None
        return self._watch.pid_of(event.job_id)

    def prove_kills_hit(self) -> None:
        """Each kill was one, and enough of them hit work in the middle of each step."""
        killed = {program.pid for program in self._fleet.killed}
        assert len(self._fleet.killed) == self._loop.kills
        hits = Counter(self._interrupted(killed))
        print(f"interrupted: {dict(hits)}")  # noqa: T201 - shown when the test fails, and by -s
        for step in proofs.CATALOGUE_STEPS:
            assert hits[step] >= self._loop.kills // 10, f"too few kills hit the step {step}: {dict(hits)}"

    def _interrupted(self, killed: set[int]) -> Iterator[str]:
        """In which moment each job was whose worker was killed: what its events say before it was taken over."""
        for events in self._watch.of_job.values():
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

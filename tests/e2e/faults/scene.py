"""Use cases here, processes there, one database: what most tests of faults begin with."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from forebay.application.use_cases import UseCases
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.domain.processing.event import Event
from tests.e2e.faults import proofs
from tests.e2e.faults.gate import Gate, Visit, open_gate
from tests.e2e.faults.gated_processor import PORT_VARIABLE, passage
from tests.e2e.faults.inputs import upload_gated
from tests.e2e.faults.plugin import installed_for_processes
from tests.e2e.faults.programs import Fleet, open_fleet
from tests.e2e.faults.setting import as_settings
from tests.e2e.faults.starting import ForkingStarter, FreshStarter
from tests.e2e.faults.watch import Watch, watching

GATED_STEPS = ("first", "second")


@dataclass(frozen=True)
class Scene:
    """Uploads are made here; whoever works on them is in the fleet, and comes to the gate if the job is gated."""

    settings: Settings
    use_cases: UseCases
    fleet: Fleet
    watch: Watch
    gate: Gate

    async def upload_gated(self, count: int) -> list[UUID]:
        """The ids of the jobs, in the order of their uploads."""
        runs = [await upload_gated(self.use_cases, number) for number in range(count)]
        jobs = {job.run_id: job.id for job in await proofs.all_jobs(self.use_cases)}
        return [jobs[run_id] for run_id in runs]

    async def next_visit(self, *, what: str) -> Visit:
        """The next step that came to the gate and waits there; `what` says which one the test expects."""
        waiting = self.gate.waiting
        await self.watch.until(lambda: not waiting.empty(), what=f"{what} at the gate; there came {self.gate.visits}")
        return waiting.get_nowait()

    async def events(self, job_id: UUID) -> list[Event]:
        return await proofs.all_events(self.use_cases, job_id=job_id)

    async def codes(self, job_id: UUID) -> list[str]:
        return [event.code for event in await self.events(job_id)]

    async def attempts(self, job_id: UUID) -> int:
        return (await self.use_cases.processing.get_job(job_id)).job.attempts

    async def prove_gated(self, job_ids: list[UUID]) -> None:
        """Each ended once, and has what its two steps make of its run, once."""
        await proofs.prove_each_ended_once(self.use_cases, job_ids, GATED_STEPS)
        runs = {job.id: str(job.run_id) for job in await proofs.all_jobs(self.use_cases)}
        await proofs.prove_artifacts(
            self.use_cases,
            {job_id: {f"{step}.txt": passage(step, runs[job_id]) for step in GATED_STEPS} for job_id in job_ids},
        )


@asynccontextmanager
async def open_scene(folder: Path, environ: Mapping[str, str], *, forked: bool = False) -> AsyncIterator[Scene]:
    """Nothing runs yet but the gate. `forked`: processes are forked from one that has imported everything."""
    async with AsyncExitStack() as stack:
        settings = as_settings(environ, folder)
        gate = await stack.enter_async_context(open_gate())
        use_cases = await stack.enter_async_context(open_use_cases(settings))
        package = installed_for_processes(folder)
        everything = {**environ, **package, PORT_VARIABLE: str(gate.port)}
        starter = ForkingStarter(everything) if forked else FreshStarter()
        fleet = await stack.enter_async_context(open_fleet(folder, everything, starter))
        watch = await stack.enter_async_context(watching(use_cases.processing, fleet.check))
        gate.on_change = watch.tell
        yield Scene(settings, use_cases, fleet, watch, gate)

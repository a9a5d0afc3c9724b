"""Everything at once and more than once: sweeps, workers, servers, messages. Nothing is done twice."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from forebay.application.intake.sweep import SweepCommand
from forebay.application.use_cases import UseCases
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.domain.processing.job import Job
from tests.e2e.faults import proofs
from tests.e2e.faults.inputs import FEW, Archive, make_archive, upload_archive
from tests.e2e.faults.scene import Scene, open_scene
from tests.e2e.faults.setting import as_settings
from tests.server_process import ServerProcess

JOBS = 24


class Broker:
    """A queue that delivers every message three times, at once, each to another worker."""

    def __init__(self) -> None:
        self.workers: list[UseCases] = []
        self.deliveries: list[asyncio.Task[str | None]] = []

    async def announce(self, job_id: UUID, *, delay: timedelta = timedelta()) -> None:
        del delay  # a message may come too early
        for number, use_cases in enumerate(self.workers):
            self.deliveries.append(asyncio.create_task(work(use_cases, f"worker:{number}", job_id)))

    async def all_delivered(self) -> list[str]:
        """The outcomes of those that got the job."""
        outcomes: list[str] = []
        while self.deliveries:
            delivered, self.deliveries = self.deliveries, []
            outcomes += [outcome for outcome in await asyncio.gather(*delivered) if outcome is not None]
        return outcomes


async def work(use_cases: UseCases, worker: str, job_id: UUID) -> str | None:
    """As a worker does that was sent an id: None when there is nothing to do."""
    job = await use_cases.processing.claim_job(worker=worker, job_id=job_id)
    if job is None:
        return None
    return await use_cases.processing.work_on_job(job, stopping=asyncio.Event())


async def test_of_three_deliveries_of_a_message_one_gets_the_job(quick: dict[str, str], tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(open_use_cases(as_settings(quick, tmp_path))) for _ in range(3)]
        for number in range(10):
            await upload_archive(workers[0], make_archive(number, members=FEW))
        for job in await proofs.all_jobs(workers[0]):
            claims: list[Coroutine[Any, Any, Job | None]] = [
                use_cases.processing.claim_job(worker=f"worker:{number}", job_id=job.id)
                for number, use_cases in enumerate(workers)
            ]
            held = [claimed for claimed in await asyncio.gather(*claims) if claimed is not None]
            assert len(held) == 1
            assert await workers[0].processing.work_on_job(held[0], stopping=asyncio.Event()) == "succeeded"
            late = await asyncio.gather(*(work(use_cases, "late:1", job.id) for use_cases in workers))
            assert late == [None, None, None]
        await proofs.prove_each_ended_once(
            workers[0], [job.id for job in await proofs.all_jobs(workers[0])], proofs.CATALOGUE_STEPS
        )


async def test_messages_that_come_three_times_and_two_recovery_sweeps_at_once_double_nothing(
    quick: dict[str, str], tmp_path: Path
) -> None:
    settings = as_settings(quick, tmp_path)
    broker = Broker()
    async with AsyncExitStack() as stack:
        workers = [
            await stack.enter_async_context(open_use_cases(settings, Replacements(queue=broker))) for _ in range(3)
        ]
        archives = [make_archive(number, members=FEW) for number in range(JOBS)]
        runs = {await upload_archive(workers[0], archive): archive for archive in archives}  # announced to nobody
        broker.workers = workers
        reports = await asyncio.gather(
            *(use_cases.processing.recover_jobs(grace=timedelta()) for use_cases in workers[:2])
        )
        assert [report.announced for report in reports] == [JOBS, JOBS]
        assert await broker.all_delivered() == ["succeeded"] * JOBS
        assert (await workers[2].processing.recover_jobs(grace=timedelta())).announced == 0
        await proofs.prove_catalogued(settings, workers[0], runs)


@pytest.mark.timeout(400)
async def test_two_servers_two_workers_and_all_sweeps_on_one_database_double_nothing(
    quick: dict[str, str], tmp_path: Path
) -> None:
    async with open_scene(tmp_path, quick) as scene, AsyncExitStack() as stack:
        servers = [started(tmp_path / f"server-{number}", scene, stack) for number in range(2)]
        workers = [scene.fleet.start("worker") for _ in range(2)]
        await scene.watch.until(lambda: all(worker.says("answers:") for worker in workers), what="both workers")
        sweeping = asyncio.create_task(sweep_for_ever(scene.use_cases))
        stack.callback(sweeping.cancel)
        archives = [make_archive(number, members=FEW) for number in range(JOBS)]
        async with httpx.AsyncClient(timeout=60) as client:
            uploads = (sent(client, servers[number % 2].url, archive) for number, archive in enumerate(archives))
            runs = dict(zip(await asyncio.gather(*uploads), archives, strict=True))
        await scene.watch.until_all_ended(JOBS)
        assert not sweeping.done() or sweeping.result() is None
        assert [server.stop() for server in servers] == [0, 0]
        assert [await worker.stop() for worker in workers] == [0, 0]
        await proofs.prove_catalogued(scene.settings, scene.use_cases, runs)
        await proofs.prove_nothing_is_left_over(scene.settings)


def started(folder: Path, scene: Scene, stack: AsyncExitStack) -> ServerProcess:
    folder.mkdir()
    server = ServerProcess(folder, scene.fleet.environ)
    stack.callback(server.kill)
    server.start()
    return server


async def sweep_for_ever(use_cases: UseCases) -> None:
    """Both kinds, two at a time."""
    while True:
        await asyncio.gather(
            use_cases.processing.recover_jobs(grace=timedelta()),
            use_cases.processing.recover_jobs(grace=timedelta()),
            use_cases.intake.sweep(SweepCommand(grace=timedelta(hours=1))),
            use_cases.intake.sweep(SweepCommand(grace=timedelta(hours=1))),
        )


async def sent(client: httpx.AsyncClient, url: str, archive: Archive) -> UUID:
    answer = await client.post(
        f"{url}/v1/uploads", data={"type": "archive"}, files={"file": (archive.name, archive.content)}
    )
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])

"""Faults while documents are read: each ends ready once, or fails alone, and nothing is read twice without need."""

import os
import signal
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from forebay.adapters.sql.migrate import upgrade
from forebay.application.processing.start_job import StartJobCommand
from forebay.domain.documents.document import DocumentFailure
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import JobStatus
from tests.e2e.faults import proofs
from tests.e2e.faults.gate import Visit
from tests.e2e.faults.gated_blobs import ATTACHMENT_READ, TEXT_COMES, TEXT_KEPT, TEXT_READ
from tests.e2e.faults.gated_processor import FAIL
from tests.e2e.faults.inputs import upload
from tests.e2e.faults.plugin import installed_here
from tests.e2e.faults.reading import (
    STEPS,
    archive_of,
    documents_of,
    found,
    job_of,
    open_reading,
    paper,
    prove_papers,
    reader_of,
    upload_papers,
    visits_at,
)
from tests.e2e.faults.scene import Scene
from tests.e2e.faults.setting import BACKENDS, quick_settings
from tests.services import PostgresServer, postgres

pytestmark = pytest.mark.timeout(300)
MANY, FEW = 60, 6
# Where workers are killed: at the nth visit of a kind, of all workers. The last one classifies, the others read.
KILLS = [(TEXT_COMES, 1), (TEXT_KEPT, 9), (TEXT_COMES, 30), (TEXT_KEPT, 31), (TEXT_KEPT, 62), (TEXT_READ, 20)]
ON_SQLITE = pytest.mark.parametrize("quick", [one for one in BACKENDS if "sqlite" in one.values], indirect=True)


class Stops:
    """Lets visits pass but the nth of a kind."""

    def __init__(self, scene: Scene, *stops: tuple[str, int]) -> None:
        self._scene = scene
        self._stops = set(stops)
        scene.gate.lets_pass = self._passes

    def _passes(self, visit: Visit) -> bool:
        return (visit.step, len(visits_at(self._scene, visit.step))) not in self._stops


async def test_workers_that_are_killed_leave_each_document_ready_and_none_is_read_again(
    quick: dict[str, str], tmp_path: Path
) -> None:
    quick |= {"FOREBAY_LEASE_SECONDS": "4"}  # which nobody loses who lives, since visits are counted
    async with open_reading(tmp_path, quick, forked=True) as scene:
        Stops(scene, *KILLS)
        for _ in range(2):
            scene.fleet.start("worker")
        run_id, job_id = await upload_papers(scene, MANY)
        for step, number in KILLS:
            visit = await scene.next_visit(what=f"{step} number {number}")
            assert visit.step == step
            program = scene.fleet.find(visit.pid)
            assert program is not None
            await scene.fleet.kill(program)
            scene.fleet.start("worker")
        await scene.watch.until_all_ended(1)
        await proofs.prove_each_ended_once(scene.use_cases, [job_id], STEPS)
        await prove_papers(scene, run_id, MANY)
        assert len(visits_at(scene, TEXT_COMES)) == MANY + len(KILLS) - 1
        assert len(visits_at(scene, TEXT_READ)) == MANY + 1
        await proofs.prove_nothing_is_left_over(scene.settings)
        assert proofs.count_rows(scene.settings, "blobs") == MANY + 2  # texts, the archive and its manifest


@pytest.mark.adapter("postgres", "filesystem")
async def test_documents_are_read_on_when_the_database_is_back(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert postgres_server.source  # the run has a PostgreSQL; this test opens another, which it may kill
    installed_here(monkeypatch)
    with postgres() as database, database.database() as url:
        upgrade(url)
        environ = {**quick_settings(tmp_path), "FOREBAY_DATABASE_URL": url}
        stops = [(TEXT_KEPT, 2), (TEXT_COMES, 5), (TEXT_READ, 2)]
        async with open_reading(tmp_path, environ) as scene:
            Stops(scene, *stops)
            scene.fleet.start("worker")
            run_id, job_id = await upload_papers(scene, FEW)
            for step, number in stops:
                visit = await scene.next_visit(what=f"{step} number {number}")
                database.kill()
                visit.answer()
                database.start()
            await scene.watch.until_all_ended(1)
            await proofs.prove_each_ended_once(scene.use_cases, [job_id], STEPS)
            await prove_papers(scene, run_id, FEW)
            assert len(visits_at(scene, TEXT_COMES)) <= FEW + 2  # those that could not be recorded
            assert await scene.fleet.living()[0].stop() == 0
            await proofs.prove_nothing_is_left_over(scene.settings)


@ON_SQLITE
async def test_documents_are_read_on_when_the_store_is_back(quick: dict[str, str], tmp_path: Path) -> None:
    async with open_reading(tmp_path, quick) as scene:
        stops = [(TEXT_COMES, 3), (TEXT_KEPT, 4), (TEXT_READ, 2)]
        Stops(scene, *stops)
        scene.fleet.start("worker")
        run_id, job_id = await upload_papers(scene, FEW)
        for step, number in stops:
            (await scene.next_visit(what=f"{step} number {number}")).answer(FAIL)
        await scene.watch.until_all_ended(1)
        assert (await scene.codes(job_id)).count(EventCode.JOB_POSTPONED) == len(stops)
        await proofs.prove_each_ended_once(scene.use_cases, [job_id], STEPS)
        await prove_papers(scene, run_id, FEW)
        assert len(visits_at(scene, TEXT_COMES)) == FEW + 2
        assert len(visits_at(scene, TEXT_READ)) == FEW + 1
        await proofs.prove_nothing_is_left_over(scene.settings)


async def test_a_run_that_is_deleted_while_its_documents_are_read_leaves_nothing(
    quick: dict[str, str], tmp_path: Path
) -> None:
    async with open_reading(tmp_path, quick) as scene:
        Stops(scene, (TEXT_COMES, 3))
        worker = scene.fleet.start("worker")
        run_id, _ = await upload_papers(scene, FEW)
        visit = await scene.next_visit(what="the third text")
        await scene.use_cases.intake.delete_run(run_id)
        visit.answer()
        other = await upload(scene.use_cases, RunType.DOCUMENT, "1.txt", paper(1))  # begun when the first is let go of
        await scene.watch.until(lambda: _is_complete(scene, other), what="the end of the job behind it")
        assert [document.status for document in (await documents_of(scene.use_cases, other)).values()] == ["ready"]
        assert await found(scene.use_cases, "meeting") == ["1.txt"]
        assert proofs.count_rows(scene.settings, "documents") == 1
        assert proofs.count_indexed(scene.settings) == 1
        assert await worker.stop() == 0
        await scene.use_cases.intake.delete_run(other)
        await proofs.prove_nothing_is_left_over(scene.settings)
        assert proofs.count_indexed(scene.settings) == 0
        for table in ("documents", "blobs", "members"):
            assert proofs.count_rows(scene.settings, table) == 0


async def test_a_job_cancelled_while_documents_are_read_fails_them_and_a_retry_reads_them(
    quick: dict[str, str], tmp_path: Path
) -> None:
    async with open_reading(tmp_path, quick) as scene:
        Stops(scene, (TEXT_COMES, 3))
        scene.fleet.start("worker")
        run_id, job_id = await upload_papers(scene, FEW)
        visit = await scene.next_visit(what="the third text")
        await scene.use_cases.processing.cancel_job(job_id)
        await scene.watch.until(lambda: job_id in scene.watch.ended(), what="the end of the job")
        assert visit.left.is_set()
        shown = (await documents_of(scene.use_cases, run_id)).values()
        assert len(shown) == FEW
        assert {document.failure.code for document in shown if document.failure is not None} == {"job_cancelled"}
        assert {document.status for document in shown} == {"failed"}
        ended = len(scene.watch.events)
        await scene.use_cases.processing.retry_job(job_id)
        await scene.watch.after(ended, lambda event: event.code == EventCode.JOB_SUCCEEDED, what="the second end")
        assert (await scene.use_cases.intake.get_run(run_id)).run.status is RunStatus.COMPLETE
        await prove_papers(scene, run_id, FEW)
        await proofs.prove_nothing_is_left_over(scene.settings)


@ON_SQLITE
async def test_a_document_that_breaks_its_reader_each_time_fails_alone_until_it_does_not(
    quick: dict[str, str], tmp_path: Path
) -> None:
    async with open_reading(tmp_path, quick) as scene:
        hold_attachments(scene)
        worker = scene.fleet.start("worker")
        content = archive_of({"mail.eml": message(3)})
        run_id = await upload(scene.use_cases, RunType.ARCHIVE, "mail.tgz", content, documents=True)
        for _ in range(2):
            job_id = await job_of(scene, run_id)
            await read_attachments(scene, kills=2)
            await scene.watch.until(lambda job_id=job_id: job_id in scene.watch.ended(), what="the end")  # type: ignore[misc] # bound now
            shown = await documents_of(scene.use_cases, run_id)
            broken = shown.pop("mail.eml!/2.txt")
            assert {document.status for document in shown.values()} == {"ready"}
            assert isinstance(broken.failure, DocumentFailure)
            assert (broken.status, broken.failure.code) == ("failed", "document_memory_exceeded")
            assert (await scene.use_cases.processing.get_job(job_id)).job.status is JobStatus.SUCCEEDED
            assert await found(scene.use_cases, "meeting") == await found(scene.use_cases, "meeting -word2")
            hold_attachments(scene)
            await scene.use_cases.processing.start_job(StartJobCommand(run_id=run_id))
        job_id = await job_of(scene, run_id)
        await read_attachments(scene, kills=0)
        await scene.watch.until(lambda: job_id in scene.watch.ended(), what="the end")
        shown = await documents_of(scene.use_cases, run_id)
        assert {document.status for document in shown.values()} == {"ready"}
        assert await found(scene.use_cases, "word2") == ["mail.eml!/2.txt"]
        assert scene.fleet.living() == [worker]
        assert {visit.pid for visit in scene.gate.visits} == {worker.pid}
        assert await worker.stop() == 0
        await proofs.prove_nothing_is_left_over(scene.settings)


def hold_attachments(scene: Scene) -> None:
    scene.gate.lets_pass = lambda visit: visit.step != ATTACHMENT_READ


async def read_attachments(scene: Scene, *, kills: int) -> None:
    """Of three; the process that reads the one with that number is killed while it waits for the bytes, twice."""
    for number in (1, 2, 3):
        visit = await scene.next_visit(what=f"attachment {number}")
        if number == 3:  # whoever classifies them reads the same bytes, where a text is no other than its attachment
            scene.gate.open()
        if number != kills:
            visit.answer()
            continue
        await kill_reader(scene, visit)
        await kill_reader(scene, await scene.next_visit(what="the second try"))


async def kill_reader(scene: Scene, visit: Visit) -> None:
    os.kill(reader_of(visit.pid), signal.SIGKILL)
    await scene.watch.until(visit.left.is_set, what="the end of the reading")


def message(count: int) -> bytes:
    """With that many attachments."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@example.org", "bob@example.org", "Minutes"
    mail.set_content("Attached is what you asked for.\n")
    for number in range(1, count + 1):
        mail.add_attachment(paper(number), maintype="text", subtype="plain", filename=f"{number}.txt")
    return bytes(mail)


def _is_complete(scene: Scene, run_id: UUID) -> bool:
    return any(event.run_id == run_id and event.code == EventCode.RUN_COMPLETE for event in scene.watch.events)

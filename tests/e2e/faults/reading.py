"""A scene in which documents are read, one by one, with the test at every text that is kept."""

import io
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from forebay.application.documents.show_documents import ListDocumentsQuery, SearchDocumentsQuery
from forebay.application.ports.documents import DocumentFilter
from forebay.application.use_cases import UseCases
from forebay.domain.documents.document import Document
from forebay.domain.intake.run import RunType
from tests.e2e.faults import proofs
from tests.e2e.faults.gate import Visit
from tests.e2e.faults.inputs import upload
from tests.e2e.faults.scene import Scene, open_scene
from tests.e2e.faults.setting import as_settings

STEPS = ("catalogue", "manifest", "find_documents", "extract", "classify")
_CHILD = b"forebay.adapters.text.child"


@asynccontextmanager
async def open_reading(folder: Path, environ: Mapping[str, str], *, forked: bool = False) -> AsyncIterator[Scene]:
    """Workers take one job at a time, and their store asks at the gate."""
    blob_url = as_settings(environ, folder).blob_url
    async with open_scene(folder, {**environ, "FOREBAY_WORKER_CONCURRENCY": "1"}, forked=forked) as scene:
        scene.fleet.environ["FOREBAY_BLOB_URL"] = f"gated+{blob_url}"
        yield scene


def paper(number: int) -> bytes:
    """A text with a word that no other has."""
    return f"Minutes of the meeting number {number}, in which we spoke of word{number}.\n".encode()


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """A tar.gz."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


async def upload_papers(scene: Scene, count: int) -> tuple[UUID, UUID]:
    """The ids of the run and of its job."""
    content = archive_of({f"papers/{number}.txt": paper(number) for number in range(count)})
    run_id = await upload(scene.use_cases, RunType.ARCHIVE, "papers.tgz", content, documents=True)
    return run_id, await job_of(scene, run_id)


async def job_of(scene: Scene, run_id: UUID) -> UUID:
    """The newest one."""
    return max(job.id for job in await proofs.all_jobs(scene.use_cases) if job.run_id == run_id)


async def documents_of(use_cases: UseCases, run_id: UUID) -> dict[str, Document]:
    """By path."""
    query = ListDocumentsQuery(where=DocumentFilter(run_id=run_id), limit=1000)
    items = [item.document for item in (await use_cases.documents.list_documents(query)).items]
    found = {document.path: document for document in items}
    assert len(found) == len(items)
    return found


async def found(use_cases: UseCases, query: str) -> list[str]:
    """The paths of the documents that a search finds."""
    page = await use_cases.documents.search_documents(SearchDocumentsQuery(text=query))
    return [item.document.path for item in page.items]


async def prove_papers(scene: Scene, run_id: UUID, count: int) -> None:
    """Each is ready, has its text, and is found by it; nothing else is there."""
    shown = await documents_of(scene.use_cases, run_id)
    assert sorted(shown) == sorted(f"papers/{number}.txt" for number in range(count))
    assert {(document.status, document.failure) for document in shown.values()} == {("ready", None)}
    for number in range(count):
        document = shown[f"papers/{number}.txt"]
        readable = await scene.use_cases.documents.read_text(document.id)
        async with readable.open() as chunks:
            text = b"".join([chunk async for chunk in chunks])
        assert text.strip() == paper(number).strip()
    for number in (0, count - 1):
        assert await found(scene.use_cases, f"word{number}") == [f"papers/{number}.txt"]
    assert proofs.count_rows(scene.settings, "documents") == count
    assert proofs.count_indexed(scene.settings) == count


def visits_at(scene: Scene, step: str) -> list[Visit]:
    return [visit for visit in scene.gate.visits if visit.step == step]


def reader_of(worker_pid: int) -> int:
    """The process in which the worker's document is read at present."""
    (pid,) = (pid for pid in proofs.children_of(worker_pid) if _CHILD in Path(f"/proc/{pid}/cmdline").read_bytes())
    return pid

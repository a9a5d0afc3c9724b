"""Jobs, and working on them in this process."""

import asyncio
import io
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from forebay import (
    EventCode,
    Forebay,
    Job,
    JobStatus,
    MemberKind,
    NotFoundError,
    Run,
    RunStatus,
    SortOrder,
    StepStatus,
    SyncForebay,
)
from forebay.application.processing.show_jobs import ListJobs, ListJobsQuery
from forebay.application.use_cases import ProcessingUseCases
from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.archive_errors import MemberWithoutContentError
from forebay.domain.intake.errors import RunNotFoundError
from forebay.domain.paging import Page
from forebay.domain.processing.errors import (
    ArtifactNotFoundError,
    InvalidJobTransitionError,
    JobActiveError,
    JobKeyReusedError,
    JobKindMismatchError,
    JobNotFoundError,
    UnknownJobKindError,
)
from forebay.domain.processing.job import Job as StoredJob
from forebay.entrypoints.library.asynchronous import AsyncForebay
from tests.library.contents import SMALL, sha256


def tar(members: Mapping[str, bytes | str]) -> bytes:
    """Bytes are a file, text is the target of a link."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for path, content in members.items():
            member = tarfile.TarInfo(path)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return raw.getvalue()


BUNDLE = tar({"app/default/app.conf": SMALL, "app/link": "readme.txt", "app/readme.txt": b"read me\n"})
CODES = ["job_queued", "job_started", *["step_started", "step_succeeded"] * 2, "job_succeeded"]


async def bundle(forebay: Forebay) -> Run:
    return (await forebay.upload(BUNDLE, type="app_bundle", name="app.tar")).run


async def job_of(forebay: Forebay, run: Run) -> Job:
    (job,) = (await forebay.list_jobs(run_id=run.id, limit=1)).items
    return job


async def test_a_run_is_worked_on_in_this_process(forebay: Forebay) -> None:
    run = await bundle(forebay)
    assert run.status is RunStatus.STORED
    done = await forebay.process(run.id)
    assert (done.status, done.error) == (RunStatus.COMPLETE, None)
    assert await forebay.get_run(run.id) == done
    found = await forebay.get_job((await job_of(forebay, run)).id)
    assert (found.status, found.attempts, found.error) == (JobStatus.SUCCEEDED, 1, None)
    assert [step.name for step in found.steps] == ["catalogue", "manifest"]
    assert found.summary[StepStatus.SUCCEEDED] == 2
    assert await forebay.process(str(run.id)) == done  # there is nothing more to do
    (model,) = (await forebay.list_models()).items
    assert found.steps[0].model_id == model.id


async def test_what_cannot_be_processed_says_why(forebay: Forebay) -> None:
    run = (await forebay.upload(BUNDLE[:1500], type="archive", name="cut.tar")).run
    failed = await forebay.process(run.id)
    assert failed.status is RunStatus.FAILED
    assert failed.error is not None
    assert failed.error.code == "archive_truncated"
    job = await job_of(forebay, run)
    assert job.error is not None
    assert (job.status, job.error.code) == (JobStatus.FAILED, "archive_truncated")
    with pytest.raises(RunNotFoundError):
        await forebay.process(uuid4())


async def test_two_that_process_the_same_run_do_the_work_once(forebay: Forebay) -> None:
    run = await bundle(forebay)
    one, two = await asyncio.gather(forebay.process(run.id), forebay.process(run.id))
    assert one == two
    assert (await job_of(forebay, run)).attempts == 1


class Overtaken(ListJobs):
    """Whenever somebody has looked for jobs, somebody else claims the one there is."""

    def __init__(self, processing: ProcessingUseCases) -> None:
        self._processing = processing
        self.claimed: StoredJob | None = None

    async def __call__(self, query: ListJobsQuery) -> Page[StoredJob]:
        page = await self._processing.list_jobs(query)
        self.claimed = self.claimed or await self._processing.claim_job(worker="another")
        return page


async def test_a_job_that_is_claimed_while_it_is_looked_for_is_waited_for(forebay: Forebay) -> None:
    run = await bundle(forebay)
    processing = forebay.use_cases.processing
    overtaken = Overtaken(processing)
    slow = AsyncForebay(
        replace(forebay.use_cases, processing=replace(processing, list_jobs=overtaken)), sweep_grace=timedelta()
    )
    waiting = asyncio.create_task(slow.process(run.id))
    async for event in forebay.events(run_id=run.id, after=0, follow=True):
        if event.code == EventCode.JOB_STARTED:
            break
    assert overtaken.claimed is not None
    await processing.work_on_job(overtaken.claimed, stopping=asyncio.Event())
    assert (await waiting).status is RunStatus.COMPLETE


async def test_giving_up_lets_go_of_the_job(forebay: Forebay) -> None:
    run = await bundle(forebay)
    job = await job_of(forebay, run)
    processing = asyncio.create_task(forebay.process(run.id))
    async for event in forebay.events(job_id=job.id, follow=True):
        if event.code == EventCode.STEP_STARTED:
            break
    processing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await processing
    assert (await forebay.get_job(job.id)).status in {JobStatus.QUEUED, JobStatus.SUCCEEDED}
    assert (await forebay.process(run.id)).status is RunStatus.COMPLETE


async def test_members_are_files(forebay: Forebay, tmp_path: Path) -> None:
    run = await bundle(forebay)
    await forebay.process(run.id)
    upload, conf, link, readme = [file async for file in forebay.files(run.id)]
    assert upload == run.files[0]
    assert (upload.kind, upload.file_id, upload.flags) == (MemberKind.FILE, None, frozenset())
    assert (conf.path, conf.sha256, conf.file_id) == ("app/default/app.conf", sha256(SMALL), upload.id)
    assert (link.kind, link.link_target, link.sha256) == (MemberKind.SYMLINK, "readme.txt", None)
    assert [file async for file in forebay.files(run.id, prefix="app/r")] == [readme]
    page = await forebay.list_files(run.id, prefix="app/", limit=2)
    assert page.items == (conf, link)
    assert (await forebay.list_files(run.id, prefix="app/", cursor=page.next_cursor)).items == (readme,)
    async with forebay.open_file(conf.id, start=1, stop=4) as content:
        assert content.file == conf
        assert await content.read() == SMALL[1:4]
    assert (await forebay.download(conf.id, tmp_path)).read_bytes() == SMALL
    with pytest.raises(MemberWithoutContentError):
        await forebay.read_file(link.id)


async def test_folders_are_browsed_one_at_a_time(forebay: Forebay) -> None:
    run = await bundle(forebay)
    await forebay.process(run.id)
    top = await forebay.browse(run.id)
    assert (top.folders, top.files, top.next_cursor) == (("app/",), (), None)
    app = await forebay.browse(run.id, "app")
    assert await forebay.browse(run.id, "app/") == app
    assert app.folders == ("app/default/",)
    assert [file.path for file in app.files] == ["app/link", "app/readme.txt"]
    first = await forebay.browse(run.id, "app", limit=2)
    rest = await forebay.browse(run.id, "app", limit=2, cursor=first.next_cursor)
    assert first.files + rest.files == app.files


async def test_artifacts_are_read_like_files(forebay: Forebay) -> None:
    run = await bundle(forebay)
    await forebay.process(run.id)
    job = await job_of(forebay, run)
    (manifest,) = [artifact async for artifact in forebay.artifacts(job.id)]
    assert (await forebay.list_artifacts(job.id)).items == (manifest,)
    content = await forebay.read_artifact(manifest.id)
    assert f"{sha256(SMALL)}  app/default/app.conf\n".encode() in content
    assert (sha256(content), len(content)) == (manifest.sha256, manifest.size_bytes)
    async with forebay.open_artifact(manifest.id, start=5, stop=9) as opened:
        assert opened.artifact == manifest
        assert b"".join([chunk async for chunk in opened]) == content[5:9]
    with pytest.raises(ArtifactNotFoundError):
        await forebay.read_artifact(uuid4())


async def test_events_so_far_and_as_they_happen_are_the_same(forebay: Forebay) -> None:
    run = await bundle(forebay)
    job = await job_of(forebay, run)

    async def follow() -> list[str]:
        return [event.code async for event in forebay.events(job_id=job.id, follow=True)]

    following = asyncio.create_task(follow())
    await forebay.process(run.id)
    assert await following == CODES
    events = [event async for event in forebay.events(job_id=job.id)]
    assert [event.code for event in events] == CODES
    page = await forebay.list_events(job_id=str(job.id), limit=3)
    assert (page.items, page.next_cursor) == (tuple(events[:3]), str(events[2].position))
    behind = events[2].position
    assert [event async for event in forebay.events(job_id=job.id, after=behind)] == events[3:]
    assert [event async for event in forebay.events(job_id=job.id, after=behind, follow=True)] == events[3:]
    of_run = [event async for event in forebay.events(run_id=run.id)]
    assert [event for event in of_run if event.job_id is not None] == events
    assert [event async for event in forebay.events()] == of_run
    with pytest.raises(JobNotFoundError):
        await forebay.list_events(job_id=uuid4())
    with pytest.raises(InvalidInputError, match="after is -1"):
        await forebay.list_events(after=-1)


async def test_all_events_are_followed_from_now_on(forebay: Forebay) -> None:
    await bundle(forebay)
    events = forebay.events(follow=True)
    coming = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    runs = set()
    while not coming.done():  # it listens from some moment on
        runs.add((await bundle(forebay)).id)
        await asyncio.wait([coming], timeout=0.01)
    assert (await coming).run_id in runs
    await events.aclose()


async def test_iterating_goes_over_all_pages(forebay: Forebay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forebay.entrypoints.library.jobs.MAX_LIMIT", 2)
    runs = [await bundle(forebay) for _ in range(5)]
    made = [await job_of(forebay, run) for run in runs]
    assert [job async for job in forebay.jobs(order=SortOrder.ASC)] == made
    assert [job async for job in forebay.jobs(status="queued", kind="archive_catalogue")] == made[::-1]
    assert [job async for job in forebay.jobs(created_after=made[3].created_at)] == made[:2:-1]
    assert len([event async for event in forebay.events()]) == 10
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        await forebay.list_jobs(colour="red")  # type: ignore[call-arg]  # on purpose


async def test_jobs_are_started_cancelled_and_tried_again(forebay: Forebay) -> None:
    run = await bundle(forebay)
    first = await job_of(forebay, run)
    with pytest.raises(JobActiveError):
        await forebay.start_job(run.id)
    assert await forebay.parse_run(run.id) == first
    assert (await forebay.cancel_job(first.id)).status is JobStatus.CANCELLED
    second = await forebay.start_job(str(run.id), idempotency_key="once")
    assert second.id != first.id
    assert await forebay.start_job(run.id, kind="archive_catalogue", idempotency_key="once") == second
    with pytest.raises(JobKeyReusedError):
        await forebay.start_job((await bundle(forebay)).id, idempotency_key="once")
    with pytest.raises(JobActiveError):
        await forebay.retry_job(first.id)
    await forebay.cancel_job(second.id)
    assert (await forebay.retry_job(first.id)).status is JobStatus.QUEUED
    with pytest.raises(InvalidJobTransitionError):
        await forebay.retry_job(first.id)
    assert (await forebay.process(run.id)).status is RunStatus.COMPLETE
    with pytest.raises(UnknownJobKindError, match="archive_catalogue"):
        await forebay.start_job(run.id, kind="unheard_of")
    with pytest.raises(JobKindMismatchError):
        await forebay.start_job(run.id, kind="file_catalogue")
    with pytest.raises(NotFoundError):
        await forebay.get_job(uuid4())


def test_the_same_without_an_event_loop(blocking: SyncForebay) -> None:
    run = blocking.upload(BUNDLE, type="app_bundle", name="app.tar").run
    done = blocking.process(run.id)
    assert done.status is RunStatus.COMPLETE
    (job,) = blocking.jobs(run_id=run.id)
    assert blocking.list_jobs(status="succeeded").items == (job,)
    assert blocking.get_job(job.id).summary[StepStatus.SUCCEEDED] == 2
    events = list(blocking.events(job_id=job.id))
    assert [event.code for event in events] == CODES
    assert list(blocking.events(job_id=job.id, follow=True)) == events
    assert blocking.list_events(job_id=job.id, after=events[0].position, limit=1).items == (events[1],)
    (manifest,) = blocking.artifacts(job.id)
    assert blocking.list_artifacts(job.id).items == (manifest,)
    with blocking.open_artifact(manifest.id) as content:
        assert content.artifact == manifest
        assert content.read() == blocking.read_artifact(manifest.id)
    paths = [file.path for file in blocking.files(run.id, prefix="app/")]
    assert paths == ["app/default/app.conf", "app/link", "app/readme.txt"]
    assert blocking.browse(run.id, "app").folders == ("app/default/",)
    assert len(blocking.list_models().items) == 1
    again = blocking.start_job(run.id)
    assert blocking.parse_run(run.id) == again
    assert blocking.cancel_job(again.id).status is JobStatus.CANCELLED
    assert blocking.retry_job(again.id).status is JobStatus.QUEUED
    assert blocking.process(run.id).status is RunStatus.COMPLETE


def test_leaving_a_stream_early_lets_go_of_it(blocking: SyncForebay) -> None:
    blocking.upload(BUNDLE, type="app_bundle", name="app.tar")
    for event in blocking.events(after=0, follow=True):
        assert event.code == EventCode.RUN_STORED
        break

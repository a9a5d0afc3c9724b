"""Jobs, what happened and what came of them, for callers without an event loop."""

from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from typing import Unpack
from uuid import UUID

from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.processing.event import Event
from forebay.domain.processing.model import Model
from forebay.entrypoints.library.asynchronous import AsyncForebay
from forebay.entrypoints.library.blocking_content import BlockingArtifactContent
from forebay.entrypoints.library.fields import JobWhere
from forebay.entrypoints.library.job_results import Artifact, Job, JobWithSteps
from forebay.entrypoints.library.loop_thread import LoopThread
from forebay.entrypoints.library.results import Run


class BlockingJobs:
    """The side of jobs. Jobs are worked on by a server, by `forebay worker`, or right here by process()."""

    def __init__(self, thread: LoopThread[AsyncForebay]) -> None:
        self._thread = thread
        self._forebay = thread.resource

    def process(self, run_id: UUID | str) -> Run:
        """Works in this process on the jobs of a run until none is under way, and gives the run as it is then.

        A job that somebody else works on is waited for. A run whose job failed is `failed` and says why.
        RunNotFoundError.
        """
        return self._thread.run(self._forebay.process(run_id))

    def start_job(self, run_id: UUID | str, *, kind: str | None = None, idempotency_key: str | None = None) -> Job:
        """Starts work on a stored run, also once more. `kind`: the processor, if not the one of the run's type.

        `idempotency_key`: the same key gives the first job. RunNotFoundError, JobActiveError, RunInProgressError,
        RunNotStoredError, UnknownJobKindError, JobKindMismatchError, JobKeyReusedError.
        """
        return self._thread.run(self._forebay.start_job(run_id, kind=kind, idempotency_key=idempotency_key))

    def parse_run(self, run_id: UUID | str) -> Job:
        """As start_job(), but a job that is under way for the run already is as good as a new one."""
        return self._thread.run(self._forebay.parse_run(run_id))

    def list_jobs(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[JobWhere],
    ) -> Page[Job]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        return self._thread.run(self._forebay.list_jobs(order=order, cursor=cursor, limit=limit, **where))

    def jobs(self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[JobWhere]) -> Iterator[Job]:
        """All of them, page by page: jobs that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = self.list_jobs(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def get_job(self, job_id: UUID | str) -> JobWithSteps:
        """JobNotFoundError."""
        return self._thread.run(self._forebay.get_job(job_id))

    def cancel_job(self, job_id: UUID | str) -> Job:
        """One that waits is cancelled at once, one that runs at its next safe point.

        JobNotFoundError; InvalidJobTransitionError when it has succeeded or failed.
        """
        return self._thread.run(self._forebay.cancel_job(job_id))

    def retry_job(self, job_id: UUID | str) -> Job:
        """One that failed or was cancelled goes on with its first step that is not done.

        JobNotFoundError; InvalidJobTransitionError for any other; JobActiveError when a newer one is under way.
        """
        return self._thread.run(self._forebay.retry_job(job_id))

    def list_events(
        self,
        *,
        job_id: UUID | str | None = None,
        run_id: UUID | str | None = None,
        after: int | None = None,
        limit: int = DEFAULT_LIMIT,
    ) -> Page[Event]:
        """One page of what happened, oldest first, behind the position `after`. JobNotFoundError."""
        return self._thread.run(self._forebay.list_events(job_id=job_id, run_id=run_id, after=after, limit=limit))

    def events(
        self,
        *,
        job_id: UUID | str | None = None,
        run_id: UUID | str | None = None,
        after: int | None = None,
        follow: bool = False,
    ) -> Iterator[Event]:
        """All that happened behind the position `after`, or with `follow` also what happens from then on.

        Following a job ends behind the event that ends it; anything else is followed for ever, and from now on unless
        `after` is given. JobNotFoundError.
        """
        found = self._forebay.events(job_id=job_id, run_id=run_id, after=after, follow=follow)
        with self._thread.entered(aclosing(found)) as events:

            async def next_event() -> Event | None:
                return await anext(events, None)

            while (event := self._thread.run(next_event())) is not None:
                yield event

    def list_artifacts(
        self, job_id: UUID | str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
    ) -> Page[Artifact]:
        """One page of the files that a job made. JobNotFoundError."""
        return self._thread.run(self._forebay.list_artifacts(job_id, cursor=cursor, limit=limit))

    def artifacts(self, job_id: UUID | str) -> Iterator[Artifact]:
        """All files that a job made, page by page. JobNotFoundError."""
        cursor: str | None = None
        while True:
            page = self.list_artifacts(job_id, cursor=cursor, limit=MAX_LIMIT)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    @contextmanager
    def open_artifact(
        self, artifact_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> Iterator[BlockingArtifactContent]:
        """An artifact's bytes, or those from `start` up to, not including, `stop`. ArtifactNotFoundError."""
        with self._thread.entered(self._forebay.open_artifact(artifact_id, start=start, stop=stop)) as content:

            async def next_chunk() -> bytes:
                return await anext(content, b"")

            with BlockingArtifactContent(content.artifact, lambda: self._thread.run(next_chunk())) as opened:
                yield opened

    def read_artifact(self, artifact_id: UUID | str) -> bytes:
        """All bytes of an artifact, in memory; open_artifact() is for large ones. ArtifactNotFoundError."""
        return self._thread.run(self._forebay.read_artifact(artifact_id))

    def list_models(self, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Model]:
        """One page of the programs and models that steps have used, in the order of their first use."""
        return self._thread.run(self._forebay.list_models(cursor=cursor, limit=limit))

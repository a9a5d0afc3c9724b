"""SyncPipeline: runs of one pipeline are pulled from its source, as a step of a job. And the processor of such jobs."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from forebay.application.pipelines.recording import PipelineReport, record_reports
from forebay.application.pipelines.sync_cursors import put_cursor
from forebay.application.pipelines.sync_subject import SYNC_KIND, SyncSubject, is_served, served_pipelines
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.ports.run_source import RunSources, SourcePage
from forebay.application.processing.processor import Processor, StepContext, StepOutcome
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import SourceRefusedError, SourceUnavailableError
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.run import Verdict
from forebay.domain.pipelines.source import SyncState
from forebay.domain.processing.job import Job, JobError
from forebay.domain.processing.model import ModelSpec

_CHUNK = 5_000  # reports of one transaction: others want to write, too
_SHOWN = 5  # of the records that were rejected
_LONGEST = 300  # characters of what is said of one
_ID_IN_NAME = re.compile(r"\(([0-9a-f-]{36})\)\Z")


class Tally:
    """What a sync of a pipeline came to."""

    def __init__(self) -> None:
        self.pages = 0
        self._verdicts: Counter[Verdict] = Counter()
        self._rejections: list[Mapping[str, object]] = []

    @property
    def records(self) -> int:
        return self._verdicts.total()

    def count(self, verdicts: Sequence[Verdict]) -> None:
        self._verdicts.update(verdicts)

    def count_page(self, page: SourcePage) -> None:
        """And the records on it that are no reports."""
        self.pages += 1
        self._verdicts[Verdict.REJECTED] += len(page.rejected)
        for one in page.rejected[: _SHOWN - len(self._rejections)]:
            self._rejections.append({"page": self.pages, "index": one.index, "reason": one.reason[:_LONGEST]})

    def metadata(self, source: str, pipeline: Pipeline) -> Mapping[str, object]:
        return {
            "source": source,
            "pipeline_id": str(pipeline.id),
            "pages": self.pages,
            "verdicts": {str(verdict): self._verdicts[verdict] for verdict in Verdict},
            "rejections": self._rejections,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncParts:
    """What a sync works with."""

    sources: RunSources
    unit_of_work: PipelinesUnitOfWorkFactory
    clock: Clock
    ids: IdGenerator


class SyncPipeline:
    """What is reported on a page and where the next one is are recorded together, page by page: whoever is killed goes

    on there. Two that are at it at the same time, or one that comes back from the dead, may take the cursor back, never
    beyond what is recorded; and reports that are recorded twice change nothing.
    """

    model: ModelSpec | None = None

    def __init__(self, name: str, *, source: str, pipeline_id: UUID, parts: SyncParts) -> None:
        self.name = name
        self._source = source
        self._pipeline_id = pipeline_id
        self._parts = parts

    async def __call__(self, context: StepContext) -> StepOutcome:
        """A source that fails this pipeline fails this step alone."""
        async with self._parts.unit_of_work(write=False) as work:
            pipeline = await work.pipelines.get(self._pipeline_id)
            state = await work.sync_states.get(self._source, pipeline.id)
        source, tally = self._parts.sources.get(self._source), Tally()
        cursor = state.cursor if state is not None else None
        try:
            async with aclosing(source.pages(pipeline, cursor=cursor)) as pages:
                async for page in pages:
                    await self._record(pipeline, page, tally)
                    cursor = page.cursor
                    message = f"{pipeline.name}: {tally.records} records on {tally.pages} pages"
                    await context.progress(message, {"pages": tally.pages, "records": tally.records})
        except (SourceUnavailableError, SourceRefusedError, InvalidInputError) as error:
            await self._keep_error(pipeline, JobError.of(error).message, cursor)
            return StepOutcome(metadata=tally.metadata(self._source, pipeline), failure=error)
        return StepOutcome(metadata=tally.metadata(self._source, pipeline))

    async def _record(self, pipeline: Pipeline, page: SourcePage, tally: Tally) -> None:
        reports = [PipelineReport(self._pipeline_id, report) for report in page.reports]
        first = 0
        while True:
            chunk = reports[first : first + _CHUNK]
            first += _CHUNK
            is_last = first >= len(reports)
            at = self._parts.clock.now()
            async with self._parts.unit_of_work() as work:
                recorded = await record_reports(work, chunk, ids=self._parts.ids, at=at) if chunk else ()
                if is_last:
                    is_same = await put_cursor(work, self._state(page.cursor, None), asked=pipeline)
                else:
                    is_same = (await work.pipelines.get(pipeline.id)).external_id == pipeline.external_id
                if not is_same:
                    raise SourceRefusedError(
                        f"the external_id of {pipeline.name!r} was changed during the sync; the next one begins anew"
                    )
                await work.commit()
            tally.count([one.verdict for one in recorded])
            if is_last:
                break
        tally.count_page(page)

    async def _keep_error(self, pipeline: Pipeline, error: str, cursor: str | None) -> None:
        async with self._parts.unit_of_work() as work:
            await put_cursor(work, self._state(cursor, error), asked=pipeline)
            await work.commit()

    def _state(self, cursor: str | None, error: str | None) -> SyncState:
        return SyncState(
            source=self._source,
            pipeline_id=self._pipeline_id,
            cursor=cursor,
            synced_at=self._parts.clock.now(),
            error=error,
        )


class SyncPlan:
    """A step for each pipeline that the source serves when work on the job begins."""

    def __init__(self, parts: SyncParts) -> None:
        self._parts = parts

    async def names(self, work: ProcessingUnitOfWork, job: Job) -> Sequence[str]:
        """UnknownSourceError when it is not configured where the job is worked on."""
        subject = SyncSubject.parse(job.subject or "")
        scope = self._parts.sources.scope(subject.source)
        if subject.pipeline_id is None:
            return [step_name(pipeline) for pipeline in await served_pipelines(work, scope)]
        pipeline = await work.pipelines.get(subject.pipeline_id)
        client = await work.clients.get(pipeline.client_id)
        return [step_name(pipeline)] if is_served(pipeline, client, scope) else []

    def step(self, job: Job, name: str) -> SyncPipeline | None:
        found = _ID_IN_NAME.search(name)
        if found is None:
            return None
        source = SyncSubject.parse(job.subject or "").source
        return SyncPipeline(name, source=source, pipeline_id=UUID(found[1]), parts=self._parts)


def step_name(pipeline: Pipeline) -> str:
    """For people, and with the id for step()."""
    return f"{pipeline.name} ({pipeline.id})"


def sync_processors(
    *, sources: RunSources, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock, ids: IdGenerator
) -> tuple[Processor, ...]:
    parts = SyncParts(sources=sources, unit_of_work=unit_of_work, clock=clock, ids=ids)
    return (Processor(kind=SYNC_KIND, run_types=frozenset(), plan=SyncPlan(parts), automatic=False),)

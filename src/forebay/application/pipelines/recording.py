"""How reports become runs: what every way in (one report, a batch, a sync, OpenLineage) does in its unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelinesUnitOfWork, RunIdentity
from forebay.domain.pipelines.report import RunReport
from forebay.domain.pipelines.run import PipelineRun, Verdict


@dataclass(frozen=True, slots=True)
class PipelineReport:
    """A report and the pipeline whose run it is about."""

    pipeline_id: UUID
    report: RunReport


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a report. `run_id`: the run that it is about."""

    verdict: Verdict
    run_id: UUID


async def record_reports(
    work: PipelinesUnitOfWork, reports: Sequence[PipelineReport], *, ids: IdGenerator, at: datetime
) -> Sequence[Recorded]:
    """What became of each, in their order; several may be about the same run. Asks for a look at the alerts of the

    pipelines about which something changed. PipelineNotFoundError when one of them does not exist. Not committed.
    """
    groups: dict[RunIdentity, list[int]] = {}
    for index, item in enumerate(reports):
        groups.setdefault(RunIdentity(item.pipeline_id, item.report.external_run_id), []).append(index)
    found: list[Recorded | None] = [None] * len(reports)
    new: dict[RunIdentity, PipelineRun] = {}
    for identity, indexes in groups.items():
        first = reports[indexes[0]].report
        run = PipelineRun.first(first, run_id=ids.new_id(), pipeline_id=identity.pipeline_id, at=at)
        found[indexes[0]] = Recorded(Verdict.CREATED, run.id)
        for index in indexes[1:]:
            run, verdict = run.with_report(reports[index].report, at=at)
            found[index] = Recorded(verdict, run.id)
        new[identity] = run
    there = await work.pipeline_runs.add_missing(tuple(new.values()))
    changed: list[PipelineRun] = []
    for identity, known in there.items():
        if isinstance(known, UUID):  # what counts was known, and no other report adds to it
            for index in groups[identity]:
                is_known = reports[index].report.key == new[identity].key
                found[index] = Recorded(Verdict.UNCHANGED if is_known else Verdict.STALE, known)
            continue
        run = known
        for index in groups[identity]:
            run, verdict = run.with_report(reports[index].report, at=at)
            found[index] = Recorded(verdict, run.id)
        if run is not known:
            changed.append(run)
    if changed:
        await work.pipeline_runs.update_all(changed)
    added = (identity for identity in new if identity not in there) if there else new
    touched = {identity.pipeline_id for identity in added} | {run.pipeline_id for run in changed}
    if touched:
        await work.checks.request(sorted(touched, key=lambda pipeline_id: pipeline_id.int), at=at)
    return [recorded for recorded in found if recorded is not None]

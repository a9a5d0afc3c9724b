"""Many reports at once, and what became of each."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.application.pipelines.missing_pipelines import NamedPipeline
from forebay.application.pipelines.record_runs import AddressedReport, ReportVerdict
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.run import Verdict
from forebay.entrypoints.http.schemas.pipeline_runs import ExternalRunId, ReportedFields


class ReportRecord(ReportedFields, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A report, and whose run it is about: `pipeline_id`, or `client`, `platform` and `external_id`."""

    external_run_id: ExternalRunId
    pipeline_id: UUID | None = None
    client: Annotated[str | None, Meta(description="Its name, ignoring case.")] = None
    platform: Platform | None = None
    external_id: Annotated[str | None, Meta(description="What the platform calls the pipeline.")] = None

    def addressed(self) -> AddressedReport:
        return AddressedReport(self._pipeline(), self.report(self.external_run_id))

    def _pipeline(self) -> UUID | NamedPipeline:
        name, platform, external_id = self.client, self.platform, self.external_id
        if self.pipeline_id is not None:
            if name is None and platform is None and external_id is None:
                return self.pipeline_id
            raise InvalidReportError("give it alone, without client, platform and external_id", field="pipeline_id")
        if name is None or platform is None or external_id is None:
            missing = "client" if name is None else "platform" if platform is None else "external_id"
            raise InvalidReportError("give pipeline_id; or client, platform and external_id", field=missing)
        return NamedPipeline(name, platform, external_id)


class VerdictBody(msgspec.Struct, kw_only=True, frozen=True):
    """What became of one record. `code`, `reason` and `field` come with those that were rejected only."""

    index: Annotated[int, Meta(description="Its place among the records, from 0.")]
    verdict: Verdict
    pipeline_id: UUID | None
    run_id: UUID | None
    code: Annotated[str | UnsetType, Meta(description="As in problem details.")] = UNSET
    reason: Annotated[str | UnsetType, Meta(description="What was expected.")] = UNSET
    field: Annotated[str | UnsetType | None, Meta(description="Which field it is about, if any.")] = UNSET


class BatchSummaryBody(msgspec.Struct, kw_only=True, frozen=True):
    """How many records had each verdict."""

    created: int
    updated: int
    unchanged: int
    stale: int
    rejected: int


class BatchBody(msgspec.Struct, kw_only=True, frozen=True):
    """What became of a batch."""

    summary: BatchSummaryBody
    verdicts: Annotated[list[VerdictBody], Meta(description="One for each record, in their order.")]

    @classmethod
    def of(cls, verdicts: Sequence[ReportVerdict]) -> "BatchBody":
        counts = dict.fromkeys(Verdict, 0)
        for item in verdicts:
            counts[item.verdict] += 1
        summary = BatchSummaryBody(**{verdict.value: count for verdict, count in counts.items()})
        return cls(summary=summary, verdicts=[_verdict(item) for item in verdicts])


def _verdict(item: ReportVerdict) -> VerdictBody:
    error = item.error
    if error is None:
        return VerdictBody(index=item.index, verdict=item.verdict, pipeline_id=item.pipeline_id, run_id=item.run_id)
    return VerdictBody(
        index=item.index,
        verdict=item.verdict,
        pipeline_id=item.pipeline_id,
        run_id=item.run_id,
        code=error.code,
        reason=error.message,
        field=error.field,
    )

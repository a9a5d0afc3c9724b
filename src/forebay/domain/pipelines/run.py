"""A run of a pipeline, as it is known from all reports of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from forebay.domain.pipelines.report import ReportedStatus, ReportKey, RunReport

SAID = (
    "started_at",
    "finished_at",
    "duration_seconds",
    "rows_processed",
    "error_message",
    "status_reason",
    "payload",
)  # what a report may leave out
_NOTHING: Mapping[str, ReportKey] = MappingProxyType({})


class Verdict(StrEnum):
    """What a report did. `unchanged`: all of it was known. `stale`: a later report, or a final one, counts instead;

    it adds at most what no other has said. `rejected`: it is not valid.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRun:
    """`key`: of the report that counts. `kept`: by field, the keys of older reports that values come from, because

    the one that counts says nothing of them. So any order and repetition of the same reports ends in the same run.
    """

    id: UUID
    pipeline_id: UUID
    external_run_id: str
    status: ReportedStatus
    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None
    rows_processed: int | None
    error_message: str | None
    status_reason: str | None
    payload: str | None
    key: ReportKey
    kept: Mapping[str, ReportKey] = field(default_factory=lambda: _NOTHING)
    created_at: datetime
    ingested_at: datetime

    @classmethod
    def first(cls, report: RunReport, *, run_id: UUID, pipeline_id: UUID, at: datetime) -> "PipelineRun":
        return cls(
            id=run_id,
            pipeline_id=pipeline_id,
            external_run_id=report.external_run_id,
            status=report.status,
            started_at=report.started_at,
            finished_at=report.finished_at,
            duration_seconds=report.duration_seconds,
            rows_processed=report.rows_processed,
            error_message=report.error_message,
            status_reason=report.status_reason,
            payload=report.payload,
            key=report.key,
            created_at=at,
            ingested_at=at,
        )

    @property
    def effective_at(self) -> datetime:
        """The time that windows go by."""
        return self.finished_at or self.started_at or self.created_at

    @property
    def elapsed_seconds(self) -> float | None:
        """How long it took: as it was said, else by its times."""
        if self.duration_seconds is not None:
            return self.duration_seconds
        if self.started_at is None or self.finished_at is None or self.finished_at < self.started_at:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    def with_report(self, report: RunReport, *, at: datetime) -> tuple["PipelineRun", Verdict]:
        """The run as it is known with this report, too. The same object when that changes nothing."""
        if report.key == self.key:
            return self, Verdict.UNCHANGED
        counts = max(self.key, report.key)
        values: dict[str, Any] = {}
        kept: dict[str, ReportKey] = {}
        for name in SAID:
            known, said = getattr(self, name), getattr(report, name)
            source = None if known is None else self.kept.get(name, self.key)
            if said is not None and (source is None or report.key > source):
                values[name], source = said, report.key
            if source is not None and source != counts:
                kept[name] = source
        newer = counts is report.key
        if not newer and not values:
            return self, Verdict.STALE
        status = report.status if newer else self.status
        same = status == self.status and all(getattr(self, name) == value for name, value in values.items())
        merged = replace(
            self,
            status=status,
            key=counts,
            kept=kept or _NOTHING,
            ingested_at=self.ingested_at if same else at,
            **values,
        )
        if not newer:
            return merged, Verdict.STALE
        return merged, Verdict.UNCHANGED if same else Verdict.UPDATED

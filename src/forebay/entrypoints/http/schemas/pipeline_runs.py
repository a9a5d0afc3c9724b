"""Runs of pipelines, and the reports that they are known from."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.application.pipelines.record_runs import RecordedRun
from forebay.domain.paging import Page
from forebay.domain.pipelines.payloads import write_payload
from forebay.domain.pipelines.report import (
    MAX_MESSAGE,
    MAX_REASON,
    MAX_ROWS,
    MAX_SECONDS,
    ReportedStatus,
    RunReport,
)
from forebay.domain.pipelines.run import PipelineRun, Verdict
from forebay.domain.pipelines.texts import MAX_EXTERNAL_ID
from forebay.entrypoints.http.parameters import utc
from forebay.entrypoints.http.schemas.fields import Cursor

Json = dict[str, Any]  # msgspec and OpenAPI have no better word for any JSON object
_NOT_SAID = "Null is as good as left out: what is known of it stays."
ExternalRunId = Annotated[str, Meta(min_length=1, max_length=MAX_EXTERNAL_ID)]


class PipelineRunBody(msgspec.Struct, kw_only=True, frozen=True):
    """A run as it is known from all reports of it."""

    id: UUID
    pipeline_id: UUID
    external_run_id: str
    status: ReportedStatus
    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: Annotated[float | None, Meta(description="As it was reported.")]
    elapsed_seconds: Annotated[float | None, Meta(description="As it was reported, else by its times.")]
    rows_processed: int | None
    error_message: str | None
    status_reason: str | None
    payload: Annotated[Json | None, Meta(description="What else its reporter says of it.")]
    effective_at: Annotated[
        datetime,
        Meta(description="The time that windows go by: when it finished, else started, else was created here."),
    ]
    created_at: Annotated[datetime, Meta(description="When the first report of it came.")]
    ingested_at: Annotated[datetime, Meta(description="When a report last changed it.")]

    @classmethod
    def of(cls, run: PipelineRun) -> "PipelineRunBody":
        return cls(
            id=run.id,
            pipeline_id=run.pipeline_id,
            external_run_id=run.external_run_id,
            status=run.status,
            started_at=run.started_at,
            finished_at=run.finished_at,
            duration_seconds=run.duration_seconds,
            elapsed_seconds=run.elapsed_seconds,
            rows_processed=run.rows_processed,
            error_message=run.error_message,
            status_reason=run.status_reason,
            payload=None if run.payload is None else msgspec.json.decode(run.payload, type=Json),
            effective_at=run.effective_at,
            created_at=run.created_at,
            ingested_at=run.ingested_at,
        )


class PipelineRunPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of runs."""

    items: list[PipelineRunBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[PipelineRun]) -> "PipelineRunPage":
        return cls(items=[PipelineRunBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class ReportedFields(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What a report says of a run; times are UTC where no zone is given. What is left out stays as it is known."""

    status: Annotated[ReportedStatus, Meta(examples=["success"])]
    started_at: Annotated[datetime | None, Meta(examples=["2026-11-21T02:00:00Z"])] = None
    finished_at: Annotated[datetime | None, Meta(examples=["2026-11-21T02:12:30Z"])] = None
    duration_seconds: Annotated[float, Meta(ge=0, le=MAX_SECONDS, description=_NOT_SAID, examples=[750.0])] | None = (
        None
    )
    rows_processed: Annotated[int, Meta(ge=0, le=MAX_ROWS, examples=[120000])] | None = None
    error_message: Annotated[str, Meta(max_length=MAX_MESSAGE)] | None = None
    status_reason: (
        Annotated[
            str,
            Meta(
                max_length=MAX_REASON, description="Why it is in this status, where the status alone does not say it."
            ),
        ]
        | None
    ) = None
    payload: Annotated[
        Json | None, Meta(description="Any JSON object, at most 262,144 characters, given back as it is.")
    ] = None
    reported_at: Annotated[
        datetime | None,
        Meta(
            description="When the reporter knew this. Of two final, or two running, reports of a run the one of the "
            "later time counts; left out: finished_at, else started_at."
        ),
    ] = None

    def report(self, external_run_id: str) -> RunReport:
        """InvalidReportError, InvalidInputError and InvalidFieldError name the field."""
        return RunReport(
            external_run_id=external_run_id,
            status=self.status,
            started_at=utc(self.started_at, field="started_at"),
            finished_at=utc(self.finished_at, field="finished_at"),
            duration_seconds=self.duration_seconds,
            rows_processed=self.rows_processed,
            error_message=self.error_message,
            status_reason=self.status_reason,
            payload=None if self.payload is None else write_payload(self.payload),
            reported_at=utc(self.reported_at, field="reported_at"),
        )


class RunReportBody(ReportedFields, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A report of one run of the pipeline in the path."""

    external_run_id: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=MAX_EXTERNAL_ID,
                description="Which run it is, as its platform calls it. Left out: a new run, `manual-<uuid>`.",
                examples=["scheduled__2026-11-21"],
            ),
        ]
        | None
    ) = None


class RecordedRunBody(msgspec.Struct, kw_only=True, frozen=True):
    """What the report did, and the run as it is known now."""

    verdict: Verdict
    run: PipelineRunBody

    @classmethod
    def of(cls, recorded: RecordedRun) -> "RecordedRunBody":
        return cls(verdict=recorded.verdict, run=PipelineRunBody.of(recorded.run))

"""Figures about runs of pipelines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.domain.pipelines.figures import Bucket, DurationBin, FailuresAt, FlakyPipeline, PlatformRate
from forebay.domain.pipelines.pipeline import Platform

_Total = Annotated[int, Meta(description="Runs that succeeded or failed.")]


class FailuresAtBody(msgspec.Struct, kw_only=True, frozen=True):
    """Runs in one hour or day."""

    at: Annotated[datetime, Meta(description="When the hour or day begins.")]
    failed: int
    total: _Total


class FailuresOverTimeBody(msgspec.Struct, kw_only=True, frozen=True):
    """Hours or days in order; those without a run that succeeded or failed are left out."""

    bucket: Bucket
    items: list[FailuresAtBody]

    @classmethod
    def of(cls, bucket: Bucket, found: Sequence[FailuresAt]) -> "FailuresOverTimeBody":
        items = [FailuresAtBody(at=item.at, failed=item.failed, total=item.total) for item in found]
        return cls(bucket=bucket, items=items)


class FlakyPipelineBody(msgspec.Struct, kw_only=True, frozen=True):
    """A pipeline that goes from success to failure and back."""

    pipeline_id: UUID
    pipeline_name: str
    client_id: UUID
    client_name: str
    flips: Annotated[int, Meta(description="How often a success followed a failure, or a failure a success.")]
    failed: int
    total: _Total


class FlakiestBody(msgspec.Struct, kw_only=True, frozen=True):
    """Most flips first; those without any are left out."""

    items: list[FlakyPipelineBody]

    @classmethod
    def of(cls, found: Sequence[FlakyPipeline]) -> "FlakiestBody":
        return cls(
            items=[
                FlakyPipelineBody(
                    pipeline_id=item.pipeline_id,
                    pipeline_name=item.pipeline_name,
                    client_id=item.client_id,
                    client_name=item.client_name,
                    flips=item.flips,
                    failed=item.failed,
                    total=item.total,
                )
                for item in found
            ]
        )


class PlatformRateBody(msgspec.Struct, kw_only=True, frozen=True):
    """How often runs on a platform fail."""

    platform: Platform
    failed: int
    total: _Total
    failure_rate: Annotated[float, Meta(description="failed / total")]


class PlatformRatesBody(msgspec.Struct, kw_only=True, frozen=True):
    """Platforms that have runs, by name."""

    items: list[PlatformRateBody]

    @classmethod
    def of(cls, found: Sequence[PlatformRate]) -> "PlatformRatesBody":
        return cls(
            items=[
                PlatformRateBody(
                    platform=item.platform, failed=item.failed, total=item.total, failure_rate=item.failure_rate
                )
                for item in found
            ]
        )


class DurationBinBody(msgspec.Struct, kw_only=True, frozen=True):
    """Final runs that took at least `from_seconds` and less than `to_seconds`."""

    from_seconds: float
    to_seconds: Annotated[float | None, Meta(description="Null: no end.")]
    count: int


class DurationHistogramBody(msgspec.Struct, kw_only=True, frozen=True):
    """All bins in order, empty ones too. Runs that do not say how long they took are in none."""

    items: list[DurationBinBody]

    @classmethod
    def of(cls, found: Sequence[DurationBin]) -> "DurationHistogramBody":
        return cls(
            items=[
                DurationBinBody(from_seconds=item.from_seconds, to_seconds=item.to_seconds, count=item.count)
                for item in found
            ]
        )

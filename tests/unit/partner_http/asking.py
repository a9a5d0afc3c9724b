"""A source that asks a PartnerApi, without waiting between its attempts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from forebay.adapters.partner_http.fetching import PartnerClient, Patience, open_http
from forebay.adapters.partner_http.source import PartnerSource
from forebay.adapters.partner_http.source_config import SourceConfig
from forebay.adapters.partner_http.token import GivenToken
from forebay.application.ports.run_source import SourcePage, SourceScope
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from tests.pipelines_partner.api import TOKEN, PartnerApi

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class StillClock:
    """It is always noon."""

    def now(self) -> datetime:
        return NOW


class Waits:
    """How long would have been waited, in seconds."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def a_pipeline(external_id: str | None = "nightly", **more: Any) -> Pipeline:
    pipeline = Pipeline(
        id=UUID(int=1),
        client_id=UUID(int=2),
        name="Nightly load",
        platform=Platform.VENDOR_API,
        external_id=external_id,
        pipeline_type=PipelineType.INGESTION,
        environment=Environment.PROD,
        is_active=True,
        schedule=Schedule(expect_every=timedelta(days=1)),
        enabled_at=NOW,
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(pipeline, **more)


class Asking:
    """A source and what it has done."""

    def __init__(self, source: PartnerSource, waits: Waits) -> None:
        self.source = source
        self.waits = waits
        self.seen: list[SourcePage] = []

    async def pages(self, pipeline: Pipeline | None = None, *, cursor: str | None = None) -> list[SourcePage]:
        self.seen = []
        async for page in self.source.pages(pipeline or a_pipeline(), cursor=cursor):
            self.seen.append(page)
        return self.seen

    async def runs(self, *, cursor: str | None = None) -> list[str]:
        """Their external ids."""
        return [report.external_run_id for page in await self.pages(cursor=cursor) for report in page.reports]


@asynccontextmanager
async def asking(api: PartnerApi, *, retries: int = 3, **config: Any) -> AsyncIterator[Asking]:
    """`config`: of the SourceConfig."""
    waits = Waits()
    chosen = SourceConfig(
        **{
            "name": "acme",
            "url": api.url,
            "scope": SourceScope(client=None, platform=Platform.VENDOR_API),
            "token": GivenToken(TOKEN),
            "page_size": 2,
            "timeout_seconds": 30.0,
            **config,
        }
    )
    async with open_http(version="0") as http:
        client = PartnerClient(
            http,
            source=chosen.name,
            timeout_seconds=chosen.timeout_seconds,
            patience=Patience(clock=StillClock(), retries=retries, sleep=waits),
        )
        yield Asking(PartnerSource(chosen, client), waits)

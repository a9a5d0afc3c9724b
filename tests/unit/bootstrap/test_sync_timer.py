"""Syncs by the clock, and their place in /health."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from forebay.application.pipelines.start_sync import StartSyncCommand
from forebay.application.ports.run_source import SourcePage, SourceScope
from forebay.application.use_cases import UseCases
from forebay.bootstrap.run_sources import open_sources
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.sync_timer import SyncTimer
from forebay.domain.errors import SettingError, UnavailableError
from forebay.domain.pipelines.errors import UnknownSourceError
from forebay.domain.pipelines.pipeline import Pipeline, Platform

HOURLY = Settings(database_url="memory:", blob_url="memory:", sync_interval_seconds=3600)
ALL = SourceScope(client=None, platform=Platform.VENDOR_API)


class OneSource:
    """It has nothing to tell."""

    name = "acme"
    names: Sequence[str] = ("acme",)

    def __init__(self, scope: SourceScope = ALL) -> None:
        self._scope = scope

    def get(self, name: str) -> "OneSource":
        return self

    def scope(self, name: str) -> SourceScope:
        return self._scope

    async def pages(self, pipeline: Pipeline, *, cursor: str | None) -> AsyncGenerator[SourcePage]:
        yield SourcePage(reports=(), rejected=(), cursor=None)


async def looked(timer: SyncTimer, use_cases: UseCases) -> None:
    """Returns when it has looked once."""
    async with timer.running(use_cases.pipelines.schedule_syncs), asyncio.timeout(30):
        while "not looked yet" in await _said(timer):  # noqa: ASYNC110 - its place in /health is all that it tells
            await asyncio.sleep(0)


async def _said(timer: SyncTimer) -> str:
    try:
        return await timer.check()
    except UnavailableError as error:
        return error.message


async def test_a_sync_is_started_at_once() -> None:
    timer = SyncTimer(HOURLY)
    async with open_use_cases(HOURLY, Replacements(run_sources=OneSource())) as use_cases:
        await looked(timer, use_cases)
        assert await timer.check() == "every source has its turn"
        (started,) = await use_cases.pipelines.start_sync(StartSyncCommand())
        assert not started.is_new


async def test_what_cannot_be_started_is_a_failing_part() -> None:
    timer = SyncTimer(HOURLY)
    nobodys = OneSource(SourceScope(client="Nobody", platform=Platform.VENDOR_API))
    async with open_use_cases(HOURLY, Replacements(run_sources=nobodys)) as use_cases:
        await looked(timer, use_cases)
        with pytest.raises(UnavailableError, match="cannot start acme"):
            await timer.check()


async def test_without_an_interval_nothing_is_started() -> None:
    settings = Settings(database_url="memory:", blob_url="memory:")
    timer = SyncTimer(settings)
    assert not timer.is_on
    async with (
        open_use_cases(settings, Replacements(run_sources=OneSource())) as use_cases,
        timer.running(use_cases.pipelines.schedule_syncs),
    ):
        (started,) = await use_cases.pipelines.start_sync(StartSyncCommand())
        assert started.is_new


async def test_without_a_file_there_is_no_source() -> None:
    async with open_sources(Settings()) as sources:
        assert list(sources.names) == []
        for ask in (sources.get, sources.scope):
            with pytest.raises(UnknownSourceError, match="FOREBAY_SOURCES_FILE"):
                ask("acme")


async def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingError, match=r"FOREBAY_SOURCES_FILE \(no-such.toml\)"):
        async with open_sources(Settings(sources_file="no-such.toml")):
            raise NotImplementedError("it must not open")


async def test_tokens_may_stand_in_the_env_file(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.chdir(folder)
    (folder / ".env").write_text("ACME_TOKEN=s3cret\n")
    (folder / "sources.toml").write_text('[[source]]\nname = "acme"\nurl = "https://x"\ntoken_env = "ACME_TOKEN"\n')
    async with open_sources(Settings(sources_file="sources.toml")) as sources:
        assert list(sources.names) == ["acme"]

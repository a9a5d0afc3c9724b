"""The server's own sweeps."""

import asyncio
from datetime import timedelta

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.system.clock import SystemClock
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.sweeper import Keeping, Sweeper
from forebay.domain.intake.run import IngestionRun
from forebay.domain.processing.event import EventCode, NewEvent
from forebay.testing.intake_examples import a_run

IN_MEMORY = Settings(database_url="memory:", blob_url="memory:")
DAY = timedelta(days=1)


@pytest.mark.parametrize(("keep", "left"), [(30 * DAY, ["young"]), (timedelta(), ["old", "older", "young"])])
async def test_events_are_kept_as_long_as_the_setting_says(keep: timedelta, left: list[str]) -> None:
    units = MemoryUnitOfWorkFactory(MemoryDatabase())
    run, now = a_run(), SystemClock().now()

    def event(run: IngestionRun, message: str, age: timedelta) -> NewEvent:
        return NewEvent(run_id=run.id, at=now - age, code=EventCode.RUN_STORED, message=message)

    async with units() as work:
        for message, age in (("old", 31 * DAY), ("older", 400 * DAY), ("young", DAY)):
            work.events.record(event(run, message, age))
        await work.commit()
    sweeper = Sweeper(interval_seconds=3600, grace_seconds=3600, keep=Keeping(events=keep))
    async with (
        open_use_cases(IN_MEMORY, Replacements(unit_of_work=units)) as use_cases,
        sweeper.running(use_cases),
        asyncio.timeout(30),
    ):
        while "not run yet" in await sweeper.check():  # noqa: ASYNC110 - its place in /health is all that it tells
            await asyncio.sleep(0)
    async with units(write=False) as work:
        assert sorted(found.message for found in await work.events.list(after=0, limit=10)) == left
        assert f"{3 - len(left)} old events" in await sweeper.check()

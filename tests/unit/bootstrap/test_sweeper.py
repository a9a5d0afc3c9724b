"""The server's own sweeps."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.system.clock import SystemClock
from forebay.application.intake.sweep import SweepCommand, SweepReport
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.sweeper import Keeping, Sweeper
from forebay.domain.errors import UnavailableError
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


async def test_a_defect_is_told_and_does_not_end_the_sweeps() -> None:
    sweeper = Sweeper(interval_seconds=0.001, grace_seconds=3600, keep=Keeping())
    failed, go_on = asyncio.Event(), asyncio.Event()

    async with open_use_cases(IN_MEMORY) as use_cases, asyncio.timeout(30):
        rounds = 0

        async def sweep(command: SweepCommand) -> SweepReport:
            nonlocal rounds
            rounds += 1
            if rounds == 1:
                raise ZeroDivisionError
            failed.set()
            await go_on.wait()
            return await use_cases.intake.sweep(command)

        failing_once: Any = sweep
        async with sweeper.running(replace(use_cases, intake=replace(use_cases.intake, sweep=failing_once))):
            await failed.wait()
            with pytest.raises(UnavailableError, match="failed: ZeroDivisionError"):
                await sweeper.check()
            go_on.set()
            while rounds < 3:  # noqa: ASYNC110 - another round has begun, so the one before it has ended
                await asyncio.sleep(0.001)
            assert "0 found" in await sweeper.check()

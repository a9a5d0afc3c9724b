"""A worker inside a process: it is kept running, and what got lost is announced again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest

from forebay.application.processing.recover_jobs import RecoveryReport
from forebay.application.use_cases import ProcessingUseCases
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.working import WorkerHost, is_local, recovering, worker_name
from forebay.domain.errors import DatabaseUnavailableError, UnavailableError
from tests.unit.processing.virtual_time import in_virtual_time

SETTINGS = Settings(
    database_url="memory:", blob_url="memory:", queue_url="memory:", worker_concurrency=3, recovery_interval_seconds=30
)


@dataclass(slots=True)
class Script:
    """Use cases that do what they are told."""

    worker_does: Callable[..., Awaitable[None]]
    recover_does: Callable[..., Awaitable[RecoveryReport]]
    grace: list[timedelta] = field(default_factory=list)

    async def worker(self, **options: Any) -> None:
        assert (options["concurrency"], options["grace_seconds"]) == (3, 30.0)
        await self.worker_does(options["stopping"])

    async def recover_jobs(self, *, grace: timedelta) -> RecoveryReport:
        self.grace.append(grace)
        return await self.recover_does()

    @property
    def processing(self) -> ProcessingUseCases:
        return cast(ProcessingUseCases, self)


async def work(stopping: asyncio.Event) -> None:
    await stopping.wait()


async def nothing() -> RecoveryReport:
    return RecoveryReport(announced=0)


@in_virtual_time
async def test_what_got_lost_is_announced_again_whatever_happens_meanwhile() -> None:
    errors: list[Exception] = [ZeroDivisionError(), DatabaseUnavailableError()]

    async def recover() -> RecoveryReport:
        if errors:
            raise errors.pop()
        return RecoveryReport(announced=2)

    script = Script(work, recover)
    async with WorkerHost(SETTINGS, worker_name="w").running(script.processing):
        await asyncio.sleep(125)
    assert script.grace == [timedelta(seconds=30)] * 4
    async with recovering(script.processing, SETTINGS):
        await asyncio.sleep(61)
    assert len(script.grace) == 6


@in_virtual_time
async def test_a_worker_that_falls_over_is_started_again_and_health_says_so() -> None:
    fallen = asyncio.Event()

    async def fall(stopping: asyncio.Event) -> None:
        if not fallen.is_set():
            fallen.set()
            raise ZeroDivisionError("no luck")
        await stopping.wait()

    host = WorkerHost(SETTINGS, worker_name="host:1")
    assert await host.check() == "host:1, 3 jobs at a time"
    async with host.running(Script(fall, nothing).processing):
        await fallen.wait()
        await asyncio.sleep(0)
        with pytest.raises(UnavailableError, match="ZeroDivisionError: no luck"):
            await host.check()
        await asyncio.sleep(2)
        assert await host.check() == "host:1, 3 jobs at a time"


@in_virtual_time
async def test_leaving_waits_until_all_jobs_are_let_go_of_even_when_it_is_cancelled_meanwhile() -> None:
    let_go = asyncio.Event()

    async def slow(stopping: asyncio.Event) -> None:
        await stopping.wait()
        await asyncio.sleep(20)
        let_go.set()

    async def stubborn() -> RecoveryReport:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(5)
        return RecoveryReport(announced=0)

    async def live() -> None:
        async with WorkerHost(SETTINGS, worker_name="w").running(Script(slow, stubborn).processing):
            await asyncio.sleep(31)

    living = asyncio.create_task(live())
    await asyncio.sleep(32)
    living.cancel()
    await asyncio.wait({living})
    assert let_go.is_set()
    assert living.cancelled()


async def test_stopping_before_it_began_is_no_trouble() -> None:
    async with open_use_cases(SETTINGS) as use_cases:
        host = WorkerHost(SETTINGS, worker_name=worker_name())
        host.stop()
        async with host.running(use_cases.processing):
            pass


@pytest.mark.parametrize(
    ("url", "local"),
    [("local:", True), ("memory:", True), ("redis://h/0", False), ("rediss://h", False), ("amqp://h", False)],
)
def test_only_a_broker_carries_jobs_elsewhere(url: str, local: bool) -> None:
    assert is_local(_with(url)) is local


def _with(url: str) -> Settings:
    return Settings(queue_url=url)

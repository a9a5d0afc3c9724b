"""Health: each part says for itself whether it works."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.application.system.check_health import CheckHealth, PartHealth
from forebay.domain.errors import DatabaseUnavailableError


class Part:
    """A part that answers as it is told to."""

    def __init__(self, name: str, check: Callable[[], Coroutine[Any, Any, str]]) -> None:
        self.name = name
        self.check = check


async def fine() -> str:
    return "all is well"


async def broken() -> str:
    raise DatabaseUnavailableError("no route to the database")


async def silent() -> str:
    await asyncio.Event().wait()
    return "never"


async def surprising() -> str:
    raise ZeroDivisionError("postgresql://user:secret@host")


async def test_healthy_is_when_every_part_is() -> None:
    report = await CheckHealth(probes=[Part("db", fine), MemoryBlobStore()])()
    assert report.ok
    assert report.parts[0] == PartHealth(name="db", ok=True, detail="all is well")
    assert (report.parts[1].name, report.parts[1].ok) == ("storage", True)


async def test_without_parts_there_is_nothing_to_fail() -> None:
    assert (await CheckHealth(probes=[])()).ok


async def test_one_part_that_fails_says_why_and_the_others_answer_nevertheless() -> None:
    report = await CheckHealth(probes=[Part("db", broken), Part("storage", fine)])()
    assert not report.ok
    assert [(part.name, part.ok, part.detail) for part in report.parts] == [
        ("db", False, "no route to the database"),
        ("storage", True, "all is well"),
    ]


async def test_a_part_that_does_not_answer_in_time_does_not_work() -> None:
    report = await CheckHealth(probes=[Part("db", silent), Part("storage", fine)], timeout_seconds=0.01)()
    assert [(part.ok, part.detail) for part in report.parts] == [
        (False, "no answer within 0.01 s"),
        (True, "all is well"),
    ]


async def test_a_part_that_fails_in_a_way_nobody_foresaw_does_not_work_and_tells_no_secret() -> None:
    report = await CheckHealth(probes=[Part("db", surprising), Part("storage", fine)])()
    assert [(part.name, part.ok) for part in report.parts] == [("db", False), ("storage", True)]
    assert report.parts[0].detail == "the check itself failed (ZeroDivisionError)"


async def test_all_parts_are_asked_at_once() -> None:
    both = asyncio.Barrier(2)

    async def meet() -> str:
        await both.wait()
        return "met"

    report = await CheckHealth(probes=[Part("db", meet), Part("storage", meet)])()
    assert report.ok


async def test_who_stops_asking_stops_the_checks() -> None:
    task = asyncio.create_task(CheckHealth(probes=[Part("db", silent)])())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}

"""The process that works on jobs: told to stop, it hears of it, whatever became of its use cases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from forebay.application.use_cases import UseCases
from forebay.domain.errors import DatabaseUnavailableError
from forebay.entrypoints.worker.job_process import JobProcess
from forebay.entrypoints.worker.services import OpenUseCases, WorkerServices


class Database:
    """Answers, or does not."""

    def __init__(self) -> None:
        self.is_away = True

    @asynccontextmanager
    async def open(self, folder: Path | None) -> AsyncIterator[UseCases]:
        if self.is_away:
            raise DatabaseUnavailableError
        yield cast(UseCases, None)


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def process(database: Database) -> JobProcess:
    return JobProcess(_services(database.open))


async def _is_stopping(process: JobProcess) -> bool:
    return process.stopping.is_set()


def test_a_process_whose_use_cases_could_not_be_opened_can_be_told_to_stop(
    process: JobProcess, database: Database
) -> None:
    with pytest.raises(DatabaseUnavailableError):
        process.open().wait()
    process.stop()
    process.close()
    assert process.stopping.is_set()
    database.is_away = False
    assert process.run(lambda _: _is_stopping(process)), "a task that comes now is let go of"
    process.close()


def test_a_process_that_is_open_hears_of_it_on_its_loop(process: JobProcess, database: Database) -> None:
    database.is_away = False
    process.open().wait()
    process.stop()
    assert process.run(lambda _: process.stopping.wait())
    process.close()


def test_a_process_that_was_closed_can_be_told_to_stop(process: JobProcess, database: Database) -> None:
    database.is_away = False
    process.open().wait()
    process.close()
    process.stop()
    assert process.stopping.is_set()


def test_a_process_that_never_opened_can_be_told_to_stop(process: JobProcess) -> None:
    process.stop()
    process.close()
    assert process.stopping.is_set()


def _services(open_use_cases: OpenUseCases) -> WorkerServices:
    @asynccontextmanager
    async def no_health(*_: object) -> AsyncIterator[str]:
        yield ""

    return WorkerServices(
        version="1",
        grace_seconds=1,
        recovery_interval_seconds=30,
        alert_interval_seconds=0,
        name_worker=lambda: "worker:1",
        configure_logs=lambda: None,
        open_use_cases=open_use_cases,
        open_health=no_health,
    )

"""How a typed program uses the library: mypy checks this file in strict mode, and pytest runs it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_type
from uuid import UUID

import pytest

from forebay import (
    Artifact,
    Event,
    File,
    Folder,
    Forebay,
    HealthReport,
    Job,
    JobStatus,
    JobWithSteps,
    Model,
    NotFoundError,
    Page,
    Receipt,
    Run,
    RunError,
    RunStatus,
    RunType,
    SortOrder,
    SweepReport,
    SyncForebay,
)


async def numbers() -> AsyncIterator[bytes]:
    for number in range(10):
        yield b"%d\n" % number


async def use(folder: Path) -> UUID:
    async with Forebay.open(data_dir=folder) as forebay:
        assert_type(forebay, Forebay)
        receipt = await forebay.upload(numbers(), type="document", name="numbers.txt", label="some numbers")
        assert_type(receipt, Receipt)
        assert_type(receipt.run, Run)
        assert_type(receipt.run.status, RunStatus)
        assert_type(receipt.run.error, RunError | None)
        assert_type(receipt.run.files, tuple[File, ...])

        yesterday = datetime.now(UTC) - timedelta(days=1)
        async for run in forebay.runs(type=RunType.DOCUMENT, created_after=yesterday, order=SortOrder.ASC):
            assert_type(run.id, UUID)
        assert_type(await forebay.list_runs(limit=10, status="stored"), Page[Run])

        (file,) = receipt.run.files
        async with forebay.open_file(file.id, start=2) as content:
            async for chunk in content:
                assert_type(chunk, bytes)
        assert_type(await forebay.download(file.id, folder / "copy.txt"), Path)
        assert_type(await forebay.process(receipt.run.id), Run)
        async for job in forebay.jobs(run_id=receipt.run.id, status=JobStatus.SUCCEEDED):
            assert_type(job, Job)
            assert_type(await forebay.get_job(job.id), JobWithSteps)
            async for event in forebay.events(job_id=job.id, follow=True):
                assert_type(event, Event)
            assert_type(await forebay.list_artifacts(job.id), Page[Artifact])
        assert_type(await forebay.browse(receipt.run.id), Folder)
        assert_type(await forebay.list_models(), Page[Model])

        assert_type(await forebay.sweep(dry_run=True), SweepReport)
        assert_type(await forebay.health(), HealthReport)
        return receipt.run.id


def use_it_in_a_script(folder: Path, run_id: UUID) -> None:
    with SyncForebay.open(data_dir=folder) as forebay:
        assert_type(forebay, SyncForebay)
        run = forebay.get_run(run_id)
        assert_type(run, Run)
        for event in forebay.events(run_id=run_id):
            assert_type(event, Event)
        for file in forebay.files(run.id):
            with forebay.open_file(file.id) as content:
                assert_type(content.file, File)
                assert_type(content.read(), bytes)
        forebay.delete_run(run.id)
        with pytest.raises(NotFoundError) as gone:
            forebay.get_run(run.id)
        assert_type(gone.value.code, str)


def test_usage(tmp_path: Path) -> None:
    run_id = asyncio.run(use(tmp_path))
    assert (tmp_path / "copy.txt").read_bytes() == b"".join(b"%d\n" % number for number in range(10))
    use_it_in_a_script(tmp_path, run_id)

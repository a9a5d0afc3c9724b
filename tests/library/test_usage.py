"""How a typed program uses the library: mypy checks this file in strict mode, and pytest runs it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_type
from uuid import UUID

import pytest

from forebay import (
    Artifact,
    Attachment,
    Category,
    Client,
    ClientSummary,
    Document,
    DocumentStatus,
    DocumentText,
    DocumentWithDetails,
    Event,
    FailuresAt,
    File,
    Folder,
    Forebay,
    FoundDocument,
    HealthReport,
    Job,
    JobStatus,
    JobWithSteps,
    LearnedModel,
    Model,
    NotFoundError,
    Page,
    Pipeline,
    PipelineRun,
    PipelineState,
    Reason,
    Receipt,
    ReportedStatus,
    ReportVerdict,
    Rule,
    RuleKind,
    Run,
    RunError,
    RunRecord,
    RunStatus,
    RunType,
    Snippet,
    SortOrder,
    SweepReport,
    SyncForebay,
    SystemReport,
    Verdict,
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

        await use_documents(forebay)
        await use_pipelines(forebay)
        assert_type(await forebay.sweep(dry_run=True), SweepReport)
        assert_type(await forebay.health(), HealthReport)
        assert_type(await forebay.system(), SystemReport)
        return receipt.run.id


async def use_documents(forebay: Forebay) -> None:
    document = await forebay.upload_document(b"Some words.", name="words.txt", owner="me")
    assert_type(document, Document)
    await forebay.process(document.run_id)
    async for each in forebay.documents(status=DocumentStatus.READY, owner="me", order="asc"):
        assert_type(each, Document)
    page = await forebay.search_documents('"some words" -others', language="en", limit=5)
    assert_type(page, Page[FoundDocument])
    for found in page.items:
        assert_type(found.snippet, Snippet)
    details = await forebay.get_document(document.id)
    assert_type(details, DocumentWithDetails)
    assert_type(details.text, DocumentText | None)
    assert_type(details.reasons, tuple[Reason, ...])
    assert_type(details.attachments, tuple[Attachment, ...])
    assert_type(await forebay.read_text(document.id), str)
    async with forebay.open_text(document.id) as text:
        assert_type(await text.read(), bytes)
    assert_type(await forebay.preview_document(document.id, width=100), bytes)
    assert_type(await forebay.classify_documents(document.run_id), Job)
    rules = [Rule(kind=RuleKind.ANY, terms=("words",))]
    assert_type(await forebay.create_category("wordy", rules=rules), Category)
    assert_type(await forebay.correct_document(document.id, category="wordy"), DocumentWithDetails)
    assert_type(await forebay.learn(), LearnedModel)
    assert_type(await forebay.list_categories(), tuple[Category, ...])


async def use_pipelines(forebay: Forebay) -> None:
    client = await forebay.create_client("Acme")
    assert_type(client, Client)
    pipeline = await forebay.create_pipeline(client.id, "Load", platform="cron", expect_every=timedelta(days=1))
    assert_type(pipeline, Pipeline)
    recorded = await forebay.report_run(pipeline.id, status="success", finished_at=datetime.now(UTC))
    assert_type(recorded.run, PipelineRun)
    assert_type(recorded.verdict, Verdict)
    records = [RunRecord(pipeline_id=pipeline.id, external_run_id="1", status="failed")]
    assert_type(await forebay.report_runs(records), list[ReportVerdict])
    async for run in forebay.pipeline_runs(pipeline.id, status=ReportedStatus.SUCCESS):
        assert_type(run.payload, Mapping[str, object] | None)
    async for state in forebay.pipelines_health(health="healthy", client_id=client.id):
        assert_type(state, PipelineState)
    assert_type(await forebay.client_summary(client.id), ClientSummary)
    assert_type(await forebay.failures_over_time(bucket="hour"), tuple[FailuresAt, ...])


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

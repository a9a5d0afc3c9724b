"""A Forebay that has something of everything, and all that it answers."""

import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from forebay import Forebay
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import Settings, load_settings
from tests.http.archives import tar
from tests.http.papers import mail, pdf
from tests.pipelines_partner.api import run_of, running_api
from tests.pipelines_partner.sources import sources_settings
from tests.unit.pipelines.lineage_examples import dbt_model, run_event

KEY = "the-key-of-an-upload"
ARCHIVE = tar({"app/default/app.conf": b"[ui]\nlabel = zebra\n", "app/bin/run.sh": b"#!/bin/sh\n", "app/link": "bin"})
LARGE = tar({"app/large.bin": hashlib.shake_256(b"large").digest(3_000_000)})
SEARCHES = ("zebra*", '"net 30 days"', "running -zebra", "Käse", "rechnung")


def settings_of(environ: Mapping[str, str], folder: Path) -> Settings:
    return load_settings(environ, env_file=folder / "none")


@asynccontextmanager
async def opened(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Forebay]:
    async with open_use_cases(settings_of(environ, folder)) as use_cases:
        yield Forebay(use_cases, sweep_grace=timedelta(hours=1))


async def fill(environ: Mapping[str, str], folder: Path) -> None:
    """On an empty database."""
    with running_api() as api:
        api.records = {"good": [run_of(number) for number in range(12)]}
        sources = sources_settings(folder, api)
        os.environ["ACME_TOKEN"] = sources["ACME_TOKEN"]
        try:
            async with opened({**environ, **sources}, folder) as forebay:
                await _intake(forebay)
                await _documents(forebay)
                await _pipelines(forebay)
        finally:
            del os.environ["ACME_TOKEN"]


async def _intake(forebay: Forebay) -> None:
    first = (await forebay.upload(ARCHIVE, type="app_bundle", name="app.tgz", idempotency_key=KEY, owner="ann")).run
    await forebay.process(first.id)
    again = await forebay.upload(LARGE, type="archive", name="large.tgz", parent_run_id=first.id, label="Größe")
    await forebay.process(again.run.id)
    await forebay.upload(ARCHIVE, type="archive", name="same.tgz", parent_run_id=again.run.id)  # its job waits
    gone = (await forebay.upload(tar({"a": b"gone"}), type="archive", name="gone.tgz")).run
    await forebay.process(gone.id)
    await forebay.delete_run(gone.id)


async def _documents(forebay: Forebay) -> None:
    papers = {
        "bill.txt": b"Amount due: 300 EUR for zebras, payable within net 30 days.\n",
        "rechnung.txt": "Die Rechnung für den Käse ist in 30 Tagen zu bezahlen, und zwar sofort.\n".encode(),
        "long.txt": " ".join(f"word{number} running fast" for number in range(4_000)).encode(),
        "page.pdf": pdf(["A zebra runs"], title="Zebras"),
        "letter.eml": mail("News", "See what is attached.", ("inner.txt", b"An attachment about a zebra.\n")),
        "broken.pdf": b"%PDF-1.7\nnothing else",
    }
    first = None
    for name, content in papers.items():
        document = await forebay.upload_document(content, name=name, owner="ann")
        await forebay.process(document.run_id)
        first = first or document
    assert first is not None
    await forebay.correct_document(first.id, category="Letter", title="To the zoo")
    await forebay.learn()


async def _pipelines(forebay: Forebay) -> None:
    client = await forebay.create_client("Acme")
    good = await forebay.create_pipeline(client.id, "Good", platform="vendor_api", external_id="good")
    await forebay.create_pipeline(client.id, "Idle", expect_every=timedelta(hours=1))
    await forebay.sync()
    await forebay.create_alert_rule("on_failure", "webhook", "http://127.0.0.1:9/hook", pipeline_id=good.id)
    failed = {"status": "failed", "error_message": "boom", "rows_processed": 2**40, "duration_seconds": -0.0}
    await forebay.report_run(good.id, external_run_id="x", payload={"ä": [1, None, "\\"]}, **failed)  # type: ignore[arg-type]  # a dictionary has one type for all
    await forebay.check_alerts()
    await forebay.receive_lineage([dbt_model(), run_event("FAIL")])
    await forebay.report_run(good.id, status="success", external_run_id="y")  # nobody has looked at it yet


async def answers(environ: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Everything that can be asked for."""
    async with opened(environ, folder) as forebay:
        runs = [run async for run in forebay.runs()]
        files = [file for run in runs async for file in forebay.files(run.id)]
        jobs = [job async for job in forebay.jobs()]
        documents = [document async for document in forebay.documents()]
        pipelines = [pipeline async for pipeline in forebay.pipelines()]
        reported = [run for pipeline in pipelines async for run in forebay.pipeline_runs(pipeline.id)]
        artifacts = [artifact for job in jobs async for artifact in forebay.artifacts(job.id)]
        return {
            "runs": runs,
            "files": files,
            "bytes": {file.id: await forebay.read_file(file.id) for file in files if file.size_bytes},
            "jobs": [await forebay.get_job(job.id) for job in jobs],
            "events": (await forebay.list_events(limit=1000)).items,
            "artifacts": [(artifact, await forebay.read_artifact(artifact.id)) for artifact in artifacts],
            "models": (await forebay.list_models(limit=1000)).items,
            "documents": [await forebay.get_document(document.id) for document in documents],
            "texts": {one.id: await forebay.read_text(one.id) for one in documents if one.status == "ready"},
            "categories": await forebay.list_categories(),
            "learned": await forebay.learned_models(),
            "clients": [found async for found in forebay.clients()],
            "pipelines": pipelines,
            "reported": reported,
            "lineage": [
                await forebay.use_cases.pipelines.show_lineage(run.pipeline_id, run.id, limit=100) for run in reported
            ],
            "syncs": await forebay.sync_state(),
            "rules": (await forebay.list_alert_rules()).items,
            "alerts": [await forebay.get_alert(alert.id) async for alert in forebay.alerts()],
        }


async def found(environ: Mapping[str, str], folder: Path) -> dict[str, set[Any]]:
    """Which documents each search finds."""
    async with opened(environ, folder) as forebay:
        return {
            query: {hit.id for hit in (await forebay.search_documents(query, limit=50)).items} for query in SEARCHES
        }

"""What servers and workers show of themselves at /metrics."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from forebay.adapters.metered.alerts import AlertMetrics
from forebay.adapters.metered.background import BackgroundMetrics
from forebay.adapters.metered.blobs import BlobMetrics
from forebay.adapters.metered.processing import ProcessingMetrics
from forebay.application.ports.system import DiskUsage
from forebay.application.processing.recover_jobs import RecoveryReport
from forebay.application.system.check_health import CheckHealth
from forebay.bootstrap.asgi import open_app, worker_inside
from forebay.bootstrap.disks import disks_of
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.sweeper import Keeping, Sweeper
from forebay.bootstrap.working import recovering
from forebay.domain.errors import DatabaseUnavailableError
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.system_metrics import system_metrics
from forebay.testing.intake_examples import a_run
from forebay.testing.job_examples import a_job
from forebay.version import __version__
from tests.deploy.queries import selected
from tests.deploy.rules import alarms
from tests.unit.bootstrap.test_working import SETTINGS, Script, work
from tests.unit.http.asgi_client import started
from tests.unit.processing.virtual_time import in_virtual_time
from tests.unit.system.test_check_health import Part, broken, fine

IN_MEMORY = Settings(database_url="memory:", blob_url="memory:", queue_url="memory:")


def values(text: str, name: str) -> dict[tuple[str, ...], float]:
    """By the values of the labels, which come in the order of their names."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


async def page_of(settings: Settings) -> str:
    async with open_app(settings, worker_inside(settings)) as app, started(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://forebay") as client:
            return (await client.get("/metrics")).text


async def test_a_server_shows_its_version_its_parts_and_what_it_does_by_itself() -> None:
    page = await page_of(IN_MEMORY)
    assert values(page, "forebay_build_info") == {(__version__,): 1}
    assert values(page, "forebay_part_up").keys() >= {("storage",), ("queue",), ("worker",), ("alerts",)}
    assert set(values(page, "forebay_part_up").values()) == {1}
    assert values(page, "forebay_background_interval_seconds") == {("recovery",): 30, ("sweep",): 900}
    assert values(page, "forebay_background_last_success_timestamp_seconds").keys() == {("recovery",), ("sweep",)}
    assert ("spool",) in values(page, "forebay_disk_free_bytes")
    assert values(page, "forebay_database_connections_limit") == {}


async def test_connections_and_disks_are_those_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=str(tmp_path),
        database_url=f"sqlite:///{tmp_path / 'forebay.db'}",
        blob_url=(tmp_path / "blobs").as_uri(),
    )
    async with open_use_cases(settings) as use_cases:
        found = await use_cases.system.resources()
        page = (await system_metrics(use_cases.system, "1")).decode()
    assert found.connections is not None
    assert (found.connections.in_use, found.connections.limit) == (0, 4)
    assert found.disks.keys() == {"spool", "database", "blobs"}
    assert values(page, "forebay_database_connections_limit") == {(): 4}
    assert values(page, "forebay_disk_size_bytes")["blobs",] >= values(page, "forebay_disk_free_bytes")["blobs",] > 0


async def test_disks_of_adapters_that_the_caller_brings_are_not_ours_and_one_that_is_gone_is_left_out(
    tmp_path: Path,
) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'forebay.db'}",
        blob_url=(tmp_path / "gone").as_uri(),
        spool_dir=str(tmp_path),
    )
    assert (await disks_of(settings, frozenset()).usage()).keys() == {"spool", "database"}
    found = await disks_of(settings, frozenset({"database", "blobs"})).usage()
    assert found.keys() == {"spool"}
    assert isinstance(found["spool"], DiskUsage)


async def test_a_part_that_does_not_work_is_down() -> None:
    async with open_use_cases(IN_MEMORY) as use_cases:
        system = replace(use_cases.system, check_health=CheckHealth(probes=[Part("db", broken), Part("storage", fine)]))
        page = (await system_metrics(system, "1")).decode()
    assert values(page, "forebay_part_up") == {("db",): 0, ("storage",): 1}


@in_virtual_time
async def test_rounds_of_recovery_are_counted_and_only_good_ones_move_the_time() -> None:
    errors: list[Exception] = [ZeroDivisionError(), DatabaseUnavailableError()]

    async def recover() -> RecoveryReport:
        if errors:
            raise errors.pop()
        return RecoveryReport(announced=2)

    registry = CollectorRegistry()
    metrics = BackgroundMetrics(registry, {"recovery": 30, "sync": 0})
    began = values(generate_latest(registry).decode(), "forebay_background_last_success_timestamp_seconds")
    assert began.keys() == {("recovery",)}, "what is switched off is never late"
    async with recovering(Script(work, recover).processing, SETTINGS, metrics):
        await asyncio.sleep(65)
        page = generate_latest(registry).decode()
        assert values(page, "forebay_background_last_success_timestamp_seconds") == began
        await asyncio.sleep(30)
    page = generate_latest(registry).decode()
    assert values(page, "forebay_background_runs_total") == {("ok", "recovery"): 1, ("failed", "recovery"): 2}
    assert values(page, "forebay_background_last_success_timestamp_seconds")["recovery",] >= began["recovery",]


async def test_sweeps_are_counted() -> None:
    registry = CollectorRegistry()
    sweeper = Sweeper(interval_seconds=3600, grace_seconds=3600, keep=Keeping())
    async with (
        open_use_cases(IN_MEMORY) as use_cases,
        sweeper.running(use_cases, BackgroundMetrics(registry, {"sweep": 3600})),
        asyncio.timeout(30),
    ):
        while "not run yet" in await sweeper.check():  # noqa: ASYNC110 - its place in /health is all that it tells
            await asyncio.sleep(0)
    found = values(generate_latest(registry).decode(), "forebay_background_runs_total")
    assert found == {("ok", "sweep"): 1, ("failed", "sweep"): 0}


def test_counters_that_alarms_watch_begin_at_0() -> None:
    registry = CollectorRegistry()
    AlertMetrics(registry)
    HttpMetrics(registry)
    job = a_job(a_run())
    ProcessingMetrics(registry).job_claimed(job, waited=0.0, taken_over=False)
    page = generate_latest(registry).decode()
    assert values(page, "forebay_alert_deliveries_total")["webhook", "failed"] == 0
    assert values(page, "forebay_job_attempts_total")[job.kind, "failed"] == 0
    assert values(page, "forebay_step_defects_total")[job.kind,] == 0
    (failing,) = [alarm.query for alarm in alarms() if alarm.name == "ForebayUploadsFailing"]
    watched = {value for one in selected(failing) for label, _, value in one.conditions if label == "outcome"}
    for outcome in "|".join(watched).split("|"):
        assert values(page, "forebay_uploads_total")[outcome,] == 0


def test_an_operation_of_the_store_that_failed_in_an_unforeseen_way_was_not_cancelled() -> None:
    registry = CollectorRegistry()
    metrics = BlobMetrics(registry)
    with pytest.raises(ZeroDivisionError), metrics.measure("stat"):
        raise ZeroDivisionError
    page = generate_latest(registry).decode()
    assert values(page, "forebay_storage_operations_total") == {("stat", "defect"): 1, ("open", "blob_not_found"): 0}

"""Between rows and clients, pipelines and where reports come from."""

import hashlib
from datetime import timedelta

from forebay.adapters.sql.rows import AnyRow, checked
from forebay.adapters.sql.transaction import Values
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.lineage import LineageEvent, LineageJob
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.source import SyncState
from forebay.domain.pipelines.texts import folded

CLIENT_IS_FOR_EVER = frozenset({"id", "created_at"})
PIPELINE_IS_FOR_EVER = frozenset({"id", "client_id", "created_at"})


def client_values(client: Client) -> Values:
    return {
        "id": client.id,
        "name": checked(client.name, "name"),
        "name_folded": folded(client.name),
        "is_active": client.is_active,
        "revision": client.revision,
        "created_at": client.created_at,
        "updated_at": client.updated_at,
    }


def client_of(row: AnyRow) -> Client:
    return Client(
        id=row.id,
        name=row.name,
        is_active=row.is_active,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def pipeline_values(pipeline: Pipeline) -> Values:
    schedule, name = pipeline.schedule, folded(pipeline.name)
    return {
        "id": pipeline.id,
        "client_id": pipeline.client_id,
        "name": checked(pipeline.name, "name"),
        "name_folded": name,
        "platform": pipeline.platform.value,
        "external_id": checked(pipeline.external_id, "external_id"),
        "search_text": f"{name}\n{folded(pipeline.external_id or '')}",
        "pipeline_type": pipeline.pipeline_type.value,
        "environment": pipeline.environment.value,
        "is_active": pipeline.is_active,
        "expect_every_seconds": _seconds(schedule.expect_every),
        "start_grace_seconds": _seconds(schedule.start_grace),
        "finish_grace_seconds": _seconds(schedule.finish_grace),
        "enabled_at": pipeline.enabled_at,
        "revision": pipeline.revision,
        "created_at": pipeline.created_at,
        "updated_at": pipeline.updated_at,
    }


def pipeline_of(row: AnyRow) -> Pipeline:
    return Pipeline(
        id=row.id,
        client_id=row.client_id,
        name=row.name,
        platform=Platform(row.platform),
        external_id=row.external_id,
        pipeline_type=PipelineType(row.pipeline_type),
        environment=Environment(row.environment),
        is_active=row.is_active,
        schedule=Schedule(
            expect_every=_time(row.expect_every_seconds),
            start_grace=timedelta(seconds=row.start_grace_seconds),
            finish_grace=_time(row.finish_grace_seconds),
        ),
        enabled_at=row.enabled_at,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else time // timedelta(seconds=1)


def _time(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def sync_state_values(state: SyncState) -> Values:
    return {
        "source": checked(state.source, "source"),
        "pipeline_id": state.pipeline_id,
        "cursor": checked(state.cursor, "cursor"),
        "synced_at": state.synced_at,
        "error": checked(state.error, "error"),
    }


def sync_state_of(row: AnyRow) -> SyncState:
    return SyncState(
        source=row.source,
        pipeline_id=row.pipeline_id,
        cursor=row.cursor,
        synced_at=row.synced_at,
        error=row.error,
    )


def job_digest(namespace: str, name: str) -> bytes:
    """Neither has NUL in it."""
    return hashlib.sha256(f"{namespace}\0{name}".encode()).digest()


def lineage_job_values(job: LineageJob) -> Values:
    checked(job.namespace, "namespace"), checked(job.name, "name")
    return {
        "job_sha256": job_digest(job.namespace, job.name),
        "namespace": job.namespace,
        "name": job.name,
        "pipeline_id": job.pipeline_id,
    }


def lineage_event_values(event: LineageEvent) -> Values:
    return {
        "sha256": checked(event.sha256, "sha256"),
        "kind": checked(event.kind, "kind"),
        "event_type": checked(event.event_type, "event_type"),
        "event_time": event.event_time,
        "pipeline_id": event.pipeline_id,
        "external_run_id": checked(event.external_run_id, "external_run_id"),
        "received_at": event.received_at,
        "document": checked(event.document, "document"),
    }


def lineage_event_of(row: AnyRow) -> LineageEvent:
    return LineageEvent(
        sha256=row.sha256,
        kind=row.kind,
        event_type=row.event_type,
        event_time=row.event_time,
        pipeline_id=row.pipeline_id,
        external_run_id=row.external_run_id,
        document=row.document,
        received_at=row.received_at,
    )

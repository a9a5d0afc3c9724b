"""What is recorded, in dictionaries: one set of tables that is committed, and one that a writer works on."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from forebay.adapters.memory.indexed_text import IndexedText
from forebay.adapters.memory.listing import Listing
from forebay.adapters.memory.overlay import Overlay
from forebay.adapters.memory.step_list import StepList
from forebay.application.ports.intake import IdempotencyRecord
from forebay.application.ports.pipeline_records import RunIdentity
from forebay.domain.documents.category import Category
from forebay.domain.documents.document import Document
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.verdict import Correction
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Catalogue, Member
from forebay.domain.intake.run import IngestionRun
from forebay.domain.pipelines.alert import Alert, Delivery, Transition
from forebay.domain.pipelines.alert_rule import AlertRule
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.lineage import LineageEvent
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.run import PipelineRun
from forebay.domain.pipelines.source import SyncState
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.event import Event
from forebay.domain.processing.job import Job
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True, kw_only=True)
class Tables:
    """`active`: the jobs that are queued or running, by run or subject, and kind. `listings`: members by catalogue.

    `events`: by position; a writer's are added at its commit. `forgotten`: positions of those that a writer removes.
    `document_ids`: by run and path. `texts`: what the index has. `open_alerts`: by pipeline and rule. `checks`: when

    they were requested first, by pipeline.
    """

    runs: MutableMapping[UUID, IngestionRun] = field(default_factory=dict)
    files: MutableMapping[UUID, StoredFile] = field(default_factory=dict)
    blobs: MutableMapping[Sha256, Blob] = field(default_factory=dict)
    digests: MutableMapping[ObjectKey, Sha256] = field(default_factory=dict)
    keys: MutableMapping[str, IdempotencyRecord] = field(default_factory=dict)
    members: MutableMapping[UUID, Member] = field(default_factory=dict)
    listings: MutableMapping[UUID, Listing] = field(default_factory=dict)
    catalogues: MutableMapping[UUID, Catalogue] = field(default_factory=dict)
    jobs: MutableMapping[UUID, Job] = field(default_factory=dict)
    active: MutableMapping[tuple[UUID | str | None, str], Job] = field(default_factory=dict)
    job_keys: MutableMapping[str, UUID] = field(default_factory=dict)
    steps: MutableMapping[UUID, Step] = field(default_factory=dict)
    step_lists: MutableMapping[UUID, StepList] = field(default_factory=dict)
    artifacts: MutableMapping[UUID, Artifact] = field(default_factory=dict)
    models: MutableMapping[UUID, Model] = field(default_factory=dict)
    documents: MutableMapping[UUID, Document] = field(default_factory=dict)
    document_ids: MutableMapping[tuple[UUID, str], UUID] = field(default_factory=dict)
    texts: MutableMapping[UUID, IndexedText] = field(default_factory=dict)
    categories: MutableMapping[UUID, Category] = field(default_factory=dict)
    corrections: MutableMapping[UUID, Correction] = field(default_factory=dict)
    learned: MutableMapping[int, LearnedModel] = field(default_factory=dict)
    clients: MutableMapping[UUID, Client] = field(default_factory=dict)
    pipelines: MutableMapping[UUID, Pipeline] = field(default_factory=dict)
    pipeline_runs: MutableMapping[RunIdentity, PipelineRun] = field(default_factory=dict)
    client_names: MutableMapping[str, UUID] = field(default_factory=dict)
    pipeline_names: MutableMapping[tuple[UUID, str], UUID] = field(default_factory=dict)
    pipeline_addresses: MutableMapping[tuple[UUID, str, str], UUID] = field(default_factory=dict)
    sync_states: MutableMapping[tuple[str, UUID], SyncState] = field(default_factory=dict)
    lineage_jobs: MutableMapping[tuple[str, str], UUID] = field(default_factory=dict)
    lineage_events: MutableMapping[str, LineageEvent] = field(default_factory=dict)
    alert_rules: MutableMapping[UUID, AlertRule] = field(default_factory=dict)
    alerts: MutableMapping[UUID, Alert] = field(default_factory=dict)
    open_alerts: MutableMapping[tuple[UUID, UUID], UUID] = field(default_factory=dict)
    deliveries: MutableMapping[UUID, Delivery] = field(default_factory=dict)
    delivery_ids: MutableMapping[tuple[UUID, Transition], UUID] = field(default_factory=dict)
    checks: MutableMapping[UUID, datetime] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    forgotten: set[int] = field(default_factory=set)

    def draft(self) -> tuple[Self, Callable[[], None]]:
        """Tables to change, and what makes the changes in these ones. Costs nothing, however much there is."""
        overlays: list[Overlay[Any, Any]] = []  # of all types; only applied

        def over(base: MutableMapping[K, V]) -> Overlay[K, V]:
            made = Overlay(base)
            overlays.append(made)
            return made

        draft = type(self)(
            runs=over(self.runs),
            files=over(self.files),
            blobs=over(self.blobs),
            digests=over(self.digests),
            keys=over(self.keys),
            members=over(self.members),
            listings=over(self.listings),
            catalogues=over(self.catalogues),
            jobs=over(self.jobs),
            active=over(self.active),
            job_keys=over(self.job_keys),
            steps=over(self.steps),
            step_lists=over(self.step_lists),
            artifacts=over(self.artifacts),
            models=over(self.models),
            documents=over(self.documents),
            document_ids=over(self.document_ids),
            texts=over(self.texts),
            categories=over(self.categories),
            corrections=over(self.corrections),
            learned=over(self.learned),
            clients=over(self.clients),
            pipelines=over(self.pipelines),
            pipeline_runs=over(self.pipeline_runs),
            client_names=over(self.client_names),
            pipeline_names=over(self.pipeline_names),
            pipeline_addresses=over(self.pipeline_addresses),
            sync_states=over(self.sync_states),
            lineage_jobs=over(self.lineage_jobs),
            lineage_events=over(self.lineage_events),
            alert_rules=over(self.alert_rules),
            alerts=over(self.alerts),
            open_alerts=over(self.open_alerts),
            deliveries=over(self.deliveries),
            delivery_ids=over(self.delivery_ids),
            checks=over(self.checks),
            events=self.events,
        )

        def apply() -> None:
            for overlay in overlays:
                overlay.apply()
            if draft.forgotten:
                self.events[:] = [event for event in self.events if event.position not in draft.forgotten]

        return draft, apply

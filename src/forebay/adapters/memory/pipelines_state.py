"""What is recorded of clients, pipelines and where reports come from, with the constraints of a database."""

from uuid import UUID

from forebay.adapters.memory.documents_state import DocumentsState
from forebay.adapters.memory.storable import check_storable
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.errors import (
    ClientExistsError,
    ClientNotFoundError,
    PipelineExistsError,
    PipelineNotFoundError,
)
from forebay.domain.pipelines.lineage import LineageEvent, LineageJob
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.source import SyncState
from forebay.domain.pipelines.texts import folded


class PipelinesState(DocumentsState):
    """Nothing of it is ever deleted but events of lineage."""

    __slots__ = ()

    def client(self, client_id: UUID) -> Client:
        found = self.clients.get(client_id)
        if found is None:
            raise ClientNotFoundError(f"there is no client {client_id}")
        return found

    def add_client(self, client: Client) -> None:
        if client.id in self.clients:
            raise ConflictError(f"there is a client {client.id} already")
        self.put_client(client)

    def put_client(self, client: Client) -> None:
        check_storable({"name": client.name})
        _check_revision(client.revision)
        name = folded(client.name)
        if self.client_names.get(name, client.id) != client.id:
            raise ClientExistsError(f"there is a client {client.name} already; capitals and small letters are the same")
        before = self.clients.get(client.id)
        if before is not None:
            del self.client_names[folded(before.name)]
        self.client_names[name] = client.id
        self.clients[client.id] = client

    def pipeline(self, pipeline_id: UUID) -> Pipeline:
        found = self.pipelines.get(pipeline_id)
        if found is None:
            raise PipelineNotFoundError(f"there is no pipeline {pipeline_id}")
        return found

    def add_pipeline(self, pipeline: Pipeline) -> None:
        if pipeline.id in self.pipelines:
            raise ConflictError(f"there is a pipeline {pipeline.id} already")
        self.client(pipeline.client_id)
        self.put_pipeline(pipeline)

    def put_pipeline(self, pipeline: Pipeline) -> None:
        check_storable({"name": pipeline.name, "external_id": pipeline.external_id})
        _check_revision(pipeline.revision)
        name, address = (pipeline.client_id, folded(pipeline.name)), _address(pipeline)
        if self.pipeline_names.get(name, pipeline.id) != pipeline.id:
            raise PipelineExistsError(
                f"the client has a pipeline {pipeline.name} already; capitals and small letters are the same"
            )
        if address is not None and self.pipeline_addresses.get(address, pipeline.id) != pipeline.id:
            raise PipelineExistsError(
                f"the client has a pipeline with external_id {pipeline.external_id} on {pipeline.platform} already"
            )
        before = self.pipelines.get(pipeline.id)
        if before is not None:
            del self.pipeline_names[before.client_id, folded(before.name)]
            if (old := _address(before)) is not None:
                del self.pipeline_addresses[old]
        self.pipeline_names[name] = pipeline.id
        if address is not None:
            self.pipeline_addresses[address] = pipeline.id
        self.pipelines[pipeline.id] = pipeline

    def put_sync_state(self, state: SyncState) -> None:
        check_storable({"source": state.source, "cursor": state.cursor, "error": state.error})
        self.pipeline(state.pipeline_id)
        self.sync_states[state.source, state.pipeline_id] = state

    def add_lineage_job(self, job: LineageJob) -> None:
        check_storable({"namespace": job.namespace, "name": job.name})
        if (job.namespace, job.name) in self.lineage_jobs:
            raise ConflictError(f"there is a job {job.name} in namespace {job.namespace} already")
        self.pipeline(job.pipeline_id)
        self.lineage_jobs[job.namespace, job.name] = job.pipeline_id

    def check_lineage_event(self, event: LineageEvent) -> None:
        check_storable(
            {
                "kind": event.kind,
                "event_type": event.event_type,
                "external_run_id": event.external_run_id,
                "document": event.document,
            }
        )
        if event.kind not in {"run", "job", "dataset"}:
            raise InternalStateError("an event of lineage is of a run, a job or a dataset")
        if event.pipeline_id is not None:
            self.pipeline(event.pipeline_id)


def _check_revision(revision: int) -> None:
    if revision < 1:
        raise InternalStateError("revisions begin with 1")


def _address(pipeline: Pipeline) -> tuple[UUID, str, str] | None:
    if pipeline.external_id is None:
        return None
    return pipeline.client_id, pipeline.platform, pipeline.external_id

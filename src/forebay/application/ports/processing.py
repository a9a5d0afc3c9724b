"""The unit of work of processing."""

from types import TracebackType
from typing import Protocol, Self

from forebay.application.ports.document_records import (
    CategoryRepository,
    CorrectionRepository,
    DocumentIndex,
    DocumentRepository,
    LearnedModelRepository,
)
from forebay.application.ports.intake import BlobRepository, FileRepository, RunRepository
from forebay.application.ports.jobs import (
    ArtifactRepository,
    EventLog,
    JobRepository,
    ModelRepository,
    StepRepository,
)
from forebay.application.ports.members import MemberRepository
from forebay.application.ports.pipeline_records import ClientRepository, PipelineRepository


class ProcessingUnitOfWork(Protocol):
    """One transaction, under the rules of IntakeUnitOfWork."""

    @property
    def runs(self) -> RunRepository: ...
    @property
    def files(self) -> FileRepository: ...
    @property
    def blobs(self) -> BlobRepository: ...
    @property
    def members(self) -> MemberRepository: ...
    @property
    def jobs(self) -> JobRepository: ...
    @property
    def steps(self) -> StepRepository: ...
    @property
    def events(self) -> EventLog: ...
    @property
    def artifacts(self) -> ArtifactRepository: ...
    @property
    def models(self) -> ModelRepository: ...
    @property
    def documents(self) -> DocumentRepository: ...
    @property
    def categories(self) -> CategoryRepository: ...
    @property
    def corrections(self) -> CorrectionRepository: ...
    @property
    def learned(self) -> LearnedModelRepository: ...
    @property
    def index(self) -> DocumentIndex: ...
    @property
    def clients(self) -> ClientRepository: ...
    @property
    def pipelines(self) -> PipelineRepository: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self) -> None: ...


class ProcessingUnitOfWorkFactory(Protocol):
    """Opens units of work. `write=False` promises to only read."""

    def __call__(self, *, write: bool = True) -> ProcessingUnitOfWork: ...

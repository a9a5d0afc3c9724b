"""The unit of work of pipelines."""

from types import TracebackType
from typing import Protocol, Self

from forebay.application.ports.pipeline_alerts import (
    AlertFilter,
    AlertRepository,
    AlertRuleFilter,
    AlertRuleRepository,
    DeliveryRepository,
    PipelineCheckRepository,
)
from forebay.application.ports.pipeline_figures import Extent, PipelineFigures
from forebay.application.ports.pipeline_records import (
    ClientFilter,
    ClientRepository,
    LineageRepository,
    PipelineAddress,
    PipelineFilter,
    PipelineName,
    PipelineRepository,
    PipelineRunFilter,
    PipelineRunRepository,
    RunIdentity,
    SyncStateRepository,
)

__all__ = [
    "AlertFilter",
    "AlertRepository",
    "AlertRuleFilter",
    "AlertRuleRepository",
    "ClientFilter",
    "ClientRepository",
    "DeliveryRepository",
    "Extent",
    "LineageRepository",
    "PipelineAddress",
    "PipelineCheckRepository",
    "PipelineFigures",
    "PipelineFilter",
    "PipelineName",
    "PipelineRepository",
    "PipelineRunFilter",
    "PipelineRunRepository",
    "PipelinesUnitOfWork",
    "PipelinesUnitOfWorkFactory",
    "RunIdentity",
    "SyncStateRepository",
]


class PipelinesUnitOfWork(Protocol):
    """One transaction, under the rules of IntakeUnitOfWork."""

    @property
    def clients(self) -> ClientRepository: ...
    @property
    def pipelines(self) -> PipelineRepository: ...
    @property
    def pipeline_runs(self) -> PipelineRunRepository: ...
    @property
    def figures(self) -> PipelineFigures: ...
    @property
    def alert_rules(self) -> AlertRuleRepository: ...
    @property
    def alerts(self) -> AlertRepository: ...
    @property
    def deliveries(self) -> DeliveryRepository: ...
    @property
    def checks(self) -> PipelineCheckRepository: ...
    @property
    def sync_states(self) -> SyncStateRepository: ...
    @property
    def lineage(self) -> LineageRepository: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self) -> None: ...


class PipelinesUnitOfWorkFactory(Protocol):
    """Opens units of work. `write=False` promises to only read."""

    def __call__(self, *, write: bool = True) -> PipelinesUnitOfWork: ...

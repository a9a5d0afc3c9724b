"""The use cases of pipelines."""

from forebay.application.pipelines.lineage_pipelines import LineagePipelines
from forebay.application.pipelines.manage_clients import ChangeClient, CreateClient, GetClient, ListClients
from forebay.application.pipelines.manage_pipelines import ChangePipeline, CreatePipeline, GetPipeline, ListPipelines
from forebay.application.pipelines.receive_lineage import ReceiveLineage
from forebay.application.pipelines.record_runs import RecordRun, RecordRuns
from forebay.application.pipelines.schedule_syncs import ScheduleSyncs
from forebay.application.pipelines.show_figures import (
    DurationHistogram,
    FailureRateByPlatform,
    FailuresOverTime,
    FlakiestPipelines,
)
from forebay.application.pipelines.show_health import GetPipelineState, PipelinesHealth, SummariseClient
from forebay.application.pipelines.show_lineage import PruneLineage, ShowLineage
from forebay.application.pipelines.show_runs import GetPipelineRun, LatestRun, ListPipelineRuns
from forebay.application.pipelines.show_sync import ShowSync
from forebay.application.pipelines.start_sync import StartSync
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.run_source import RunSources
from forebay.application.processing.start_job import StartJob
from forebay.application.use_cases import PipelinesUseCases
from forebay.domain.pipelines.lineage_clients import LineageClients


def pipelines_use_cases(
    *,
    unit_of_work: PipelinesUnitOfWorkFactory,
    jobs: ProcessingUnitOfWorkFactory,
    sources: RunSources,
    start_job: StartJob,
    lineage_clients: LineageClients,
    clock: Clock,
    ids: IdGenerator,
) -> PipelinesUseCases:
    start_sync = StartSync(sources=sources, unit_of_work=unit_of_work, start_job=start_job)
    lineage_pipelines = LineagePipelines(unit_of_work=unit_of_work, clients=lineage_clients, clock=clock, ids=ids)
    return PipelinesUseCases(
        list_clients=ListClients(unit_of_work=unit_of_work),
        get_client=GetClient(unit_of_work=unit_of_work),
        create_client=CreateClient(unit_of_work=unit_of_work, clock=clock, ids=ids),
        change_client=ChangeClient(unit_of_work=unit_of_work, clock=clock),
        list_pipelines=ListPipelines(unit_of_work=unit_of_work),
        get_pipeline=GetPipeline(unit_of_work=unit_of_work),
        create_pipeline=CreatePipeline(unit_of_work=unit_of_work, clock=clock, ids=ids),
        change_pipeline=ChangePipeline(unit_of_work=unit_of_work, clock=clock),
        record_run=RecordRun(unit_of_work=unit_of_work, clock=clock, ids=ids),
        record_runs=RecordRuns(unit_of_work=unit_of_work, clock=clock, ids=ids),
        list_runs=ListPipelineRuns(unit_of_work=unit_of_work),
        get_run=GetPipelineRun(unit_of_work=unit_of_work),
        latest_run=LatestRun(unit_of_work=unit_of_work),
        summarise_client=SummariseClient(unit_of_work=unit_of_work, clock=clock),
        pipelines_health=PipelinesHealth(unit_of_work=unit_of_work, clock=clock),
        get_state=GetPipelineState(unit_of_work=unit_of_work, clock=clock),
        failures_over_time=FailuresOverTime(unit_of_work=unit_of_work, clock=clock),
        flakiest=FlakiestPipelines(unit_of_work=unit_of_work, clock=clock),
        failure_rate_by_platform=FailureRateByPlatform(unit_of_work=unit_of_work, clock=clock),
        duration_histogram=DurationHistogram(unit_of_work=unit_of_work, clock=clock),
        receive_lineage=ReceiveLineage(unit_of_work=unit_of_work, pipelines=lineage_pipelines, clock=clock, ids=ids),
        show_lineage=ShowLineage(unit_of_work=unit_of_work),
        prune_lineage=PruneLineage(unit_of_work=unit_of_work, clock=clock),
        start_sync=start_sync,
        show_sync=ShowSync(sources=sources, unit_of_work=unit_of_work),
        schedule_syncs=ScheduleSyncs(sources=sources, start_sync=start_sync, unit_of_work=jobs, clock=clock),
    )

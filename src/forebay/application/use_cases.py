"""The bundle that every entrypoint receives."""

from dataclasses import dataclass

from forebay.application.documents.correct_document import CorrectDocument
from forebay.application.documents.delete_document import DeleteDocument
from forebay.application.documents.learn_from_corrections import LearnFromCorrections, ListLearnedModels
from forebay.application.documents.links import MakeLink, OpenLink
from forebay.application.documents.manage_categories import (
    ChangeCategory,
    CreateCategory,
    DeleteCategory,
    GetCategory,
    ListCategories,
)
from forebay.application.documents.read_document import ReadDocumentText, RenderPreview
from forebay.application.documents.show_documents import GetDocument, ListDocuments, SearchDocuments
from forebay.application.intake.browse_members import BrowseMembers
from forebay.application.intake.create_ingestion_run import CreateIngestionRun
from forebay.application.intake.delete_run import DeleteRun
from forebay.application.intake.fail_ingestion_run import FailIngestionRun
from forebay.application.intake.get_run import GetRun
from forebay.application.intake.list_files import ListFiles
from forebay.application.intake.list_runs import ListRuns
from forebay.application.intake.read_file import ReadFile
from forebay.application.intake.receive_upload import ReceiveUpload
from forebay.application.intake.store_blob import StoreBlob
from forebay.application.intake.sweep import Sweep
from forebay.application.intake.verify_blobs import VerifyBlobs
from forebay.application.pipelines.deliver_alerts import DeliverAlerts
from forebay.application.pipelines.evaluate_alerts import EvaluateAlerts
from forebay.application.pipelines.handle_alerts import (
    AcknowledgeAlert,
    CountOpenAlerts,
    GetAlert,
    ListAlerts,
    MuteAlert,
)
from forebay.application.pipelines.manage_alert_rules import (
    ChangeAlertRule,
    CreateAlertRule,
    GetAlertRule,
    ListAlertRules,
)
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
from forebay.application.pipelines.watch_alerts import WatchAlerts
from forebay.application.processing.change_job import CancelJob, RetryJob
from forebay.application.processing.claim_job import ClaimJob
from forebay.application.processing.follow_events import FollowEvents, ListEvents
from forebay.application.processing.prune_events import PruneEvents
from forebay.application.processing.prune_jobs import PruneJobs
from forebay.application.processing.read_artifact import ReadArtifact
from forebay.application.processing.recover_jobs import RecoverJobs
from forebay.application.processing.show_jobs import GetJob, ListArtifacts, ListJobs, ListModels, QueueStatus
from forebay.application.processing.start_job import StartJob
from forebay.application.processing.work_on_job import WorkOnJob
from forebay.application.processing.worker import Worker
from forebay.application.system.check_health import CheckHealth
from forebay.application.system.describe_system import DescribeSystem
from forebay.application.system.show_resources import ShowResources


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeUseCases:
    """All that can be done with uploads and runs."""

    create_ingestion_run: CreateIngestionRun
    store_blob: StoreBlob
    fail_ingestion_run: FailIngestionRun
    receive_upload: ReceiveUpload
    list_runs: ListRuns
    get_run: GetRun
    list_files: ListFiles
    browse_members: BrowseMembers
    read_file: ReadFile
    delete_run: DeleteRun
    sweep: Sweep
    verify_blobs: VerifyBlobs


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingUseCases:
    """All that can be done with jobs."""

    start_job: StartJob
    cancel_job: CancelJob
    retry_job: RetryJob
    recover_jobs: RecoverJobs
    prune_events: PruneEvents
    prune_jobs: PruneJobs
    claim_job: ClaimJob
    work_on_job: WorkOnJob
    worker: Worker
    list_jobs: ListJobs
    get_job: GetJob
    list_events: ListEvents
    follow_events: FollowEvents
    list_artifacts: ListArtifacts
    read_artifact: ReadArtifact
    list_models: ListModels
    queue_status: QueueStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsUseCases:
    """All that can be done with documents and their categories."""

    list_documents: ListDocuments
    search_documents: SearchDocuments
    get_document: GetDocument
    read_text: ReadDocumentText
    render_preview: RenderPreview
    correct_document: CorrectDocument
    delete_document: DeleteDocument
    make_link: MakeLink
    open_link: OpenLink
    list_categories: ListCategories
    get_category: GetCategory
    create_category: CreateCategory
    change_category: ChangeCategory
    delete_category: DeleteCategory
    learn: LearnFromCorrections
    list_learned: ListLearnedModels


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelinesUseCases:
    """All that can be done with clients, their pipelines, the runs that these report, and alerts."""

    list_clients: ListClients
    get_client: GetClient
    create_client: CreateClient
    change_client: ChangeClient
    list_pipelines: ListPipelines
    get_pipeline: GetPipeline
    create_pipeline: CreatePipeline
    change_pipeline: ChangePipeline
    record_run: RecordRun
    record_runs: RecordRuns
    list_runs: ListPipelineRuns
    get_run: GetPipelineRun
    latest_run: LatestRun
    summarise_client: SummariseClient
    pipelines_health: PipelinesHealth
    get_state: GetPipelineState
    failures_over_time: FailuresOverTime
    flakiest: FlakiestPipelines
    failure_rate_by_platform: FailureRateByPlatform
    duration_histogram: DurationHistogram
    receive_lineage: ReceiveLineage
    show_lineage: ShowLineage
    prune_lineage: PruneLineage
    start_sync: StartSync
    show_sync: ShowSync
    schedule_syncs: ScheduleSyncs


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsUseCases:
    """All that can be done with alert rules and alerts."""

    list_rules: ListAlertRules
    get_rule: GetAlertRule
    create_rule: CreateAlertRule
    change_rule: ChangeAlertRule
    list_alerts: ListAlerts
    get_alert: GetAlert
    acknowledge: AcknowledgeAlert
    mute: MuteAlert
    count_open: CountOpenAlerts
    evaluate: EvaluateAlerts
    deliver: DeliverAlerts
    watch: WatchAlerts


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemUseCases:
    """All that can be asked about Forebay itself."""

    check_health: CheckHealth
    describe: DescribeSystem
    resources: ShowResources


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """Every use case, ready to be called."""

    intake: IntakeUseCases
    processing: ProcessingUseCases
    documents: DocumentsUseCases
    pipelines: PipelinesUseCases
    alerts: AlertsUseCases
    system: SystemUseCases

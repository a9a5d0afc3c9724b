"""Forebay takes files in, proves that they are intact, and shows what became of them.

`Forebay.open()` (to await) and `SyncForebay.open()` (blocking) embed it in another program; docs/embedding.md.
"""

from forebay.application.intake.sweep import SweepFinding, SweepKind, SweepReport
from forebay.application.intake.verify_report import DamagedBlob, VerifyReport
from forebay.application.pipelines.receive_lineage import LineageVerdict
from forebay.application.pipelines.record_runs import ReportVerdict
from forebay.application.ports.fixity import BlobReference, ReferenceKind
from forebay.application.system.check_health import HealthReport, PartHealth
from forebay.application.system.describe_system import HeldJob, SeenWorker, SystemActivity, SystemReport
from forebay.application.system.installation import (
    Installation,
    OptionalPart,
    OwnWorker,
    SettingInForce,
    SettingOrigin,
)
from forebay.bootstrap.library import Forebay, SyncForebay
from forebay.domain.documents.category import Category, Rule, RuleField, RuleKind
from forebay.domain.documents.document import DocumentFailure, DocumentStatus
from forebay.domain.documents.search import Snippet
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind
from forebay.domain.errors import (
    ConflictError,
    ForebayError,
    InvalidInputError,
    NotFoundError,
    SettingError,
    UnavailableError,
)
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.fixity import DamageKind
from forebay.domain.intake.member import MemberFlag, MemberKind
from forebay.domain.intake.run import RunError, RunStatus, RunType
from forebay.domain.paging import Page, SortOrder
from forebay.domain.pipelines.alert import CloseReason, DeliveryStatus, Transition
from forebay.domain.pipelines.alert_rule import Channel, RuleType
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.figures import (
    Bucket,
    DurationBin,
    FailuresAt,
    FlakyPipeline,
    PlatformRate,
    RunFigures,
    Window,
)
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import Verdict
from forebay.domain.processing.event import Event, EventCode, EventLevel
from forebay.domain.processing.job import JobError, JobStatus
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step, StepStatus
from forebay.entrypoints.library.alert_results import Alert, AlertCheck, AlertDelivery, AlertRule
from forebay.entrypoints.library.document_results import (
    Attachment,
    Document,
    DocumentText,
    DocumentWithDetails,
    FoundDocument,
    LearnedModel,
)
from forebay.entrypoints.library.job_results import Artifact, Job, JobWithSteps
from forebay.entrypoints.library.pipeline_fields import RunRecord
from forebay.entrypoints.library.pipeline_results import ClientSummary, PipelineRun, PipelineState, RecordedRun
from forebay.entrypoints.library.results import File, Folder, Receipt, Run
from forebay.entrypoints.library.sync_results import StartedSync, SyncedPipeline, SyncedSource
from forebay.version import __version__

__all__ = [
    "Alert",
    "AlertCheck",
    "AlertDelivery",
    "AlertRule",
    "Artifact",
    "Attachment",
    "BlobReference",
    "Bucket",
    "Category",
    "Channel",
    "ClassifierName",
    "Client",
    "ClientSummary",
    "CloseReason",
    "ConflictError",
    "DamageKind",
    "DamagedBlob",
    "DeliveryStatus",
    "Document",
    "DocumentFailure",
    "DocumentStatus",
    "DocumentText",
    "DocumentWithDetails",
    "DurationBin",
    "Environment",
    "Event",
    "EventCode",
    "EventLevel",
    "FailuresAt",
    "File",
    "FileRole",
    "FlakyPipeline",
    "Folder",
    "Forebay",
    "ForebayError",
    "FoundDocument",
    "Health",
    "HealthReport",
    "HeldJob",
    "Installation",
    "InvalidInputError",
    "Job",
    "JobError",
    "JobStatus",
    "JobWithSteps",
    "LearnedModel",
    "LineageVerdict",
    "MemberFlag",
    "MemberKind",
    "Model",
    "NotFoundError",
    "OptionalPart",
    "OwnWorker",
    "Page",
    "PartHealth",
    "Pipeline",
    "PipelineRun",
    "PipelineState",
    "PipelineType",
    "Platform",
    "PlatformRate",
    "Reason",
    "ReasonKind",
    "Receipt",
    "RecordedRun",
    "ReferenceKind",
    "ReportVerdict",
    "ReportedStatus",
    "Rule",
    "RuleField",
    "RuleKind",
    "RuleType",
    "Run",
    "RunError",
    "RunFigures",
    "RunRecord",
    "RunStatus",
    "RunType",
    "Schedule",
    "SeenWorker",
    "SettingError",
    "SettingInForce",
    "SettingOrigin",
    "Snippet",
    "SortOrder",
    "StartedSync",
    "Step",
    "StepStatus",
    "SweepFinding",
    "SweepKind",
    "SweepReport",
    "SyncForebay",
    "SyncedPipeline",
    "SyncedSource",
    "SystemActivity",
    "SystemReport",
    "Transition",
    "UnavailableError",
    "Verdict",
    "VerifyReport",
    "Window",
    "__version__",
]

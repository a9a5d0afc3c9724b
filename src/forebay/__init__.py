"""Forebay takes files in, proves that they are intact, and shows what became of them.

`Forebay.open()` (to await) and `SyncForebay.open()` (blocking) embed it in another program; docs/embedding.md.
"""

from forebay.application.intake.sweep import SweepFinding, SweepKind, SweepReport
from forebay.application.system.check_health import HealthReport, PartHealth
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
from forebay.domain.intake.member import MemberFlag, MemberKind
from forebay.domain.intake.run import RunError, RunStatus, RunType
from forebay.domain.paging import Page, SortOrder
from forebay.domain.processing.event import Event, EventCode, EventLevel
from forebay.domain.processing.job import JobError, JobStatus
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step, StepStatus
from forebay.entrypoints.library.document_results import (
    Attachment,
    Document,
    DocumentText,
    DocumentWithDetails,
    FoundDocument,
    LearnedModel,
)
from forebay.entrypoints.library.job_results import Artifact, Job, JobWithSteps
from forebay.entrypoints.library.results import File, Folder, Receipt, Run
from forebay.version import __version__

__all__ = [
    "Artifact",
    "Attachment",
    "Category",
    "ClassifierName",
    "ConflictError",
    "Document",
    "DocumentFailure",
    "DocumentStatus",
    "DocumentText",
    "DocumentWithDetails",
    "Event",
    "EventCode",
    "EventLevel",
    "File",
    "FileRole",
    "Folder",
    "Forebay",
    "ForebayError",
    "FoundDocument",
    "HealthReport",
    "InvalidInputError",
    "Job",
    "JobError",
    "JobStatus",
    "JobWithSteps",
    "LearnedModel",
    "MemberFlag",
    "MemberKind",
    "Model",
    "NotFoundError",
    "Page",
    "PartHealth",
    "Reason",
    "ReasonKind",
    "Receipt",
    "Rule",
    "RuleField",
    "RuleKind",
    "Run",
    "RunError",
    "RunStatus",
    "RunType",
    "SettingError",
    "Snippet",
    "SortOrder",
    "Step",
    "StepStatus",
    "SweepFinding",
    "SweepKind",
    "SweepReport",
    "SyncForebay",
    "UnavailableError",
    "__version__",
]

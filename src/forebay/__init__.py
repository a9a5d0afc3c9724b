"""Forebay takes files in, proves that they are intact, and shows what became of them.

`Forebay.open()` (to await) and `SyncForebay.open()` (blocking) embed it in another program; docs/embedding.md.
"""

from forebay.application.intake.sweep import SweepFinding, SweepKind, SweepReport
from forebay.application.system.check_health import HealthReport, PartHealth
from forebay.bootstrap.library import Forebay, SyncForebay
from forebay.domain.errors import (
    ConflictError,
    ForebayError,
    InvalidInputError,
    NotFoundError,
    SettingError,
    UnavailableError,
)
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import RunError, RunStatus, RunType
from forebay.domain.paging import Page, SortOrder
from forebay.entrypoints.library.results import File, Receipt, Run
from forebay.version import __version__

__all__ = [
    "ConflictError",
    "File",
    "FileRole",
    "Forebay",
    "ForebayError",
    "HealthReport",
    "InvalidInputError",
    "NotFoundError",
    "Page",
    "PartHealth",
    "Receipt",
    "Run",
    "RunError",
    "RunStatus",
    "RunType",
    "SettingError",
    "SortOrder",
    "SweepFinding",
    "SweepKind",
    "SweepReport",
    "SyncForebay",
    "UnavailableError",
    "__version__",
]

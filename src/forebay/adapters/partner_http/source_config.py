"""What is configured of a source."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from forebay.adapters.partner_http.statuses import STATUSES
from forebay.application.ports.run_source import SourceScope
from forebay.domain.pipelines.report import ReportedStatus

PLACE = "{external_id}"
PATH = f"/pipelines/{PLACE}/runs"
FIELDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "external_run_id": ("external_run_id", "run_id", "id"),
        "status": ("status",),
        "started_at": ("started_at",),
        "finished_at": ("finished_at", "ended_at"),
        "duration_seconds": ("duration_seconds",),
        "rows_processed": ("rows_processed",),
        "error_message": ("error_message",),
        "status_reason": ("status_reason",),
        "payload": ("payload",),
        "reported_at": ("updated_at",),
    }
)
"""By what a report calls it: the names that partners may use, the first one that says something counts."""

MAX_ANSWER = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """`url`: without a slash at its end. `token`: gives the bearer token, or raises SourceRefusedError; None: no token

    is sent. `path`: behind the URL, with PLACE in it. `statuses`: by folded word. `max_pages`: of a pipeline in a sync.
    """

    name: str
    url: str
    scope: SourceScope
    token: Callable[[], str] | None = field(default=None, repr=False)
    path: str = PATH
    page_size: int = 100
    max_pages: int = 10_000
    timeout_seconds: float = 10.0
    statuses: Mapping[str, ReportedStatus] = field(default_factory=lambda: STATUSES)
    fields: Mapping[str, Sequence[str]] = field(default_factory=lambda: FIELDS)

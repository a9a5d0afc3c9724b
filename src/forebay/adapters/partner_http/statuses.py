"""What partners call the statuses of runs."""

from collections.abc import Mapping
from types import MappingProxyType

from forebay.domain.pipelines.report import ReportedStatus


def folded_status(word: str) -> str:
    """Equal for `In Progress`, `in-progress` and `IN_PROGRESS`."""
    return word.strip().casefold().replace("-", "_").replace(" ", "_")


STATUSES: Mapping[str, ReportedStatus] = MappingProxyType(
    {
        **{str(status): status for status in ReportedStatus},
        "queued": ReportedStatus.RUNNING,
        "pending": ReportedStatus.RUNNING,
        "in_progress": ReportedStatus.RUNNING,
        "succeeded": ReportedStatus.SUCCESS,
        "completed": ReportedStatus.SUCCESS,
        "failure": ReportedStatus.FAILED,
        "error": ReportedStatus.FAILED,
        "errored": ReportedStatus.FAILED,
        "cancelled": ReportedStatus.CANCELED,
        "aborted": ReportedStatus.CANCELED,
    }
)
"""By folded word. A source's own words come on top of these."""

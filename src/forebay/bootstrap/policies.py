"""Settings as the use cases understand them."""

from datetime import timedelta

from forebay.application.documents.policy import DocumentPolicy
from forebay.application.ports.archives import ArchiveLimits
from forebay.application.processing.policy import ProcessingPolicy
from forebay.bootstrap.settings import Settings
from forebay.bootstrap.text import text_limits
from forebay.domain.errors import InvalidInputError, SettingError
from forebay.domain.pipelines.lineage_clients import LineageClients
from forebay.domain.processing.backoff import Backoff
from forebay.entrypoints.worker.outcomes import worth_another_attempt


def processing_policy(settings: Settings) -> ProcessingPolicy:
    return ProcessingPolicy(
        max_attempts=settings.max_attempts,
        lease=timedelta(seconds=settings.lease_seconds),
        backoff=Backoff(delays=_delays(settings.retry_delays)),
        is_passing=worth_another_attempt,
    )


def archive_limits(settings: Settings) -> ArchiveLimits:
    return ArchiveLimits(
        max_bytes=settings.archive_max_bytes,
        max_ratio=settings.archive_max_ratio,
        max_members=settings.archive_max_members,
        max_path_bytes=settings.archive_max_path_bytes,
        max_depth=settings.archive_max_depth,
        timeout_seconds=settings.archive_timeout_seconds,
    )


def document_policy(settings: Settings) -> DocumentPolicy:
    return DocumentPolicy(limits=text_limits(settings))


def lineage_clients(settings: Settings) -> LineageClients:
    try:
        return LineageClients.parse(settings.lineage_clients)
    except InvalidInputError as error:
        raise SettingError(f"FOREBAY_LINEAGE_CLIENTS: {error.message}", field="FOREBAY_LINEAGE_CLIENTS") from None


def _delays(text: str) -> tuple[float, ...]:
    try:
        delays = tuple(float(part) for part in text.split(","))
    except ValueError:
        delays = ()
    if not delays or not all(0 <= delay < 10**6 for delay in delays):
        raise SettingError(
            f"FOREBAY_RETRY_DELAYS is {text!r}; expected seconds with commas between them, such as 10,60,300",
            field="FOREBAY_RETRY_DELAYS",
        )
    return delays

"""What a reporter says of one run."""

import hashlib
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.texts import parse_external_id

MAX_MESSAGE = 100_000  # characters
MAX_REASON = 2_000
MAX_PAYLOAD = 1 << 18  # characters of JSON
MAX_ROWS = (1 << 63) - 1
MAX_SECONDS = 1e9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = -(1 << 62)


class ReportedStatus(StrEnum):
    """What became of a run."""

    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELED = "canceled"
    SKIPPED = "skipped"

    @property
    def is_final(self) -> bool:
        return self is not ReportedStatus.RUNNING


_SEVERITY = {
    ReportedStatus.RUNNING: 0,
    ReportedStatus.SKIPPED: 1,
    ReportedStatus.SUCCESS: 2,
    ReportedStatus.CANCELED: 3,
    ReportedStatus.FAILED: 4,
}


class ReportKey(NamedTuple):
    """Which of two reports of the same run counts, whatever order they come in: the greater one.

    A final one before a running one; then the one that is of a later time (microseconds since 1970); of the same time
    the worse one, since nobody can say which was meant to correct the other; at last their digests.
    """

    final: bool
    as_of: int
    severity: int
    digest: bytes

    @classmethod
    def of(cls, status: ReportedStatus, as_of: int, digest: bytes) -> "ReportKey":
        return cls(status is not ReportedStatus.RUNNING, as_of, _SEVERITY[status], digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """Times are in UTC. `payload`: canonical JSON (sorted keys, no spaces). `reported_at`: when the reporter knew it.

    What is None is not said, and leaves what is known as it is. InvalidReportError, InvalidInputError name the field.
    """

    external_run_id: str
    status: ReportedStatus
    started_at: datetime | None = None
    finished_at: datetime | None = None
    duration_seconds: float | None = None
    rows_processed: int | None = None
    error_message: str | None = None
    status_reason: str | None = None
    payload: str | None = None
    reported_at: datetime | None = None
    key: ReportKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        parse_external_id(self.external_run_id, field="external_run_id")
        started, finished = self.started_at, self.finished_at
        if started is not None and finished is not None and finished < started:
            raise InvalidReportError("lies before started_at", field="finished_at")
        seconds = self.duration_seconds
        if seconds is not None and not (math.isfinite(seconds) and 0 <= seconds <= MAX_SECONDS):
            raise InvalidReportError(f"expected 0 to {MAX_SECONDS:.0f} seconds", field="duration_seconds")
        if self.rows_processed is not None and not 0 <= self.rows_processed <= MAX_ROWS:
            raise InvalidReportError(f"expected 0 to {MAX_ROWS}", field="rows_processed")
        if self.error_message is not None:
            _check_text(self.error_message, MAX_MESSAGE, "error_message")
        if self.status_reason is not None:
            _check_text(self.status_reason, MAX_REASON, "status_reason")
        if self.payload is not None:
            _check_text(self.payload, MAX_PAYLOAD, "payload")
        object.__setattr__(self, "key", self._key())

    def _key(self) -> ReportKey:
        started, finished, reported = _micros(self.started_at), _micros(self.finished_at), _micros(self.reported_at)
        as_of = reported if reported is not None else finished if finished is not None else started
        severity = _SEVERITY[self.status]  # one for each status
        said = (
            self.external_run_id,
            severity,
            started,
            finished,
            self.duration_seconds,
            self.rows_processed,
            self.error_message,
            self.status_reason,
            self.payload,
            reported,
        )
        digest = hashlib.sha256(ascii(said).encode()).digest()[:16]  # the fastest spelling that is the same everywhere
        return ReportKey(severity > 0, _NEVER if as_of is None else as_of, severity, digest)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def _check_text(value: str, limit: int, name: str) -> None:
    if len(value) > limit:
        raise InvalidReportError(f"expected at most {limit} characters, got {len(value)}", field=name)
    if "\0" in value or not (value.isascii() or _is_unicode(value)):
        raise InvalidInputError("NUL and halves of surrogate pairs cannot be stored", field=name)


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

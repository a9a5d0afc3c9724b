"""Alerts: what a rule has found about a pipeline, from when it began until the pipeline recovered."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.pipelines.alert_rule import RuleType
from forebay.domain.pipelines.errors import AlertClosedError

MAX_SUMMARY = 2_000


class CloseReason(StrEnum):
    """`recovered`: what was found no longer holds. `disabled`: rule, pipeline or client is. `replaced`: a rule of a

    more specific scope holds instead.
    """

    RECOVERED = "recovered"
    DISABLED = "disabled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """At most one is open for a rule and a pipeline. `summary`: one sentence for a person. `occurrences`: how often it

    was found anew while open (failed runs, say). `run_id`: the run that it was last about, if any. `muted_until`: no
    messages before then.
    """

    id: UUID
    rule_id: UUID
    pipeline_id: UUID
    rule_type: RuleType
    summary: str
    run_id: UUID | None
    occurrences: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    muted_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_muted(self, at: datetime) -> bool:
        return self.muted_until is not None and at < self.muted_until

    def found_again(self, summary: str, *, run_id: UUID | None, at: datetime) -> "Alert":
        """The same object when it says what it said. Another run than before is another occurrence."""
        self._check_open()
        if summary == self.summary and run_id == self.run_id:
            return self
        more = 1 if run_id != self.run_id else 0
        return replace(self, summary=summary, run_id=run_id, occurrences=self.occurrences + more, updated_at=at)

    def closed(self, reason: CloseReason, *, at: datetime) -> "Alert":
        self._check_open()
        return replace(self, closed_at=at, close_reason=reason, updated_at=at)

    def acknowledged(self, by: str | None, *, at: datetime) -> "Alert":
        """Again is as good as once: the first one stays."""
        self._check_open()
        if self.acknowledged_at is not None:
            return self
        return replace(self, acknowledged_at=at, acknowledged_by=by, updated_at=at)

    def muted(self, until: datetime | None, *, at: datetime) -> "Alert":
        """None: no longer."""
        self._check_open()
        return replace(self, muted_until=until, updated_at=at)

    def _check_open(self) -> None:
        if not self.is_open:
            raise AlertClosedError(f"alert {self.id} was closed; nothing can be done with it")


class Transition(StrEnum):
    """What somebody is told of."""

    OPENED = "opened"
    CLOSED = "closed"


class DeliveryStatus(StrEnum):
    """waiting → sending → delivered, or back to waiting to be tried again, or failed; `suppressed`: it was muted.

    `unknown`: the process ended while sending, and whether it arrived cannot be said; it is not sent twice.
    """

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        return self not in {DeliveryStatus.WAITING, DeliveryStatus.SENDING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message about one transition of one alert; there is never a second one of it. Its id is that of the message.

    `not_before`: when it is due, or, while it is being sent, when whoever sends it must have lost interest.
    """

    id: UUID
    alert_id: UUID
    transition: Transition
    status: DeliveryStatus
    attempts: int
    not_before: datetime
    last_error: str | None
    created_at: datetime
    updated_at: datetime

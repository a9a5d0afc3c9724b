"""What is recorded of alert rules, alerts, and messages about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.alert import Alert, Delivery
from forebay.domain.pipelines.alert_rule import AlertRule, RuleType


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRuleFilter:
    """All that is set must hold. `client_id`, `pipeline_id`: rules of exactly this scope."""

    client_id: UUID | None = None
    pipeline_id: UUID | None = None
    rule_type: RuleType | None = None
    is_enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """All that is set must hold. `client_id`: of whose pipelines they are."""

    is_open: bool | None = None
    client_id: UUID | None = None
    pipeline_id: UUID | None = None
    rule_id: UUID | None = None
    rule_type: RuleType | None = None
    is_acknowledged: bool | None = None


class AlertRuleRepository(Protocol):
    """Alert rules, ordered by (created_at, id)."""

    async def add(self, rule: AlertRule) -> None:
        """AlertRuleExistsError while an enabled rule of its scope, type and destination (with channel) exists;

        ClientNotFoundError, PipelineNotFoundError. At the latest at commit.
        """
        ...

    async def get(self, rule_id: UUID, *, for_update: bool = False) -> AlertRule:
        """AlertRuleNotFoundError. `for_update`: nobody else changes it until this unit of work ends."""
        ...

    async def update(self, rule: AlertRule) -> None:
        """Writes all but id, scope, rule_type and created_at. AlertRuleNotFoundError, AlertRuleExistsError."""
        ...

    async def list(
        self, where: AlertRuleFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[AlertRule]:
        """At most `limit` rules behind `after` in `order`."""
        ...

    async def enabled(self) -> Sequence[AlertRule]:
        """All that are enabled."""
        ...


class AlertRepository(Protocol):
    """Alerts, ordered by (opened_at, id)."""

    async def add(self, *alerts: Alert) -> None:
        """ConflictError while one is open for its rule and pipeline. AlertRuleNotFoundError, PipelineNotFoundError."""
        ...

    async def get(self, alert_id: UUID, *, for_update: bool = False) -> Alert:
        """AlertNotFoundError. `for_update`: nobody else changes it until this unit of work ends."""
        ...

    async def update(self, alert: Alert) -> None:
        """Writes all but id, rule_id, pipeline_id, rule_type and opened_at. AlertNotFoundError."""
        ...

    async def list(
        self, where: AlertFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Alert]:
        """At most `limit` alerts behind `after` in `order`."""
        ...

    async def open_of(self, pipeline_ids: Sequence[UUID], *, for_update: bool = False) -> Sequence[Alert]:
        """The open ones of these pipelines, by id."""
        ...

    async def open_counts(self, pipeline_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """How many are open, by pipeline; those without any are left out."""
        ...

    async def open_by_type(self) -> Mapping[RuleType, int]:
        """How many are open, of pipelines of any kind; types without any are left out."""
        ...


class DeliveryRepository(Protocol):
    """Messages about alerts, to be sent: an outbox."""

    async def add(self, *deliveries: Delivery) -> None:
        """Once committed, whoever waits for Topic.ALERTS is woken. ConflictError when its alert has one of this

        transition; AlertNotFoundError.
        """
        ...

    async def due(self, *, at: datetime, limit: int) -> Sequence[Delivery]:
        """Waiting or sending ones whose not_before has passed, oldest first, locked until this unit of work ends.

        Those that other units of work hold are passed over, never waited for.
        """
        ...

    async def update(self, delivery: Delivery) -> None:
        """Writes status, attempts, not_before, last_error and updated_at. NotFoundError."""
        ...

    async def of_alert(self, alert_id: UUID) -> Sequence[Delivery]:
        """By created_at, id."""
        ...

    async def next_due(self) -> datetime | None:
        """The smallest not_before of those waiting or sending."""
        ...


class PipelineCheckRepository(Protocol):
    """Pipelines whose alerts have to be looked at, because something about them changed."""

    async def request(self, pipeline_ids: Sequence[UUID], *, at: datetime) -> None:
        """Once is as good as twice. Once committed, whoever waits for Topic.ALERTS is woken. Ids that no pipeline has

        are left out.
        """
        ...

    async def take(self, *, limit: int) -> Sequence[UUID]:
        """Takes out at most `limit` pipelines, each once however often it was requested, oldest request first; they are

        back if this unit of work is not committed. It has them as get(for_update=True) would until its end; those that
        others have so are passed over, never waited for. A request that comes after take() and before the commit is
        not lost.
        """
        ...

    async def timed(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Ids, in order, above `after`, of pipelines that time alone may change something about: those with a schedule

        (expect_every or finish_grace), and those with an open alert.
        """
        ...

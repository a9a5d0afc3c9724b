"""Alert rules: when somebody is to be told, and where."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.pipelines.errors import InvalidAlertRuleError

MAX_DESTINATION = 2_000
MAX_THRESHOLD = 1_000_000
MAX_WINDOW_MINUTES = 60 * 24 * 366


class RuleType(StrEnum):
    """`on_failure`: the latest final run failed. `failures_in_window`: at least `threshold` failed in `window_minutes`.

    `late`: a run that is expected has not started. `stuck`: a run goes on for too long.
    """

    ON_FAILURE = "on_failure"
    FAILURES_IN_WINDOW = "failures_in_window"
    LATE = "late"
    STUCK = "stuck"


class Channel(StrEnum):
    """`webhook`: a signed POST in the Standard Webhooks form. `slack`, `email`: a message."""

    SLACK = "slack"
    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One pipeline, all of a client, or (both None) everywhere."""

    client_id: UUID | None = None
    pipeline_id: UUID | None = None

    def __post_init__(self) -> None:
        if self.client_id is not None and self.pipeline_id is not None:
            raise InvalidAlertRuleError("give client_id or pipeline_id, or neither for everywhere", field="pipeline_id")

    @property
    def rank(self) -> int:
        """The more specific, the higher."""
        return 2 if self.pipeline_id is not None else 1 if self.client_id is not None else 0

    def covers(self, *, client_id: UUID, pipeline_id: UUID) -> bool:
        return self.pipeline_id in {None, pipeline_id} and self.client_id in {None, client_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """`destination` and `signing_secret` are secrets: they may let anybody post there, and are shown masked only.

    `threshold` and `window_minutes`: both above 0 for `failures_in_window`, else None. `signing_secret`: of webhooks.
    """

    id: UUID
    scope: Scope
    rule_type: RuleType
    threshold: int | None
    window_minutes: int | None
    channel: Channel
    destination: str
    signing_secret: str | None
    is_enabled: bool
    revision: int
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        counts = self.rule_type is RuleType.FAILURES_IN_WINDOW
        for name, value, most in (
            ("threshold", self.threshold, MAX_THRESHOLD),
            ("window_minutes", self.window_minutes, MAX_WINDOW_MINUTES),
        ):
            if counts and (value is None or not 1 <= value <= most):
                raise InvalidAlertRuleError(f"{self.rule_type} needs a number from 1 to {most}", field=name)
            if not counts and value is not None:
                raise InvalidAlertRuleError(f"{self.rule_type} takes none; leave it out", field=name)
        if not 1 <= len(self.destination) <= MAX_DESTINATION or not self.destination.isprintable():
            raise InvalidAlertRuleError(f"expected 1 to {MAX_DESTINATION} printable characters", field="destination")
        if (self.signing_secret is not None) != (self.channel is Channel.WEBHOOK):
            raise InvalidAlertRuleError("webhooks have a signing secret, and nothing else has", field="signing_secret")

    def __repr__(self) -> str:
        return f"AlertRule(id={self.id}, rule_type={self.rule_type}, channel={self.channel}, destination=***)"

    @property
    def destination_sha256(self) -> str:
        """Tells destinations apart without saying them."""
        return hashlib.sha256(f"{self.channel}\0{self.destination}".encode()).hexdigest()

    @property
    def masked_destination(self) -> str:
        """`https://***`, `***@example.com`: enough to tell which kind it is, not enough to use it."""
        scheme, found, _ = self.destination.partition("://")
        if found:
            return f"{scheme}://***"
        _, found, domain = self.destination.rpartition("@")
        return f"***@{domain}" if found else "***"


def applicable(rules: Iterable[AlertRule], *, client_id: UUID, pipeline_id: UUID) -> tuple[AlertRule, ...]:
    """The enabled rules that hold for a pipeline: of each type those of the most specific scope only."""
    found: dict[RuleType, list[AlertRule]] = {}
    for rule in rules:
        if not rule.is_enabled or not rule.scope.covers(client_id=client_id, pipeline_id=pipeline_id):
            continue
        best = found.setdefault(rule.rule_type, [])
        if best and rule.scope.rank > best[0].scope.rank:
            best.clear()
        if not best or rule.scope.rank == best[0].scope.rank:
            best.append(rule)
    return tuple(rule for best in found.values() for rule in best)

"""ListAlertRules, GetAlertRule, CreateAlertRule and ChangeAlertRule."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from forebay.application.pipelines.revisions import check_revision
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.notifier import Notifiers
from forebay.application.ports.pipelines import (
    AlertFilter,
    AlertRuleFilter,
    PipelineFilter,
    PipelinesUnitOfWork,
    PipelinesUnitOfWorkFactory,
)
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Page,
    Position,
    SortOrder,
    check_limit,
    decode_cursor,
    encode_cursor,
)
from forebay.domain.pipelines.alert_rule import AlertRule, Channel, RuleType, Scope
from forebay.domain.pipelines.signing_secret import SECRET_BYTES, parse_secret, write_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAlertRulesQuery:
    """`cursor`: the `next_cursor` of the page before, under the same order."""

    where: AlertRuleFilter = field(default_factory=AlertRuleFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListAlertRules:
    """By (created_at, id). CursorError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListAlertRulesQuery) -> Page[AlertRule]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            found = await work.alert_rules.list(query.where, order=query.order, after=after, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        cursor = encode_cursor(Position(at=last.created_at, id=last.id), query.order) if last else None
        return Page(items=tuple(found[:limit]), next_cursor=cursor)


class GetAlertRule:
    """AlertRuleNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, rule_id: UUID) -> AlertRule:
        async with self._unit_of_work(write=False) as work:
            return await work.alert_rules.get(rule_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRuleDraft:
    """What a person says of a new rule. `signing_secret`: of a webhook; None: one is made."""

    scope: Scope = field(default_factory=Scope)
    rule_type: RuleType
    threshold: int | None = None
    window_minutes: int | None = None
    channel: Channel
    destination: str = field(repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    is_enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedAlertRule:
    """`made_secret`: the signing secret, if one was made; it is shown this once."""

    rule: AlertRule
    made_secret: str | None = field(repr=False)


class CreateAlertRule:
    """InvalidAlertRuleError, AlertRuleExistsError; ClientNotFoundError, PipelineNotFoundError for its scope."""

    def __init__(
        self,
        *,
        unit_of_work: PipelinesUnitOfWorkFactory,
        notifiers: Notifiers,
        entropy: Callable[[int], bytes],
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        """`entropy`: so many bytes that nobody can guess."""
        self._unit_of_work = unit_of_work
        self._notifiers = notifiers
        self._entropy = entropy
        self._clock = clock
        self._ids = ids

    async def __call__(self, draft: AlertRuleDraft) -> CreatedAlertRule:
        now = self._clock.now()
        secret = None if draft.signing_secret is None else parse_secret(draft.signing_secret)
        made = None
        if draft.channel is Channel.WEBHOOK and secret is None:
            secret = made = write_secret(self._entropy(SECRET_BYTES))
        rule = AlertRule(
            id=self._ids.new_id(),
            scope=draft.scope,
            rule_type=draft.rule_type,
            threshold=draft.threshold,
            window_minutes=draft.window_minutes,
            channel=draft.channel,
            destination=draft.destination,
            signing_secret=secret,
            is_enabled=draft.is_enabled,
            revision=1,
            created_at=now,
            updated_at=now,
        )
        await self._notifiers.check(rule.channel, rule.destination)
        async with self._unit_of_work() as work:
            await work.alert_rules.add(rule)
            if rule.is_enabled:
                await _look_again(work, rule, at=now)
            await work.commit()
        return CreatedAlertRule(rule=rule, made_secret=made)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAlertRuleCommand:
    """What is None stays. `revision`: the one that the change is of; None: whichever it is.

    Another channel needs a destination, too. What a rule is for and its type cannot be changed: make another.
    """

    rule_id: UUID
    threshold: int | None = None
    window_minutes: int | None = None
    channel: Channel | None = None
    destination: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    is_enabled: bool | None = None
    revision: int | None = None


class ChangeAlertRule:
    """AlertRuleNotFoundError, AlertRuleExistsError, InvalidAlertRuleError, RevisionMismatchError.

    A change that changes nothing is no revision. A rule that becomes a webhook without a secret gets one made.
    """

    def __init__(
        self,
        *,
        unit_of_work: PipelinesUnitOfWorkFactory,
        notifiers: Notifiers,
        entropy: Callable[[int], bytes],
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._notifiers = notifiers
        self._entropy = entropy
        self._clock = clock

    async def __call__(self, command: ChangeAlertRuleCommand) -> CreatedAlertRule:
        await self._check(command)
        now = self._clock.now()
        async with self._unit_of_work() as work:
            before = await work.alert_rules.get(command.rule_id, for_update=True)
            check_revision(command.revision, before.revision)
            rule, made = self._changed(before, command)
            if rule == before:
                return CreatedAlertRule(rule=before, made_secret=None)
            rule = replace(rule, revision=before.revision + 1, updated_at=now)
            await work.alert_rules.update(rule)
            await _look_again(work, rule, at=now)
            await work.commit()
        return CreatedAlertRule(rule=rule, made_secret=made)

    async def _check(self, command: ChangeAlertRuleCommand) -> None:
        """Outside of the transaction, since it may take its time."""
        if command.signing_secret is not None:
            parse_secret(command.signing_secret)
        if command.destination is not None:
            channel = command.channel
            if channel is None:
                async with self._unit_of_work(write=False) as work:
                    channel = (await work.alert_rules.get(command.rule_id)).channel
            await self._notifiers.check(channel, command.destination)
        elif command.channel is not None:
            async with self._unit_of_work(write=False) as work:
                if (await work.alert_rules.get(command.rule_id)).channel is not command.channel:
                    raise InvalidInputError("another channel needs its own destination", field="destination")

    def _changed(self, before: AlertRule, command: ChangeAlertRuleCommand) -> tuple[AlertRule, str | None]:
        channel = command.channel or before.channel
        secret, made = command.signing_secret or before.signing_secret, None
        if channel is not Channel.WEBHOOK:
            secret = command.signing_secret
        elif secret is None:
            secret = made = write_secret(self._entropy(SECRET_BYTES))
        rule = replace(
            before,
            threshold=before.threshold if command.threshold is None else command.threshold,
            window_minutes=before.window_minutes if command.window_minutes is None else command.window_minutes,
            channel=channel,
            destination=before.destination if command.destination is None else command.destination,
            signing_secret=secret,
            is_enabled=before.is_enabled if command.is_enabled is None else command.is_enabled,
        )
        return rule, made


async def _look_again(work: PipelinesUnitOfWork, rule: AlertRule, *, at: datetime) -> None:
    """At the enabled pipelines that the rule covers, and at those with an open alert of it."""
    wanted: set[UUID] = set()
    after: Position | None = None
    while True:
        alerts = await work.alerts.list(
            AlertFilter(is_open=True, rule_id=rule.id), order=SortOrder.ASC, after=after, limit=MAX_LIMIT
        )
        wanted.update(alert.pipeline_id for alert in alerts)
        if len(alerts) < MAX_LIMIT:
            break
        after = Position(at=alerts[-1].opened_at, id=alerts[-1].id)
    if rule.scope.pipeline_id is not None:
        wanted.add(rule.scope.pipeline_id)
    else:
        wanted.update(await _covered(work, rule.scope))
    await work.checks.request(sorted(wanted), at=at)


async def _covered(work: PipelinesUnitOfWork, scope: Scope) -> list[UUID]:
    found: list[UUID] = []
    where = PipelineFilter(client_id=scope.client_id, is_active=True)
    after: Position | None = None
    while True:
        page = await work.pipelines.list(where, order=SortOrder.ASC, after=after, limit=MAX_LIMIT)
        found.extend(pipeline.id for pipeline in page)
        if len(page) < MAX_LIMIT:
            return found
        after = Position(at=page[-1].created_at, id=page[-1].id)

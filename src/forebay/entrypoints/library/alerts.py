"""Alert rules and alerts, as methods to await."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Unpack
from uuid import UUID

from forebay.application.pipelines.handle_alerts import ListAlertsQuery
from forebay.application.pipelines.manage_alert_rules import (
    AlertRuleDraft,
    ChangeAlertRuleCommand,
    ListAlertRulesQuery,
)
from forebay.application.use_cases import UseCases
from forebay.domain.intake.errors import MissingFieldError
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.pipelines.alert_rule import Channel, RuleType, Scope
from forebay.entrypoints.library.alert_fields import (
    AlertRuleChange,
    AlertRuleOptions,
    AlertRuleWhere,
    AlertWhere,
    alert_filter,
    alert_rule_filter,
    optional_id,
)
from forebay.entrypoints.library.alert_results import Alert, AlertCheck, AlertRule
from forebay.entrypoints.library.fields import check_names, parse_id, parse_order, parse_text, utc
from forebay.entrypoints.library.pipeline_fields import one_of
from forebay.entrypoints.library.syncs import AsyncSyncs


class AsyncAlerts(AsyncSyncs):
    """The side of alerts. A server or worker keeps watch by itself; check_alerts() does so once, right here."""

    def __init__(self, use_cases: UseCases) -> None:
        super().__init__(use_cases)
        self._alerts = use_cases.alerts

    async def list_alert_rules(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[AlertRuleWhere],
    ) -> Page[AlertRule]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        page = await self._alerts.list_rules(
            ListAlertRulesQuery(where=alert_rule_filter(where), order=parse_order(order), cursor=cursor, limit=limit)
        )
        return Page(items=tuple(AlertRule.of(rule) for rule in page.items), next_cursor=page.next_cursor)

    async def get_alert_rule(self, rule_id: UUID | str) -> AlertRule:
        """AlertRuleNotFoundError."""
        return AlertRule.of(await self._alerts.get_rule(parse_id(rule_id, field="rule_id")))

    async def create_alert_rule(
        self,
        rule_type: RuleType | str,
        channel: Channel | str,
        destination: str,
        **options: Unpack[AlertRuleOptions],
    ) -> AlertRule:
        """`destination`: the URL of a webhook, or an apprise URL (which needs forebay[alerts]).

        InvalidAlertRuleError, AlertRuleExistsError, ClientNotFoundError, PipelineNotFoundError.
        """
        check_names(options, AlertRuleOptions.__annotations__)
        kind, chosen = (
            one_of(RuleType, rule_type, field="rule_type"),
            one_of(Channel, channel, field="channel"),
        )
        if kind is None or chosen is None:
            raise MissingFieldError("a rule needs a type and a channel", field="rule_type")
        draft = AlertRuleDraft(
            scope=Scope(
                client_id=optional_id(options.get("client_id"), field="client_id"),
                pipeline_id=optional_id(options.get("pipeline_id"), field="pipeline_id"),
            ),
            rule_type=kind,
            threshold=options.get("threshold"),
            window_minutes=options.get("window_minutes"),
            channel=chosen,
            destination=parse_text(destination, field="destination"),
            signing_secret=options.get("signing_secret"),
            is_enabled=options.get("is_enabled", True),
        )
        return AlertRule.of_written(await self._alerts.create_rule(draft))

    async def change_alert_rule(self, rule_id: UUID | str, **change: Unpack[AlertRuleChange]) -> AlertRule:
        """What is None stays. AlertRuleNotFoundError, AlertRuleExistsError, InvalidAlertRuleError,

        RevisionMismatchError.
        """
        check_names(change, AlertRuleChange.__annotations__)
        destination = change.get("destination")
        command = ChangeAlertRuleCommand(
            rule_id=parse_id(rule_id, field="rule_id"),
            threshold=change.get("threshold"),
            window_minutes=change.get("window_minutes"),
            channel=one_of(Channel, change.get("channel"), field="channel"),
            destination=None if destination is None else parse_text(destination, field="destination"),
            signing_secret=change.get("signing_secret"),
            is_enabled=change.get("is_enabled"),
            revision=change.get("revision"),
        )
        return AlertRule.of_written(await self._alerts.change_rule(command))

    async def list_alerts(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[AlertWhere],
    ) -> Page[Alert]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        page = await self._alerts.list_alerts(
            ListAlertsQuery(where=alert_filter(where), order=parse_order(order), cursor=cursor, limit=limit)
        )
        return Page(items=tuple(Alert.of(shown) for shown in page.items), next_cursor=page.next_cursor)

    async def alerts(
        self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[AlertWhere]
    ) -> AsyncIterator[Alert]:
        """All of them, page by page: alerts that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = await self.list_alerts(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for alert in page.items:
                yield alert
            if (cursor := page.next_cursor) is None:
                return

    async def get_alert(self, alert_id: UUID | str) -> Alert:
        """With the messages about it. AlertNotFoundError."""
        return Alert.of(await self._alerts.get_alert(parse_id(alert_id, field="alert_id")))

    async def acknowledge_alert(self, alert_id: UUID | str, *, by: str | None = None) -> Alert:
        """Takes it on; the first one stays. AlertNotFoundError, AlertClosedError."""
        who = None if by is None else parse_text(by, field="by")
        return Alert.of(await self._alerts.acknowledge(parse_id(alert_id, field="alert_id"), by=who))

    async def mute_alert(self, alert_id: UUID | str, *, until: datetime | None) -> Alert:
        """No messages about it until then; None: no longer muted. AlertNotFoundError, AlertClosedError."""
        return Alert.of(await self._alerts.mute(parse_id(alert_id, field="alert_id"), until=utc(until)))

    async def check_alerts(self) -> AlertCheck:
        """Looks at all pipelines that have to be looked at and sends what is due, once; safe beside servers."""
        return AlertCheck.of(*await self._alerts.watch.once())

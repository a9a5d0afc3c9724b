"""Alert rules and alerts, for callers without an event loop."""

from collections.abc import Iterator
from datetime import datetime
from typing import Unpack
from uuid import UUID

from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.pipelines.alert_rule import Channel, RuleType
from forebay.entrypoints.library.alert_fields import AlertRuleChange, AlertRuleOptions, AlertRuleWhere, AlertWhere
from forebay.entrypoints.library.alert_results import Alert, AlertCheck, AlertRule
from forebay.entrypoints.library.blocking_syncs import BlockingSyncs


class BlockingAlerts(BlockingSyncs):
    """The side of alerts. A server or worker keeps watch by itself; check_alerts() does so once, right here."""

    def list_alert_rules(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[AlertRuleWhere],
    ) -> Page[AlertRule]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        return self._thread.run(self._forebay.list_alert_rules(order=order, cursor=cursor, limit=limit, **where))

    def get_alert_rule(self, rule_id: UUID | str) -> AlertRule:
        """AlertRuleNotFoundError."""
        return self._thread.run(self._forebay.get_alert_rule(rule_id))

    def create_alert_rule(
        self,
        rule_type: RuleType | str,
        channel: Channel | str,
        destination: str,
        **options: Unpack[AlertRuleOptions],
    ) -> AlertRule:
        """`destination`: the URL of a webhook, or an apprise URL (which needs forebay[alerts]).

        InvalidAlertRuleError, AlertRuleExistsError, ClientNotFoundError, PipelineNotFoundError.
        """
        return self._thread.run(self._forebay.create_alert_rule(rule_type, channel, destination, **options))

    def change_alert_rule(self, rule_id: UUID | str, **change: Unpack[AlertRuleChange]) -> AlertRule:
        """What is None stays. AlertRuleNotFoundError, AlertRuleExistsError, InvalidAlertRuleError,

        RevisionMismatchError.
        """
        return self._thread.run(self._forebay.change_alert_rule(rule_id, **change))

    def list_alerts(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[AlertWhere],
    ) -> Page[Alert]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        return self._thread.run(self._forebay.list_alerts(order=order, cursor=cursor, limit=limit, **where))

    def alerts(self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[AlertWhere]) -> Iterator[Alert]:
        """All of them, page by page: alerts that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = self.list_alerts(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def get_alert(self, alert_id: UUID | str) -> Alert:
        """With the messages about it. AlertNotFoundError."""
        return self._thread.run(self._forebay.get_alert(alert_id))

    def acknowledge_alert(self, alert_id: UUID | str, *, by: str | None = None) -> Alert:
        """Takes it on; the first one stays. AlertNotFoundError, AlertClosedError."""
        return self._thread.run(self._forebay.acknowledge_alert(alert_id, by=by))

    def mute_alert(self, alert_id: UUID | str, *, until: datetime | None) -> Alert:
        """No messages about it until then; None: no longer muted. AlertNotFoundError, AlertClosedError."""
        return self._thread.run(self._forebay.mute_alert(alert_id, until=until))

    def check_alerts(self) -> AlertCheck:
        """Looks at all pipelines that have to be looked at and sends what is due, once; safe beside servers."""
        return self._thread.run(self._forebay.check_alerts())

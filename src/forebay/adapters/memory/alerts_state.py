"""What is recorded of alerts, with the constraints that a database would hold."""

from uuid import UUID

from forebay.adapters.memory.pipelines_state import PipelinesState
from forebay.adapters.memory.storable import check_storable
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.pipelines.alert import Alert, Delivery
from forebay.domain.pipelines.alert_rule import AlertRule
from forebay.domain.pipelines.errors import AlertNotFoundError, AlertRuleExistsError, AlertRuleNotFoundError


class AlertsState(PipelinesState):
    """Rules, alerts and messages stay for ever."""

    __slots__ = ()

    def alert_rule(self, rule_id: UUID) -> AlertRule:
        found = self.alert_rules.get(rule_id)
        if found is None:
            raise AlertRuleNotFoundError(f"there is no alert rule {rule_id}")
        return found

    def add_alert_rule(self, rule: AlertRule) -> None:
        if rule.id in self.alert_rules:
            raise ConflictError(f"there is an alert rule {rule.id} already")
        if rule.scope.client_id is not None:
            self.client(rule.scope.client_id)
        if rule.scope.pipeline_id is not None:
            self.pipeline(rule.scope.pipeline_id)
        self.put_alert_rule(rule)

    def put_alert_rule(self, rule: AlertRule) -> None:
        check_storable({"destination": rule.destination, "signing_secret": rule.signing_secret})
        if rule.revision < 1:
            raise InternalStateError("revisions begin with 1")
        if rule.is_enabled and any(
            other.is_enabled and other.id != rule.id and _says(other) == _says(rule)
            for other in self.alert_rules.values()
        ):
            raise AlertRuleExistsError(
                f"there is an enabled {rule.rule_type} rule for this scope and destination already"
            )
        self.alert_rules[rule.id] = rule

    def alert(self, alert_id: UUID) -> Alert:
        found = self.alerts.get(alert_id)
        if found is None:
            raise AlertNotFoundError(f"there is no alert {alert_id}")
        return found

    def add_alert(self, alert: Alert) -> None:
        if alert.id in self.alerts:
            raise ConflictError(f"there is an alert {alert.id} already")
        self.alert_rule(alert.rule_id)
        self.pipeline(alert.pipeline_id)
        self.put_alert(alert)

    def put_alert(self, alert: Alert) -> None:
        check_storable({"summary": alert.summary, "acknowledged_by": alert.acknowledged_by})
        if (alert.closed_at is None) != (alert.close_reason is None):
            raise InternalStateError("an alert says why it was closed exactly when it was")
        if alert.acknowledged_by is not None and alert.acknowledged_at is None:
            raise InternalStateError("an alert that somebody acknowledged says when")
        if alert.occurrences < 1:
            raise InternalStateError("an alert was found at least once")
        place = (alert.pipeline_id, alert.rule_id)
        open_one = self.open_alerts.get(place)
        if alert.is_open:
            if open_one not in {None, alert.id}:
                raise ConflictError(
                    f"an alert of rule {alert.rule_id} is open for pipeline {alert.pipeline_id} already"
                )
            self.open_alerts[place] = alert.id
        elif open_one == alert.id:
            del self.open_alerts[place]
        self.alerts[alert.id] = alert

    def add_delivery(self, delivery: Delivery) -> None:
        if delivery.id in self.deliveries:
            raise ConflictError(f"there is a message {delivery.id} already")
        self.alert(delivery.alert_id)
        place = (delivery.alert_id, delivery.transition)
        if place in self.delivery_ids:
            raise ConflictError(
                f"there is a message about alert {delivery.alert_id} being {delivery.transition} already"
            )
        self.put_delivery(delivery)
        self.delivery_ids[place] = delivery.id

    def put_delivery(self, delivery: Delivery) -> None:
        check_storable({"last_error": delivery.last_error})
        if delivery.attempts < 0:
            raise InternalStateError("a message has no fewer than no attempts")
        self.deliveries[delivery.id] = delivery


def _says(rule: AlertRule) -> tuple[object, ...]:
    return rule.scope, rule.rule_type, rule.destination_sha256

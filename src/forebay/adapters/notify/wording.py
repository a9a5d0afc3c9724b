"""What people read in messages about alerts."""

from datetime import UTC, datetime

from forebay.application.ports.notifier import Notification
from forebay.domain.pipelines.alert import Transition
from forebay.domain.pipelines.alert_rule import RuleType

_WHAT = {
    RuleType.ON_FAILURE: "failed",
    RuleType.FAILURES_IN_WINDOW: "fails too often",
    RuleType.LATE: "is late",
    RuleType.STUCK: "is stuck",
}


def title_of(notification: Notification) -> str:
    name = f"{_line(notification.client_name)} / {_line(notification.pipeline_name)}"
    if notification.transition is Transition.CLOSED:
        return f"Recovered: {name} ({notification.environment})"
    return f"{name} {_WHAT[notification.alert.rule_type]} ({notification.environment})"


def body_of(notification: Notification) -> str:
    alert = notification.alert
    lines = [alert.summary]
    if notification.transition is Transition.CLOSED:
        lines = [f"It was: {alert.summary}", f"Closed: {_time(notification.at)}"]
    lines.append(f"Opened: {_time(alert.opened_at)}")
    if alert.occurrences > 1:
        lines.append(f"Occurrences: {alert.occurrences}")
    lines.append(f"Alert: {alert.id}")
    return "\n".join(lines)


def _line(name: str) -> str:
    return " ".join(name.split())


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

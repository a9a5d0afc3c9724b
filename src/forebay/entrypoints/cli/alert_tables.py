"""Alert rules and alerts as tables for people."""

from forebay.entrypoints.cli.alert_views import AlertDetailView, AlertRuleView, AlertView, WrittenAlertRuleView
from forebay.entrypoints.cli.output import local_time, one_line, print_line, print_note
from forebay.entrypoints.cli.pipeline_tables import name
from forebay.entrypoints.cli.tabular import add_row, new_table, print_facts, print_page, print_table
from forebay.entrypoints.cli.views import PageView


def print_alert_rules(page: PageView[AlertRuleView]) -> None:
    table = new_table("RULE", "ENABLED", "TYPE", "CHANNEL", "DESTINATION", "FOR")
    for rule in page.items:
        add_row(
            table,
            str(rule.id),
            "yes" if rule.is_enabled else "no",
            _type(rule),
            rule.channel,
            rule.masked_destination,
            _scope(rule),
        )
    print_page(table, page, "no alert rules")


def print_alert_rule(rule: AlertRuleView) -> None:
    print_facts(
        {
            "rule": str(rule.id),
            "type": _type(rule),
            "for": _scope(rule),
            "channel": rule.channel,
            "destination": rule.masked_destination,
            "enabled": "yes" if rule.is_enabled else "no",
            "revision": str(rule.revision),
            "created": local_time(rule.created_at),
            "updated": local_time(rule.updated_at),
        }
    )


def print_written_rule(rule: WrittenAlertRuleView) -> None:
    print_alert_rule(rule)
    if rule.signing_secret is not None:
        print_line(f"signing secret: {one_line(rule.signing_secret)}")
        print_note("the signing secret is shown this once; give it to whoever receives the webhook")


def print_alerts(page: PageView[AlertView]) -> None:
    table = new_table("ALERT", "STATE", "TYPE", "OPENED", "TIMES", "PIPELINE", "SUMMARY")
    for alert in page.items:
        add_row(
            table,
            str(alert.id),
            state_of(alert),
            alert.rule_type,
            local_time(alert.opened_at),
            str(alert.occurrences),
            name(f"{alert.client_name}/{alert.pipeline_name}"),
            name(_short(alert.summary)),
        )
    print_page(table, page, "no alerts")


def print_alert(alert: AlertDetailView) -> None:
    acknowledged = alert.acknowledged_at
    print_facts(
        {
            "alert": str(alert.id),
            "state": state_of(alert),
            "summary": alert.summary,
            "type": alert.rule_type,
            "rule": str(alert.rule_id),
            "pipeline": f"{alert.client_name}/{alert.pipeline_name} ({alert.environment})",
            "run": str(alert.run_id) if alert.run_id is not None else None,
            "times": str(alert.occurrences),
            "opened": local_time(alert.opened_at),
            "updated": local_time(alert.updated_at),
            "closed": local_time(alert.closed_at) if alert.closed_at is not None else None,
            "why": alert.close_reason,
            "taken on": f"{local_time(acknowledged)}{_by(alert)}" if acknowledged is not None else None,
            "muted until": local_time(alert.muted_until) if alert.muted_until is not None else None,
        }
    )
    if alert.deliveries:
        print_line("")
        table = new_table("MESSAGE", "ABOUT", "STATUS", "ATTEMPTS", "AT", "ERROR")
        for sent in alert.deliveries:
            when = sent.not_before if sent.status == "waiting" else sent.updated_at
            cells = (str(sent.id), sent.transition, sent.status, str(sent.attempts), local_time(when))
            add_row(table, *cells, name(sent.last_error or ""))
        print_table(table)


def state_of(alert: AlertView) -> str:
    """In a word."""
    if not alert.is_open:
        return alert.close_reason or "closed"
    return "acknowledged" if alert.acknowledged_at is not None else "open"


def _by(alert: AlertView) -> str:
    return f" by {alert.acknowledged_by}" if alert.acknowledged_by is not None else ""


def _type(rule: AlertRuleView) -> str:
    if rule.threshold is None or rule.window_minutes is None:
        return rule.rule_type
    return f"{rule.rule_type} ({rule.threshold} in {rule.window_minutes} min)"


def _scope(rule: AlertRuleView) -> str:
    if rule.pipeline_id is not None:
        return f"pipeline {rule.pipeline_id}"
    return f"client {rule.client_id}" if rule.client_id is not None else "everywhere"


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:99]}…"

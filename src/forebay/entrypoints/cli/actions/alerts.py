"""forebay alerts: list, show, ack, mute, unmute."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from forebay.application.ports.pipelines import AlertFilter
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.entrypoints.cli.actions.alert_rules import ScopeArguments
from forebay.entrypoints.cli.alert_gateway import AlertsQuery
from forebay.entrypoints.cli.alert_tables import print_alert, print_alerts
from forebay.entrypoints.cli.alert_views import AlertDetailView
from forebay.entrypoints.cli.arguments import one_of, parse_instant, parse_plain
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json, print_line
from forebay.entrypoints.cli.pipeline_arguments import PageArguments, parse_duration
from forebay.entrypoints.cli.session import require_local, with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWhere:
    """As typed."""

    scope: ScopeArguments
    rule: str | None
    type: str | None
    open: bool | None
    acknowledged: bool | None


def list_alerts(invocation: Invocation, *, where: AlertWhere, page: PageArguments, as_json: bool) -> None:
    kind = one_of(RuleType, where.type, field="type")
    rule_id = parse_id(where.rule, field="rule") if where.rule is not None else None
    cursor, limit = page.parsed()

    async def listed(gateway: Gateway) -> None:
        client_id, pipeline_id = await where.scope.parsed(gateway)
        asked = AlertFilter(
            is_open=where.open,
            client_id=client_id,
            pipeline_id=pipeline_id,
            rule_id=rule_id,
            rule_type=kind,
            is_acknowledged=where.acknowledged,
        )
        found = await gateway.list_alerts(AlertsQuery(where=asked, cursor=cursor, limit=limit))
        if as_json:
            print_json(found)
        else:
            print_alerts(found)

    with_gateway(invocation, listed)


def show_alert(invocation: Invocation, *, alert: str, as_json: bool) -> None:
    alert_id = parse_id(alert, field="ALERT")
    _print(with_gateway(invocation, lambda gateway: gateway.get_alert(alert_id)), as_json=as_json)


def acknowledge(invocation: Invocation, *, alert: str, by: str | None, as_json: bool) -> None:
    alert_id = parse_id(alert, field="ALERT")
    who = parse_plain(by, field="by") if by is not None else None
    _print(with_gateway(invocation, lambda gateway: gateway.acknowledge_alert(alert_id, by=who)), as_json=as_json)


def mute(invocation: Invocation, *, alert: str, until: str | None, length: str | None, as_json: bool) -> None:
    """`length`: from now."""
    alert_id = parse_id(alert, field="ALERT")
    if (until is None) == (length is None):
        raise InvalidFieldError("give --for or --until, and not both", field="--for")
    end = parse_instant(until, field="until")
    if end is None:
        end = datetime.now(UTC) + (parse_duration(length, field="for") or timedelta(0))
    _print(with_gateway(invocation, lambda gateway: gateway.mute_alert(alert_id, until=end)), as_json=as_json)


def unmute(invocation: Invocation, *, alert: str, as_json: bool) -> None:
    alert_id = parse_id(alert, field="ALERT")
    _print(with_gateway(invocation, lambda gateway: gateway.mute_alert(alert_id, until=None)), as_json=as_json)


def check(invocation: Invocation, *, as_json: bool) -> None:
    require_local(invocation)
    report = with_gateway(invocation, lambda gateway: gateway.check_alerts())
    if as_json:
        print_json(report)
        return
    print_line(
        f"looked at {report.pipelines} pipelines: {report.opened} alerts opened, {report.updated} updated, "
        f"{report.closed} closed; {report.delivered} messages sent"
    )


def _print(alert: AlertDetailView, *, as_json: bool) -> None:
    if as_json:
        print_json(alert)
    else:
        print_alert(alert)

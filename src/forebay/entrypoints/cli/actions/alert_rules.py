"""forebay alerts rules: list, show, add, change, disable, enable."""

import sys
from dataclasses import dataclass, field
from uuid import UUID

from forebay.application.pipelines.manage_alert_rules import AlertRuleDraft, ChangeAlertRuleCommand
from forebay.application.ports.pipelines import AlertRuleFilter
from forebay.domain.errors import InvalidInputError
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.pipelines.alert_rule import MAX_DESTINATION, Channel, RuleType, Scope
from forebay.entrypoints.cli.alert_gateway import AlertRulesQuery
from forebay.entrypoints.cli.alert_tables import print_alert_rule, print_alert_rules, print_written_rule
from forebay.entrypoints.cli.alert_views import WrittenAlertRuleView
from forebay.entrypoints.cli.arguments import one_of, parse_plain
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.input_file import STANDARD_INPUT
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json
from forebay.entrypoints.cli.pipeline_arguments import PageArguments
from forebay.entrypoints.cli.pipeline_names import client_id_of, pipeline_id_of
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeArguments:
    """As typed: neither is everywhere."""

    client: str | None
    pipeline: str | None

    async def parsed(self, gateway: Gateway) -> tuple[UUID | None, UUID | None]:
        if self.client is not None and self.pipeline is not None:
            raise InvalidFieldError("--client and --pipeline contradict each other", field="--pipeline")
        client_id = await client_id_of(gateway, self.client) if self.client is not None else None
        pipeline_id = await pipeline_id_of(gateway, self.pipeline) if self.pipeline is not None else None
        return client_id, pipeline_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleArguments:
    """As typed."""

    type: str | None = None
    channel: str | None
    destination: str | None = field(repr=False)
    threshold: int | None
    window_minutes: int | None
    signing_secret: str | None = field(repr=False)


def list_rules(
    invocation: Invocation,
    *,
    scope: ScopeArguments,
    rule_type: str | None,
    enabled: bool | None,
    page: PageArguments,
    as_json: bool,
) -> None:
    kind = one_of(RuleType, rule_type, field="type")
    cursor, limit = page.parsed()

    async def listed(gateway: Gateway) -> None:
        client_id, pipeline_id = await scope.parsed(gateway)
        where = AlertRuleFilter(client_id=client_id, pipeline_id=pipeline_id, rule_type=kind, is_enabled=enabled)
        found = await gateway.list_alert_rules(AlertRulesQuery(where=where, cursor=cursor, limit=limit))
        if as_json:
            print_json(found)
        else:
            print_alert_rules(found)

    with_gateway(invocation, listed)


def show_rule(invocation: Invocation, *, rule: str, as_json: bool) -> None:
    rule_id = parse_id(rule, field="RULE")
    found = with_gateway(invocation, lambda gateway: gateway.get_alert_rule(rule_id))
    if as_json:
        print_json(found)
    else:
        print_alert_rule(found)


def add_rule(invocation: Invocation, *, scope: ScopeArguments, given: RuleArguments, as_json: bool) -> None:
    kind = one_of(RuleType, given.type, field="type")
    channel = one_of(Channel, given.channel, field="channel")
    destination = _destination(given.destination)
    if kind is None or channel is None or destination is None:
        raise InvalidInputError("a rule needs --type, --channel and --destination", field="--type")

    async def added(gateway: Gateway) -> WrittenAlertRuleView:
        client_id, pipeline_id = await scope.parsed(gateway)
        draft = AlertRuleDraft(
            scope=Scope(client_id=client_id, pipeline_id=pipeline_id),
            rule_type=kind,
            threshold=given.threshold,
            window_minutes=given.window_minutes,
            channel=channel,
            destination=destination,
            signing_secret=given.signing_secret,
        )
        return await gateway.create_alert_rule(draft)

    _print(with_gateway(invocation, added), as_json=as_json)


def change_rule(
    invocation: Invocation, *, rule: str, given: RuleArguments, revision: int | None, as_json: bool
) -> None:
    said = ChangeAlertRuleCommand(
        rule_id=parse_id(rule, field="RULE"),
        threshold=given.threshold,
        window_minutes=given.window_minutes,
        channel=one_of(Channel, given.channel, field="channel"),
        destination=_destination(given.destination),
        signing_secret=given.signing_secret,
        revision=revision,
    )
    if said == ChangeAlertRuleCommand(rule_id=said.rule_id, revision=revision):
        raise InvalidInputError("nothing to change; `forebay alerts rules change --help` has what can be", field="RULE")
    _print(with_gateway(invocation, lambda gateway: gateway.change_alert_rule(said)), as_json=as_json)


def set_enabled(invocation: Invocation, *, rule: str, enabled: bool, as_json: bool) -> None:
    command = ChangeAlertRuleCommand(rule_id=parse_id(rule, field="RULE"), is_enabled=enabled)
    _print(with_gateway(invocation, lambda gateway: gateway.change_alert_rule(command)), as_json=as_json)


def _destination(value: str | None) -> str | None:
    """`-`: a line of standard input, since arguments can be seen by others on the machine."""
    if value == STANDARD_INPUT:
        stream = sys.stdin
        value = stream.readline(MAX_DESTINATION + 2).strip() if stream is not None else ""
        if not value:
            raise InvalidFieldError("standard input has no destination", field="--destination")
    return parse_plain(value, field="destination") if value is not None else None


def _print(rule: WrittenAlertRuleView, *, as_json: bool) -> None:
    if as_json:
        print_json(rule)
    else:
        print_written_rule(rule)

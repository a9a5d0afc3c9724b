"""Alert rules: made, changed, disabled."""

import base64

import pytest

from forebay.application.pipelines.manage_alert_rules import (
    AlertRuleDraft,
    ChangeAlertRuleCommand,
    ListAlertRulesQuery,
)
from forebay.application.ports.pipelines import AlertRuleFilter
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.pipelines.alert_rule import Channel, RuleType, Scope
from forebay.domain.pipelines.errors import (
    AlertRuleExistsError,
    AlertRuleNotFoundError,
    ClientNotFoundError,
    InvalidAlertRuleError,
    PipelineNotFoundError,
    RevisionMismatchError,
)
from tests.unit.alerts.desk import HOOK, MINUTE, Desk

GIVEN = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def draft(**fields: object) -> AlertRuleDraft:
    told = {"rule_type": RuleType.ON_FAILURE, "channel": Channel.WEBHOOK, "destination": HOOK, **fields}
    return AlertRuleDraft(**told)  # type: ignore[arg-type]  # as its fields are


async def test_a_webhook_gets_a_secret_that_is_shown_once(desk: Desk) -> None:
    made = await desk.use.create_rule(draft())
    assert made.made_secret is not None
    assert len(base64.b64decode(made.made_secret.removeprefix("whsec_"))) == 32
    assert made.rule.signing_secret == made.made_secret
    given = await desk.use.create_rule(draft(destination=HOOK + "2", signing_secret=GIVEN))
    assert (given.made_secret, given.rule.signing_secret) == (None, GIVEN)
    for shown in (repr(made), repr(given), repr(draft(signing_secret=GIVEN)), str(given.rule)):
        assert "secret-path" not in shown
        assert GIVEN not in shown
        assert made.made_secret not in shown


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_short", "k" * 40, "whsec_" + "!" * 40])
async def test_a_secret_must_be_one_and_is_not_repeated_in_the_error(desk: Desk, secret: str) -> None:
    with pytest.raises(InvalidAlertRuleError) as caught:
        await desk.use.create_rule(draft(signing_secret=secret))
    assert caught.value.field == "signing_secret"
    assert not secret or secret == "whsec_" or secret not in caught.value.message


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rule_type": RuleType.FAILURES_IN_WINDOW, "threshold": 3}, "window_minutes"),
        ({"rule_type": RuleType.FAILURES_IN_WINDOW, "window_minutes": 3}, "threshold"),
        ({"rule_type": RuleType.FAILURES_IN_WINDOW, "threshold": 0, "window_minutes": 3}, "threshold"),
        ({"threshold": 3}, "threshold"),
        ({"destination": "nowhere"}, "destination"),
        ({"channel": Channel.SLACK, "signing_secret": GIVEN}, "signing_secret"),
    ],
)
async def test_a_rule_that_makes_no_sense_names_the_field(desk: Desk, fields: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidAlertRuleError) as caught:
        await desk.use.create_rule(draft(**fields))
    assert caught.value.field == field


async def test_a_rule_is_for_what_there_is(desk: Desk) -> None:
    unknown = desk.ids.new_id()
    with pytest.raises(PipelineNotFoundError):
        await desk.use.create_rule(draft(scope=Scope(pipeline_id=unknown)))
    with pytest.raises(ClientNotFoundError):
        await desk.use.create_rule(draft(scope=Scope(client_id=unknown)))
    with pytest.raises(AlertRuleNotFoundError):
        await desk.use.get_rule(unknown)


async def test_two_enabled_rules_for_the_same_are_one_too_many(desk: Desk) -> None:
    first = await desk.rule()
    with pytest.raises(AlertRuleExistsError):
        await desk.use.create_rule(draft())
    await desk.use.create_rule(draft(is_enabled=False))
    await desk.use.create_rule(draft(rule_type=RuleType.LATE))
    await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=first.id, is_enabled=False))
    await desk.use.create_rule(draft())
    with pytest.raises(AlertRuleExistsError):
        await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=first.id, is_enabled=True))


async def test_a_change_is_of_a_revision(desk: Desk) -> None:
    rule = await desk.rule()
    desk.clock.time += MINUTE
    changed = (
        await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=rule.id, destination=HOOK + "/2", revision=1))
    ).rule
    assert (changed.revision, changed.updated_at, changed.signing_secret) == (2, desk.clock.time, rule.signing_secret)
    with pytest.raises(RevisionMismatchError):
        await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=rule.id, is_enabled=False, revision=1))
    same = await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=rule.id, destination=HOOK + "/2", revision=2))
    assert same.rule.revision == 2


async def test_another_channel_needs_its_own_destination(desk: Desk) -> None:
    rule = await desk.rule(channel=Channel.SLACK, destination="slack://a/b/c")
    with pytest.raises(InvalidInputError) as caught:
        await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=rule.id, channel=Channel.WEBHOOK))
    assert caught.value.field == "destination"
    command = ChangeAlertRuleCommand(rule_id=rule.id, channel=Channel.WEBHOOK, destination=HOOK)
    changed = await desk.use.change_rule(command)
    assert changed.made_secret is not None
    assert changed.rule.signing_secret == changed.made_secret
    back = ChangeAlertRuleCommand(rule_id=rule.id, channel=Channel.EMAIL, destination="mailto://a:b@c.example")
    assert (await desk.use.change_rule(back)).rule.signing_secret is None


@pytest.mark.parametrize("change", [{"threshold": 3}, {"destination": "nowhere"}, {"signing_secret": "no"}])
async def test_a_change_that_makes_no_sense_is_refused(desk: Desk, change: dict[str, object]) -> None:
    rule = await desk.rule()
    with pytest.raises(InvalidAlertRuleError):
        await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=rule.id, **change))  # type: ignore[arg-type]  # as above
    assert (await desk.use.get_rule(rule.id)) == rule


async def test_rules_are_listed_page_by_page(desk: Desk) -> None:
    for number in range(5):
        desk.clock.time += MINUTE
        await desk.rule(destination=f"{HOOK}/{number}")
    first = await desk.use.list_rules(ListAlertRulesQuery(limit=3))
    rest = await desk.use.list_rules(ListAlertRulesQuery(limit=3, cursor=first.next_cursor))
    assert [rule.destination[-1] for rule in (*first.items, *rest.items)] == ["4", "3", "2", "1", "0"]
    assert rest.next_cursor is None
    none = await desk.use.list_rules(ListAlertRulesQuery(where=AlertRuleFilter(is_enabled=False)))
    assert none.items == ()
    with pytest.raises(ForebayError):
        await desk.use.list_rules(ListAlertRulesQuery(cursor="nonsense"))

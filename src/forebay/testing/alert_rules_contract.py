"""What is expected of alert rules."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.pipelines import AlertRuleFilter
from forebay.domain.errors import ConflictError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.alert_rule import AlertRule, Channel, RuleType, Scope
from forebay.domain.pipelines.errors import (
    AlertRuleExistsError,
    AlertRuleNotFoundError,
    ClientNotFoundError,
    PipelineNotFoundError,
)
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import LATER, Monitor, a_rule


class AlertRulesContract:
    """Alert rules by id, by scope, and in pages."""

    async def test_a_rule_comes_back_as_it_was_added(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        rules = [
            await monitor.rule(),
            await monitor.rule(
                scope=Scope(client_id=pipeline.client_id),
                rule_type=RuleType.FAILURES_IN_WINDOW,
                threshold=3,
                window_minutes=60,
                channel=Channel.EMAIL,
                destination="größe@example.com",
                created_at=MORNING + timedelta(seconds=1),
            ),
            await monitor.rule(
                scope=Scope(pipeline_id=pipeline.id), channel=Channel.SLACK, is_enabled=False, created_at=LATER
            ),
        ]
        async with monitor.open(write=False) as work:
            assert [await work.alert_rules.get(rule.id) for rule in rules] == rules
            listed = await work.alert_rules.list(AlertRuleFilter(), order=SortOrder.ASC, after=None, limit=9)
            assert list(listed) == rules
            enabled = sorted(await work.alert_rules.enabled(), key=lambda rule: rule.created_at)
            assert enabled == rules[:2]
        async with monitor.open() as work:
            assert await work.alert_rules.get(rules[2].id, for_update=True) == rules[2]

    async def test_an_enabled_rule_of_a_scope_type_and_destination_is_there_once(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        rule = await monitor.rule()
        with pytest.raises(AlertRuleExistsError) as caught:
            await monitor.rule(destination=rule.destination)
        assert rule.destination not in caught.value.message
        same = rule.destination
        for other in (
            a_rule(destination=same, rule_type=RuleType.STUCK),
            a_rule(destination=same, channel=Channel.SLACK),
            a_rule(destination=same, scope=Scope(client_id=pipeline.client_id)),
            a_rule(destination=same, scope=Scope(pipeline_id=pipeline.id)),
            a_rule(destination=same.upper()),
            a_rule(destination=same, is_enabled=False),
            a_rule(destination=same, is_enabled=False),
        ):
            await monitor.add_rules(other)
        with pytest.raises(AlertRuleExistsError):
            await monitor.rule(destination=same, scope=Scope(pipeline_id=pipeline.id))

    async def test_a_rule_cannot_be_enabled_or_sent_elsewhere_while_another_says_the_same(
        self, monitor: Monitor
    ) -> None:
        rule = await monitor.rule()
        disabled = await monitor.rule(destination=rule.destination, is_enabled=False)
        other = await monitor.rule()
        with pytest.raises(AlertRuleExistsError):
            await monitor.update_rule(replace(disabled, is_enabled=True))
        with pytest.raises(AlertRuleExistsError):
            await monitor.update_rule(replace(other, destination=rule.destination))
        await monitor.update_rule(replace(rule, is_enabled=False))
        await monitor.update_rule(replace(disabled, is_enabled=True))

    async def test_of_many_who_add_the_same_rule_at_once_one_does(self, monitor: Monitor) -> None:
        outcomes = await asyncio.gather(
            *(monitor.rule(destination="https://example.com") for _ in range(8)), return_exceptions=True
        )
        assert sum(isinstance(outcome, AlertRule) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, AlertRuleExistsError) for outcome in outcomes) == 7

    async def test_a_rule_needs_what_it_is_for(self, monitor: Monitor) -> None:
        with pytest.raises(ClientNotFoundError):
            await monitor.rule(scope=Scope(client_id=uuid4()))
        with pytest.raises(PipelineNotFoundError):
            await monitor.rule(scope=Scope(pipeline_id=uuid4()))

    async def test_an_update_writes_what_may_change_of_a_rule(self, monitor: Monitor) -> None:
        rule = await monitor.rule(rule_type=RuleType.FAILURES_IN_WINDOW, threshold=1, window_minutes=1)
        changed = replace(
            rule,
            threshold=2,
            window_minutes=3,
            channel=Channel.EMAIL,
            destination="a@example.com",
            signing_secret=None,
            is_enabled=False,
            revision=2,
            updated_at=LATER,
        )
        await monitor.update_rule(replace(changed, created_at=LATER))
        async with monitor.open(write=False) as work:
            assert await work.alert_rules.get(rule.id) == changed

    async def test_a_rule_that_is_not_there_is_not_found(self, monitor: Monitor) -> None:
        rule = await monitor.rule()
        async with monitor.open(write=False) as work:
            with pytest.raises(AlertRuleNotFoundError):
                await work.alert_rules.get(uuid4())
        with pytest.raises(AlertRuleNotFoundError):
            await monitor.update_rule(a_rule())
        with pytest.raises(ConflictError):
            await monitor.add_rules(replace(rule, destination="https://example.com"))

    async def test_filters_are_about_the_scope_itself(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        everywhere = await monitor.rule(rule_type=RuleType.LATE)
        of_client = await monitor.rule(scope=Scope(client_id=pipeline.client_id))
        of_pipeline = await monitor.rule(scope=Scope(pipeline_id=pipeline.id), is_enabled=False)
        for where, wanted in (
            (AlertRuleFilter(), {everywhere.id, of_client.id, of_pipeline.id}),
            (AlertRuleFilter(client_id=pipeline.client_id), {of_client.id}),
            (AlertRuleFilter(pipeline_id=pipeline.id), {of_pipeline.id}),
            (AlertRuleFilter(client_id=pipeline.client_id, pipeline_id=pipeline.id), set()),
            (AlertRuleFilter(rule_type=RuleType.LATE), {everywhere.id}),
            (AlertRuleFilter(is_enabled=False), {of_pipeline.id}),
            (AlertRuleFilter(is_enabled=True, rule_type=RuleType.ON_FAILURE), {of_client.id}),
        ):
            async with monitor.open(write=False) as work:
                found = await work.alert_rules.list(where, order=SortOrder.ASC, after=None, limit=9)
            assert {rule.id for rule in found} == wanted, where

    async def test_pages_of_rules_are_complete_in_both_orders_also_of_equal_times(self, monitor: Monitor) -> None:
        times = [MORNING, MORNING + timedelta(microseconds=1), LATER]
        rules = [a_rule(created_at=times[number // 4]) for number in range(11)]
        await monitor.add_rules(*rules)
        wanted = [rule.id for rule in sorted(rules, key=lambda one: (one.created_at, one.id))]
        for limit in (1, 3, 11, 20):
            assert await self._rules_paged(monitor, SortOrder.ASC, limit) == wanted
            assert await self._rules_paged(monitor, SortOrder.DESC, limit) == wanted[::-1]

    async def _rules_paged(self, monitor: Monitor, order: SortOrder, limit: int) -> list[UUID]:
        seen: list[AlertRule] = []
        async with monitor.open(write=False) as work:
            while True:
                after = Position(at=seen[-1].created_at, id=seen[-1].id) if seen else None
                page = await work.alert_rules.list(AlertRuleFilter(), order=order, after=after, limit=limit)
                seen += page
                if len(page) < limit:
                    return [rule.id for rule in seen]

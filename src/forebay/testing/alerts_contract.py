"""What is expected of alerts."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.pipelines import AlertFilter
from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.alert import Alert, CloseReason
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.domain.pipelines.errors import AlertNotFoundError, AlertRuleNotFoundError, PipelineNotFoundError
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import LATER, Monitor, a_client, a_pipeline, a_rule, an_alert


class AlertsContract:
    """Alerts by id, by pipeline, and in pages."""

    async def test_an_alert_comes_back_as_it_was_added(self, monitor: Monitor) -> None:
        rule, pipeline = await monitor.rule(), await monitor.pipeline()
        closed = await monitor.alert(
            rule,
            pipeline,
            summary="Größe\n名前",
            run_id=None,
            occurrences=5,
            closed_at=LATER,
            close_reason=CloseReason.DISABLED,
            acknowledged_at=LATER,
            acknowledged_by="名",
            muted_until=LATER,
        )
        bare = await monitor.alert(rule, pipeline, opened_at=LATER)
        async with monitor.open(write=False) as work:
            assert await work.alerts.get(closed.id) == closed
            listed = await work.alerts.list(AlertFilter(), order=SortOrder.ASC, after=None, limit=9)
            assert list(listed) == [closed, bare]
        async with monitor.open() as work:
            assert await work.alerts.get(bare.id, for_update=True) == bare

    async def test_one_alert_is_open_for_a_rule_and_a_pipeline(self, monitor: Monitor) -> None:
        rule, pipeline = await monitor.rule(), await monitor.pipeline()
        alert = await monitor.alert(rule, pipeline)
        with pytest.raises(ConflictError):
            await monitor.alert(rule, pipeline)
        await monitor.alert(rule)
        await monitor.alert(None, pipeline)
        await monitor.update_alert(alert.closed(CloseReason.RECOVERED, at=LATER))
        again = await monitor.alert(rule, pipeline)
        with pytest.raises(ConflictError):
            await monitor.update_alert(alert)
        with pytest.raises(ConflictError):
            await monitor.add_alerts(again.closed(CloseReason.RECOVERED, at=LATER))

    async def test_of_many_who_open_an_alert_at_once_one_does(self, monitor: Monitor) -> None:
        rule, pipeline = await monitor.rule(), await monitor.pipeline()
        outcomes = await asyncio.gather(*(monitor.alert(rule, pipeline) for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(outcome, Alert) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 7

    async def test_an_alert_needs_its_rule_and_pipeline(self, monitor: Monitor) -> None:
        rule, pipeline = await monitor.rule(), await monitor.pipeline()
        with pytest.raises(AlertRuleNotFoundError):
            await monitor.add_alerts(an_alert(a_rule(), pipeline))
        with pytest.raises(PipelineNotFoundError):
            await monitor.add_alerts(an_alert(rule, a_pipeline(a_client())))

    async def test_an_update_writes_what_may_change_of_an_alert(self, monitor: Monitor) -> None:
        alert, other = await monitor.alert(), await monitor.alert()
        changed = replace(
            alert,
            summary="Another",
            run_id=None,
            occurrences=2,
            updated_at=LATER,
            closed_at=LATER,
            close_reason=CloseReason.REPLACED,
            acknowledged_at=LATER,
            acknowledged_by=None,
            muted_until=LATER,
        )
        await monitor.update_alert(
            replace(
                changed,
                rule_id=other.rule_id,
                pipeline_id=other.pipeline_id,
                rule_type=RuleType.STUCK,
                opened_at=LATER,
            )
        )
        async with monitor.open(write=False) as work:
            assert await work.alerts.get(alert.id) == changed
            assert await work.alerts.get(other.id) == other

    async def test_an_alert_that_is_not_there_is_not_found(self, monitor: Monitor) -> None:
        alert = await monitor.alert()
        async with monitor.open(write=False) as work:
            with pytest.raises(AlertNotFoundError):
                await work.alerts.get(uuid4())
            assert list(await work.alerts.open_of([])) == []
            assert await work.alerts.open_counts([]) == {}
        with pytest.raises(AlertNotFoundError):
            await monitor.update_alert(replace(alert, id=uuid4()))

    async def test_text_of_an_alert_that_cannot_be_stored_is_refused_by_its_field(self, monitor: Monitor) -> None:
        rule, pipeline = await monitor.rule(), await monitor.pipeline()
        with pytest.raises(InvalidInputError) as caught:
            await monitor.alert(rule, pipeline, summary="\ud800")
        assert caught.value.field == "summary"
        with pytest.raises(InvalidInputError) as caught:
            await monitor.alert(rule, pipeline, acknowledged_by="\0", acknowledged_at=MORNING)
        assert caught.value.field == "acknowledged_by"

    async def test_open_ones_are_found_by_their_pipelines(self, monitor: Monitor) -> None:
        rules = [await monitor.rule(rule_type=kind) for kind in (RuleType.LATE, RuleType.STUCK)]
        client = await monitor.client()
        busy, quiet, other = [await monitor.pipeline(client=client) for _ in range(3)]
        mine = [await monitor.alert(rule, busy) for rule in rules]
        others = await monitor.alert(rules[0], other)
        await monitor.alert(rules[0], quiet, closed_at=LATER, close_reason=CloseReason.RECOVERED)
        asked = [busy.id, quiet.id, uuid4(), busy.id]
        wanted = sorted(mine, key=lambda alert: alert.id)
        async with monitor.open() as work:
            assert list(await work.alerts.open_of(asked, for_update=True)) == wanted
            assert list(await work.alerts.open_of(asked)) == wanted
            assert await work.alerts.open_counts(asked) == {busy.id: 2}
            assert await work.alerts.open_by_type() == {RuleType.LATE: 2, RuleType.STUCK: 1}
        await monitor.update_alert(mine[1].closed(CloseReason.RECOVERED, at=LATER))
        async with monitor.open(write=False) as work:
            assert list(await work.alerts.open_of([busy.id, other.id])) == sorted(
                [mine[0], others], key=lambda alert: alert.id
            )
            assert await work.alerts.open_counts([busy.id, other.id]) == {busy.id: 1, other.id: 1}
            assert await work.alerts.open_by_type() == {RuleType.LATE: 2}

    async def test_thousands_of_pipelines_are_asked_about_at_once(self, monitor: Monitor) -> None:
        rule, client = await monitor.rule(), await monitor.client()
        pipelines = [a_pipeline(client) for _ in range(1_100)]
        await monitor.add_pipelines(*pipelines)
        alerts = [an_alert(rule, pipeline) for pipeline in pipelines]
        await monitor.add_alerts(*alerts)
        asked = [pipeline.id for pipeline in pipelines] + [uuid4() for _ in range(2_000)]
        async with monitor.open() as work:
            found = await work.alerts.open_of(asked, for_update=True)
            assert list(found) == sorted(alerts, key=lambda alert: alert.id)
            assert await work.alerts.open_counts(asked) == dict.fromkeys(asked[:1_100], 1)

    async def test_filters_of_alerts_hold_together(self, monitor: Monitor) -> None:
        client = await monitor.client()
        pipelines = [await monitor.pipeline(client=client) for _ in range(2)]
        late, stuck = await monitor.rule(rule_type=RuleType.LATE), await monitor.rule(rule_type=RuleType.STUCK)
        one = await monitor.alert(late, pipelines[0])
        two = await monitor.alert(stuck, pipelines[1], acknowledged_at=LATER)
        three = await monitor.alert(stuck, closed_at=LATER, close_reason=CloseReason.RECOVERED)
        for where, wanted in (
            (AlertFilter(is_open=True), {one.id, two.id}),
            (AlertFilter(is_open=False), {three.id}),
            (AlertFilter(client_id=client.id), {one.id, two.id}),
            (AlertFilter(client_id=uuid4()), set()),
            (AlertFilter(pipeline_id=pipelines[0].id), {one.id}),
            (AlertFilter(rule_id=stuck.id), {two.id, three.id}),
            (AlertFilter(rule_type=RuleType.LATE), {one.id}),
            (AlertFilter(is_acknowledged=True), {two.id}),
            (AlertFilter(is_acknowledged=False), {one.id, three.id}),
            (AlertFilter(is_open=True, rule_type=RuleType.STUCK, client_id=client.id), {two.id}),
            (AlertFilter(is_open=True, rule_type=RuleType.STUCK, is_acknowledged=False), set()),
        ):
            async with monitor.open(write=False) as work:
                found = await work.alerts.list(where, order=SortOrder.ASC, after=None, limit=9)
            assert {alert.id for alert in found} == wanted, where

    async def test_pages_of_alerts_are_complete_in_both_orders_also_of_equal_times(self, monitor: Monitor) -> None:
        rule, client = await monitor.rule(), await monitor.client()
        times = [MORNING, MORNING + timedelta(microseconds=1), LATER]
        pipelines = [a_pipeline(client) for _ in range(11)]
        await monitor.add_pipelines(*pipelines)
        alerts = [an_alert(rule, one, opened_at=times[number // 4]) for number, one in enumerate(pipelines)]
        await monitor.add_alerts(*alerts)
        wanted = [alert.id for alert in sorted(alerts, key=lambda one: (one.opened_at, one.id))]
        for limit in (1, 3, 11, 20):
            assert await self._alerts_paged(monitor, SortOrder.ASC, limit) == wanted
            assert await self._alerts_paged(monitor, SortOrder.DESC, limit) == wanted[::-1]

    async def test_whoever_has_an_alert_for_an_update_has_it_alone(self, monitor: Monitor) -> None:
        alert = await monitor.alert()

        async def change(number: int) -> None:
            async with monitor.open() as work:
                if number % 2:
                    found = await work.alerts.get(alert.id, for_update=True)
                else:
                    (found,) = await work.alerts.open_of([alert.pipeline_id], for_update=True)
                await asyncio.sleep(0)
                await work.alerts.update(found.found_again("again", run_id=uuid4(), at=LATER))
                await work.commit()

        await asyncio.gather(*(change(number) for number in range(8)))
        async with monitor.open(write=False) as work:
            assert (await work.alerts.get(alert.id)).occurrences == 9

    async def _alerts_paged(self, monitor: Monitor, order: SortOrder, limit: int) -> list[UUID]:
        seen: list[Alert] = []
        async with monitor.open(write=False) as work:
            while True:
                after = Position(at=seen[-1].opened_at, id=seen[-1].id) if seen else None
                page = await work.alerts.list(AlertFilter(), order=order, after=after, limit=limit)
                seen += page
                if len(page) < limit:
                    return [alert.id for alert in seen]

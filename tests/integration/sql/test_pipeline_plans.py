"""Pipelines and alerts are found along indexes: the cost does not grow with what there was before."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest

from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.pipelines import (
    AlertFilter,
    AlertRuleFilter,
    ClientFilter,
    PipelineAddress,
    PipelineFilter,
)
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.alert import Alert, CloseReason, DeliveryStatus
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Pipeline, Platform, Schedule
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import (
    LATER,
    Monitor,
    a_client,
    a_delivery,
    a_lineage_event,
    a_pipeline,
    a_rule,
    an_alert,
)
from tests.integration.sql.plans import PostgresPlans, SqlitePlans

PLACE = Position(at=MORNING, id=uuid4())


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[SqlitePlans]:
    plans = SqlitePlans(sqlite_url)
    yield plans
    await plans.database.dispose()


@pytest.fixture
async def postgres(migrated_postgres_url: str) -> AsyncIterator[PostgresPlans]:
    plans = PostgresPlans(migrated_postgres_url)
    yield plans
    await plans.database.dispose()


@dataclass
class Filled:
    monitor: Monitor
    client: Client
    pipeline: Pipeline
    alert: Alert


async def filled(plans: SqlitePlans | PostgresPlans) -> Filled:
    """Many pipelines, alerts that were closed and messages that were sent; a few that are open and to be sent."""
    monitor = Monitor(SqlUnitOfWorkFactory(plans.database))
    clients, rule = [a_client(f"client {number}") for number in range(40)], a_rule()
    await monitor.add_clients(*clients)
    await monitor.add_rules(rule)
    pipelines = [
        a_pipeline(
            clients[number % 40],
            external_id=f"dag-{number}",
            created_at=MORNING + timedelta(seconds=number),
            schedule=Schedule(expect_every=timedelta(days=1)) if number % 100 == 0 else Schedule(),
        )
        for number in range(3_000)
    ]
    await monitor.add_pipelines(*pipelines)
    closed = [
        an_alert(rule, one, opened_at=one.created_at, closed_at=LATER, close_reason=CloseReason.RECOVERED)
        for one in pipelines
    ]
    opened = [an_alert(rule, one) for one in pipelines[:5]]
    await monitor.add_alerts(*closed, *opened)
    await monitor.add_deliveries(
        *(a_delivery(one, status=DeliveryStatus.DELIVERED) for one in closed), *(a_delivery(one) for one in opened)
    )
    async with monitor.open() as work:
        events = [
            a_lineage_event(one, f"run {number}", received_at=MORNING + timedelta(seconds=number))
            for number, one in enumerate(pipelines)
        ]
        await work.lineage.add_events(events)
        await work.commit()
    return Filled(monitor, clients[7], pipelines[7], opened[0])


@pytest.mark.adapter("sqlite")
async def test_sqlite_finds_what_is_to_be_done_along_indexes(sqlite: SqlitePlans) -> None:
    there = await filled(sqlite)
    async with there.monitor.open() as work:
        await work.deliveries.due(at=LATER, limit=9)
        assert "USING INDEX ix_alert_deliveries_due (not_before<?)" in sqlite.of_last()
        assert "TEMP B-TREE" not in sqlite.of_last()
        await work.deliveries.next_due()
        assert "INDEX ix_alert_deliveries_due" in sqlite.of_last()
        await work.deliveries.of_alert(there.alert.id)
        assert "(alert_id=?)" in sqlite.of_last()
        await work.alerts.open_of([there.pipeline.id], for_update=True)
        assert "USING INDEX uq_alerts_open (pipeline_id=?)" in sqlite.of_last()
        await work.alerts.open_counts([there.pipeline.id])
        assert "INDEX uq_alerts_open (pipeline_id=?)" in sqlite.of_last()
        await work.alerts.open_by_type()
        assert "INDEX uq_alerts_open" in sqlite.of_last()
        await work.checks.timed(after=there.pipeline.id, limit=9)
        assert "INDEX uq_alerts_open (pipeline_id=?)" in sqlite.of_last()
        address = PipelineAddress(there.client.name, Platform.AIRFLOW, "dag-7")
        assert await work.pipelines.find([address]) == {address: there.pipeline.id}
        assert "(name_folded=?)" in sqlite.of_last()
        assert "(client_id=? AND platform=? AND external_id=?)" in sqlite.of_last()
        await work.lineage.events(pipeline_id=there.pipeline.id, external_run_id="run 7", limit=9)
        assert "USING INDEX ix_lineage_events_run (pipeline_id=? AND external_run_id=?)" in sqlite.of_last()
        await work.lineage.prune(before=MORNING, limit=9)
        assert "INDEX ix_lineage_events_received_at (received_at<?)" in sqlite.of_last()


@pytest.mark.adapter("postgres")
async def test_postgres_finds_what_is_to_be_done_along_indexes(postgres: PostgresPlans) -> None:
    there = await filled(postgres)
    postgres.analyse()
    async with there.monitor.open() as work:
        await work.deliveries.due(at=LATER, limit=9)
        assert '"Index Name": "ix_alert_deliveries_due"' in postgres.of_last()
        await work.deliveries.next_due()
        assert '"Index Name": "ix_alert_deliveries_due"' in postgres.of_last()
        await work.deliveries.of_alert(there.alert.id)
        assert "Seq Scan" not in postgres.of_last()
        await work.alerts.open_of([there.pipeline.id], for_update=True)
        assert '"Index Name": "uq_alerts_open"' in postgres.of_last()
        await work.alerts.open_counts([there.pipeline.id])
        assert '"Index Name": "uq_alerts_open"' in postgres.of_last()
        await work.pipelines.get_many([there.pipeline.id], for_update=True)
        assert '"Index Name": "pk_pipelines"' in postgres.of_last()
        await work.lineage.events(pipeline_id=there.pipeline.id, external_run_id="run 7", limit=9)
        assert '"Index Name": "ix_lineage_events_run"' in postgres.of_last()
        await work.lineage.prune(before=MORNING, limit=9)
        assert '"Index Name": "ix_lineage_events_received_at"' in postgres.of_last()


@pytest.mark.adapter("sqlite")
@pytest.mark.parametrize("order", list(SortOrder))
@pytest.mark.parametrize("after", [None, PLACE], ids=["first", "deep"])
async def test_lists_are_read_along_indexes(sqlite: SqlitePlans, after: Position | None, order: SortOrder) -> None:
    some = uuid4()
    async with SqlUnitOfWorkFactory(sqlite.database)(write=False) as work:
        await work.clients.list(ClientFilter(), order=order, after=after, limit=50)
        await work.pipelines.list(PipelineFilter(), order=order, after=after, limit=50)
        await work.pipelines.list(PipelineFilter(client_id=some), order=order, after=after, limit=50)
        await work.alert_rules.list(AlertRuleFilter(), order=order, after=after, limit=50)
        await work.alerts.list(AlertFilter(), order=order, after=after, limit=50)
        await work.alerts.list(AlertFilter(pipeline_id=some), order=order, after=after, limit=50)
        await work.alerts.list(AlertFilter(rule_id=some), order=order, after=after, limit=50)
    for index in (
        "ix_alerts_rule_id",
        "ix_alerts_pipeline_id",
        "ix_alerts_opened_at",
        "ix_alert_rules_created_at",
        "ix_pipelines_client_id",
        "ix_pipelines_created_at",
        "ix_clients_created_at",
    ):
        assert f"USING INDEX {index}" in sqlite.of_last()
        assert "TEMP B-TREE" not in sqlite.of_last()
        sqlite.seen.pop()


@pytest.mark.adapter("sqlite")
async def test_rules_of_a_scope_are_found_along_its_index(sqlite: SqlitePlans) -> None:
    pipeline = await Monitor(SqlUnitOfWorkFactory(sqlite.database)).pipeline()
    for where, index in (
        (AlertRuleFilter(client_id=pipeline.client_id), "ix_alert_rules_client_id"),
        (AlertRuleFilter(pipeline_id=pipeline.id), "ix_alert_rules_pipeline_id"),
    ):
        async with SqlUnitOfWorkFactory(sqlite.database)(write=False) as work:
            await work.alert_rules.list(where, order=SortOrder.ASC, after=None, limit=50)
        assert f"USING INDEX {index}" in sqlite.of_last()

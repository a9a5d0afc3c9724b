"""All records from one database into another, whichever they are."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Text, insert, select, text

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.sql.column_types import CodePointText
from forebay.adapters.sql.copying_source import SqlRecordSource
from forebay.adapters.sql.copying_tables import REBUILT, copied_tables, key_of, numbered_tables, self_references
from forebay.adapters.sql.copying_target import SqlRecordTarget, SqlTargetRecords
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.group_commit import WriterLimits
from forebay.adapters.sql.intake_tables import blobs, ingestion_runs
from forebay.adapters.sql.migrate import migration_connection, upgrade
from forebay.adapters.sql.pipelines_tables import clients, lineage_events, pipeline_runs, pipelines
from forebay.adapters.sql.processing_tables import events
from forebay.adapters.sql.rows import blob_values, run_values
from forebay.adapters.sql.tables import metadata
from forebay.application.ports.copying import Record
from forebay.application.system.copy_index import CopyIndex
from forebay.application.system.copy_records import CopyRecords
from forebay.application.system.copy_report import CopyCommand, CopyReport
from forebay.domain.errors import DatabaseUnavailableError
from forebay.domain.system.copy_errors import CopyDiffersError
from forebay.testing.intake_examples import a_blob, a_run

NOW = datetime(2026, 11, 21, 10, 30, 0, 123456, tzinfo=UTC)
WAYS = [
    pytest.param(("sqlite", "sqlite"), marks=pytest.mark.adapter("sqlite")),
    pytest.param(("sqlite", "postgres"), marks=pytest.mark.adapter("sqlite", "postgres")),
    pytest.param(("postgres", "sqlite"), marks=pytest.mark.adapter("sqlite", "postgres")),
]
HEX_KEYS = {"sha256", "key_hash"}


def test_every_table_is_copied_or_made_again() -> None:
    assert {table.name for table in copied_tables()} | REBUILT == set(metadata.tables)
    assert {table.name for table in copied_tables()} & REBUILT == set()


def test_keys_are_in_the_same_order_on_every_database() -> None:
    """Of texts only those that are compared by code point, or have nothing but hexadecimal digits."""
    for table in copied_tables():
        for column in key_of(table):
            assert not isinstance(column.type, Text) or column.type is CodePointText or column.name in HEX_KEYS, column


def test_what_refers_to_its_own_table_and_what_counts_is_known() -> None:
    assert {table.name: [column.name for column in self_references(table)] for table in copied_tables()} == {
        table.name: {"ingestion_runs": ["parent_run_id"], "documents": ["parent_id"]}.get(str(table.name), [])
        for table in copied_tables()
    }
    assert {table.name for table in numbered_tables()} == {"events", "pipeline_checks"}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: object) -> tuple[str, str]:
    """A source with the schema, and a target without."""
    source, target = request.param
    urls = {"sqlite": f"sqlite:///{tmp_path}/source.db"}
    if "postgres" in request.param:
        urls["postgres"] = request.getfixturevalue("postgres_url")
    upgrade(urls[source])
    return urls[source], urls[target] if target != source else f"sqlite:///{tmp_path}/target.db"


@asynccontextmanager
async def both(way: tuple[str, str]) -> AsyncIterator[tuple[SqlRecordSource, SqlRecordTarget]]:
    limits = WriterLimits(wait=5, turn=600)
    source = open_database(way[0], pool_size=2)
    target = open_database(way[1], pool_size=2, wait_seconds=5, writer=limits)
    try:
        yield SqlRecordSource(source, way[0]), SqlRecordTarget(target, way[1])
    finally:
        await source.dispose()
        await target.dispose()


async def copy(way: tuple[str, str]) -> CopyReport:
    report = CopyReport(source="", target=None)
    async with both(way) as (source, target), source.open() as records:
        use_case = CopyRecords(target=target, index=CopyIndex(texts=MemoryBlobStore()))
        await use_case.check(records, CopyCommand(), report)
        if not report.already_there:
            await use_case(records, CopyCommand(), report)
    return report


def records_of(url: str, table: str) -> Sequence[Record]:
    with migration_connection(url) as connection:
        described = metadata.tables[table]
        return [tuple(row) for row in connection.execute(select(*described.columns).order_by(*key_of(described)))]


def chain(url: str, count: int) -> None:
    """Runs of which each has the next one, by id, as its parent."""
    ids = [UUID(int=number + 1) for number in range(count)]
    parents = dict(pairwise(ids))
    with migration_connection(url) as connection:
        for run in reversed(ids):
            connection.execute(insert(ingestion_runs), run_values(a_run(id=run, parent_run_id=parents.get(run))))


async def test_records_may_refer_to_later_ones(way: tuple[str, str]) -> None:
    chain(way[0], 250)
    report = await copy(way)
    assert {table.name: table.records for table in report.tables or ()}["ingestion_runs"] == 250
    assert records_of(way[1], "ingestion_runs") == records_of(way[0], "ingestion_runs")


async def test_values_at_the_edges_arrive_as_they_are(way: tuple[str, str]) -> None:
    client, pipeline = uuid4(), uuid4()
    with migration_connection(way[0]) as connection:
        moments = {"created_at": NOW, "updated_at": NOW}
        name = {"name": "Größe \U0001f600\n\\", "name_folded": "x"}
        connection.execute(insert(clients), {"id": client, **name, "is_active": False, "revision": 1, **moments})
        connection.execute(
            insert(pipelines),
            {"id": pipeline, "client_id": client, **name, "platform": "dbt", "search_text": "", "is_active": True}
            | {"pipeline_type": "export", "environment": "dev", "start_grace_seconds": 0, "enabled_at": NOW}
            | {"revision": 2**31 - 1, **moments},
        )
        for number, seconds in enumerate([0.1, -0.0, 1e308, 5e-324, 3.0, None]):
            first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
            connection.execute(
                insert(pipeline_runs),
                {"id": uuid4(), "pipeline_id": pipeline, "external_run_id": f"ü{number}", "status": "success"}
                | {"started_at": first, "finished_at": last, "effective_at": last, "duration_seconds": seconds}
                | {"elapsed_seconds": seconds, "rows_processed": 2**63 - 1, "reported_as_of": -(2**63)}
                | {"report_digest": bytes(range(16)), "created_at": NOW, "ingested_at": NOW, "payload": ""},
            )
    await copy(way)
    for table in ("clients", "pipelines", "pipeline_runs"):
        assert records_of(way[1], table) == records_of(way[0], table)


async def test_long_records_come_a_few_at_a_time(way: tuple[str, str]) -> None:
    with migration_connection(way[0]) as connection:
        for number in range(130):
            values = {"sha256": f"{number:064x}", "kind": "run", "received_at": NOW, "document": "x" * 200_000}
            connection.execute(insert(lineage_events), values)
    async with both(way) as (source, _), source.open() as records:
        pages = [len(page) async for page in records.read("lineage_events")]
    assert pages[0] == 100
    assert max(pages[1:]) <= 20
    await copy(way)
    assert records_of(way[1], "lineage_events") == records_of(way[0], "lineage_events")


async def test_numbering_goes_on_behind_the_last(way: tuple[str, str]) -> None:
    event = {"at": NOW, "code": "c", "level": "info", "message": "", "payload": "{}"}
    for url, gone in ((way[0], True), (way[1], False)):
        with migration_connection(url) as connection:
            for _ in range(3):
                connection.execute(insert(events), event)
            if gone:
                connection.execute(text("DELETE FROM events WHERE position > 1"))
        if gone:
            await copy(way)
    assert [record[0] for record in records_of(way[1], "events")] == [1, 4, 5, 6]


async def test_the_source_is_read_in_the_state_that_it_had(way: tuple[str, str]) -> None:
    chain(way[0], 3)
    async with both(way) as (source, _):
        async with source.open() as records:
            with migration_connection(way[0]) as connection:
                connection.execute(insert(ingestion_runs), run_values(a_run()))
                connection.execute(insert(blobs), blob_values(a_blob()))
            assert (await records.counts())["ingestion_runs"] == 3
            assert [len(page) async for page in records.read("ingestion_runs")] == [3]
            assert (await records.blob_totals()).blobs == 0
        async with source.open() as records:
            assert (await records.counts())["ingestion_runs"] == 4
            assert (await records.blob_totals()).blobs == 1


async def test_nobody_else_writes_into_the_target_meanwhile_and_nothing_is_left_of_a_copy_cut_short(
    way: tuple[str, str],
) -> None:
    chain(way[0], 3)
    async with both(way) as (source, target):
        await target.prepare()
        other = SqlRecordTarget(open_database(way[1], wait_seconds=0.2, writer=WriterLimits(wait=0.2)), way[1])
        async with target.open() as filling, source.open() as records:
            assert await filling.holdings() == {}
            await filling.clear()
            async for page in records.read("ingestion_runs"):
                await filling.add("ingestion_runs", page)
            with pytest.raises(DatabaseUnavailableError, match=r"(sqlite|postgresql) at "):
                async with other.open() as too:
                    await too.holdings()
        await other._database.dispose()
        async with target.open() as empty:
            assert await empty.holdings() == {}
            assert (await empty.counts())["categories"] > 0
    assert records_of(way[1], "ingestion_runs") == []


async def test_what_changed_on_the_way_is_not_kept(way: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    chain(way[0], 3)
    add = SqlTargetRecords.add

    async def later_by_a_microsecond(self: SqlTargetRecords, table: str, records: Sequence[Record]) -> None:
        moved = [
            tuple(value + timedelta(microseconds=1) if isinstance(value, datetime) else value for value in record)
            for record in records
        ]
        await add(self, table, moved if table == "ingestion_runs" else records)

    monkeypatch.setattr(SqlTargetRecords, "add", later_by_a_microsecond)
    with pytest.raises(CopyDiffersError, match="the records of table ingestion_runs changed on the way"):
        await copy(way)

    async def without_the_first(self: SqlTargetRecords, table: str, records: Sequence[Record]) -> None:
        await add(self, table, records[table == "ingestion_runs" :])

    monkeypatch.setattr(SqlTargetRecords, "add", without_the_first)
    with pytest.raises(CopyDiffersError, match="ingestion_runs has 3 records in the source and 2 in the target"):
        await copy(way)
    assert records_of(way[1], "ingestion_runs") == []


async def test_a_whole_copy_is_recognised(way: tuple[str, str]) -> None:
    chain(way[0], 120)
    first = await copy(way)
    again = await copy(way)
    assert (first.already_there, again.already_there) == (False, True)
    assert again.tables == first.tables

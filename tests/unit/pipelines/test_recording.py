"""However reports are divided into batches, ordered and repeated: recorded, they end in the same runs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.migrate import upgrade
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.pipelines.recording import PipelineReport, record_reports
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.domain.pipelines.errors import PipelineNotFoundError
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import RunReport
from forebay.domain.pipelines.run import PipelineRun, Verdict
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import Monitor, a_client, a_pipeline
from forebay.testing.pipeline_run_examples import FAILED, RUNNING, FreshIds, Ledger, a_report
from tests.unit.pipelines.report_strategies import batches_of, expected, reports, said_of, seen

NAMES = ("a", "b", "c")
SOME = st.lists(reports(NAMES), min_size=1, max_size=12)
ADAPTERS = pytest.mark.parametrize(
    "kind", [pytest.param("memory", marks=pytest.mark.adapter("memory")),
             pytest.param("sqlite", marks=pytest.mark.adapter("sqlite"))]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """Where reports come in."""

    monitor: Monitor
    ledger: Ledger

    @classmethod
    def over(cls, open_work: PipelinesUnitOfWorkFactory) -> "Desk":
        return cls(Monitor(open_work), Ledger(open_work))

    async def runs(self, pipeline: Pipeline) -> dict[str, PipelineRun]:
        return {run.external_run_id: run for run in await self.ledger.list(pipeline)}

    async def recorded(
        self, batches: Sequence[Sequence[RunReport]]
    ) -> tuple[Pipeline, list[tuple[RunReport, Verdict]]]:
        """Under a pipeline of their own."""
        pipeline = await self.monitor.pipeline()
        verdicts: list[tuple[RunReport, Verdict]] = []
        for number, batch in enumerate(batches):
            found = await self.ledger.record(pipeline, *batch, at=MORNING + timedelta(minutes=number))
            assert len(found) == len(batch)
            verdicts += [(report, one.verdict) for report, one in zip(batch, found, strict=True)]
            runs = await self.runs(pipeline)
            assert [runs[report.external_run_id].id for report in batch] == [one.run_id for one in found]
        return pipeline, verdicts


@pytest.fixture(scope="module")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('recording') / 'forebay.db'}"
    upgrade(url)
    return url


@asynccontextmanager
async def a_desk(kind: str, url: str) -> AsyncIterator[Desk]:
    if kind == "memory":
        yield Desk.over(MemoryUnitOfWorkFactory(MemoryDatabase()))
        return
    database = open_database(url)
    try:
        yield Desk.over(SqlUnitOfWorkFactory(database))
    finally:
        await database.dispose()


@ADAPTERS
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=SOME, data=st.data())
def test_any_division_order_and_repetition_ends_in_the_same_runs(
    kind: str, sqlite_url: str, given: list[RunReport], data: st.DataObject
) -> None:
    batches = data.draw(batches_of(given))

    async def both() -> None:
        async with a_desk(kind, sqlite_url) as desk:
            plain, _ = await desk.recorded([given])
            pipeline, verdicts = await desk.recorded(batches)
            runs = await desk.runs(pipeline)
            assert {name: said_of(run) for name, run in runs.items()} == {
                name: said_of(run) for name, run in (await desk.runs(plain)).items()
            }
            for name, run in runs.items():
                about = [one for one in given if one.external_run_id == name]
                assert seen(run) == expected(about)
                given_verdicts = [verdict for report, verdict in verdicts if report.external_run_id == name]
                assert given_verdicts.count(Verdict.CREATED) == 1
                assert given_verdicts[0] is Verdict.CREATED

    asyncio.run(both())


@ADAPTERS
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=SOME, data=st.data())
def test_to_repeat_everything_changes_nothing(
    kind: str, sqlite_url: str, given: list[RunReport], data: st.DataObject
) -> None:
    batches = data.draw(batches_of(given))

    async def twice() -> None:
        async with a_desk(kind, sqlite_url) as desk:
            pipeline, _ = await desk.recorded([given])
            before = await desk.runs(pipeline)
            await desk.monitor.take()
            for batch in batches:
                for one in await desk.ledger.record(pipeline, *batch, at=MORNING + timedelta(days=1)):
                    assert one.verdict in {Verdict.UNCHANGED, Verdict.STALE}
            assert await desk.runs(pipeline) == before
            assert not await desk.monitor.take()  # nobody needs to look at its alerts

    asyncio.run(twice())


@pytest.fixture
def desk() -> Desk:
    return Desk.over(MemoryUnitOfWorkFactory(MemoryDatabase()))


async def test_the_pipelines_about_which_something_changed_are_looked_at(desk: Desk) -> None:
    client = a_client()
    one, other, third = sorted((a_pipeline(client) for _ in range(3)), key=lambda pipeline: pipeline.id)
    await desk.monitor.add_clients(client)
    await desk.monitor.add_pipelines(one, other, third)
    await desk.ledger.record(one, a_report("a", RUNNING))
    await desk.ledger.record(other, a_report("a", FAILED))
    await desk.monitor.take()
    async with desk.ledger.open() as work:
        given = [(third, a_report("new")), (other, a_report("a", FAILED)), (one, a_report("a", FAILED))]
        items = [PipelineReport(pipeline.id, report) for pipeline, report in given]
        found = await record_reports(work, items, ids=FreshIds(), at=MORNING)
        await work.commit()
    assert [recorded.verdict for recorded in found] == [Verdict.CREATED, Verdict.UNCHANGED, Verdict.UPDATED]
    assert sorted(await desk.monitor.take()) == [one.id, third.id]


async def test_pipelines_that_are_not_there_are_not_found(desk: Desk) -> None:
    with pytest.raises(PipelineNotFoundError):
        await desk.ledger.record(a_pipeline(a_client()), a_report())


async def test_no_reports_are_fine(desk: Desk) -> None:
    assert list(await desk.ledger.record(await desk.monitor.pipeline())) == []

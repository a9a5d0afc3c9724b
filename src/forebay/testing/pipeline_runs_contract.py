"""What is expected of the runs of pipelines."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest

from forebay.application.pipelines.recording import PipelineReport, record_reports
from forebay.application.ports.pipelines import PipelineRunFilter, PipelinesUnitOfWorkFactory, RunIdentity
from forebay.domain.errors import ConflictError, InternalStateError, InvalidInputError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.errors import PipelineNotFoundError, PipelineRunNotFoundError
from forebay.domain.pipelines.report import MAX_ROWS, ReportedStatus
from forebay.domain.pipelines.run import PipelineRun, Verdict
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import Monitor
from forebay.testing.pipeline_run_examples import (
    FAILED,
    RUNNING,
    SUCCESS,
    FreshIds,
    Ledger,
    a_report,
    a_run_of,
    identity,
    ran,
)

NOON = MORNING + timedelta(hours=5)
LATER = MORNING + timedelta(minutes=1)
COUNTS = pytest.mark.parametrize("count", [1, 2, 300])


class PipelineRunsContract:
    """Runs: added unless they are there, changed, found, listed. `open_work` comes from the adapter."""

    @pytest.fixture
    def open_work(self) -> PipelinesUnitOfWorkFactory:
        raise NotImplementedError

    @pytest.fixture
    def monitor(self, open_work: PipelinesUnitOfWorkFactory) -> Monitor:
        return Monitor(open_work)

    @pytest.fixture
    def ledger(self, open_work: PipelinesUnitOfWorkFactory) -> Ledger:
        return Ledger(open_work)

    @COUNTS
    async def test_runs_come_back_as_they_were_added(self, monitor: Monitor, ledger: Ledger, count: int) -> None:
        pipeline = await monitor.pipeline()
        report = a_report(
            "größe 名前 🌊 \\ \" '",
            FAILED,
            started_at=MORNING,
            finished_at=NOON,
            duration_seconds=1 / 3,
            rows_processed=MAX_ROWS,
            error_message="line\nline\ttab \\N \\. " + "x" * 9_000,
            status_reason='"{},',
            payload='{"größe":"\\u0000"}',
        )
        full, empty = a_run_of(pipeline, report), a_run_of(pipeline, a_report(status=RUNNING), at=NOON)
        runs = [full, empty, *(a_run_of(pipeline) for _ in range(298))][:count]
        assert await ledger.add(*runs) == {}
        for run in runs[:2]:
            assert await ledger.find(pipeline, run.external_run_id) == run
            async with ledger.open(write=False) as work:
                assert await work.pipeline_runs.get(pipeline.id, run.id) == run
        assert len(await ledger.list(pipeline)) == count

    @COUNTS
    async def test_what_is_there_is_given_back_and_stays(self, monitor: Monitor, ledger: Ledger, count: int) -> None:
        pipeline = await monitor.pipeline()
        known = [a_run_of(pipeline, a_report(f"{number}")) for number in range(count)]
        await ledger.add(*known)
        again = [a_run_of(pipeline, a_report(f"{number}"), at=NOON) for number in range(count)]
        assert await ledger.add(*again) == {identity(run): run.id for run in known}
        other = [a_run_of(pipeline, a_report(f"{number}", FAILED), at=NOON) for number in range(count)]
        assert await ledger.add(*other) == {identity(run): run for run in known}
        assert sorted(await ledger.list(pipeline), key=lambda run: run.id) == sorted(known, key=lambda run: run.id)

    async def test_new_known_and_other_runs_may_come_together(self, monitor: Monitor, ledger: Ledger) -> None:
        one, two = await monitor.pipeline(), await monitor.pipeline()
        known = [a_run_of(pipeline, a_report(name)) for pipeline in (one, two) for name in ("same", "other")]
        await ledger.add(*known)
        given = [
            a_run_of(pipeline, a_report(name, status), at=NOON)
            for pipeline in (two, one)
            for name, status in (("new", SUCCESS), ("other", FAILED), ("same", SUCCESS))
        ]
        there = await ledger.add(*given)
        assert there == {identity(run): run.id if run.external_run_id == "same" else run for run in known}
        assert {run.external_run_id for run in await ledger.list(one)} == {"new", "other", "same"}

    async def test_what_is_new_or_different_is_found_among_many_that_are_known(
        self, monitor: Monitor, ledger: Ledger
    ) -> None:
        one, two = await monitor.pipeline(), await monitor.pipeline()
        known = {
            (pipeline.id, f"{number}"): a_run_of(pipeline, a_report(f"{number}", finished_at=NOON))
            for pipeline in (one, two)
            for number in range(100)
        }
        await ledger.add(*known.values())
        same = [a_run_of(pipeline, a_report(f"{n}", finished_at=NOON)) for pipeline in (two, one) for n in range(90)]
        others = [a_run_of(pipeline, a_report(f"{n}", FAILED)) for pipeline in (one, two) for n in range(90, 95)]
        keeping = [
            a_run_of(two, a_report(f"{n}", RUNNING, started_at=MORNING)).with_report(
                a_report(f"{n}", finished_at=NOON), at=NOON
            )[0]
            for n in range(95, 100)
        ]
        new = [a_run_of(pipeline, a_report(f"new {n}")) for pipeline in (one, two) for n in range(5)]
        there = await ledger.add(*same, *new, *keeping, *others)
        assert there == {
            **{identity(run): known[run.pipeline_id, run.external_run_id].id for run in same},
            **{identity(run): known[run.pipeline_id, run.external_run_id] for run in (*others, *keeping)},
        }
        for pipeline in (one, two):
            expected = [run for run in (*known.values(), *new) if run.pipeline_id == pipeline.id]
            found = await ledger.list(pipeline)
            assert sorted(found, key=lambda run: run.id) == sorted(expected, key=lambda run: run.id)
        again = [a_run_of(one, a_report(f"{n}", finished_at=NOON)) for n in range(90)]
        with pytest.raises(InvalidInputError):
            await ledger.add(*again, replace(a_run_of(one), external_run_id="a\0b"))

    async def test_a_run_that_keeps_values_of_other_reports_gets_the_whole_one(
        self, monitor: Monitor, ledger: Ledger
    ) -> None:
        pipeline = await monitor.pipeline()
        known = a_run_of(pipeline, a_report("a", finished_at=NOON))
        await ledger.add(known)
        given, _ = a_run_of(pipeline, a_report("a", RUNNING, started_at=MORNING)).with_report(
            a_report("a", finished_at=NOON), at=NOON
        )
        assert given.key == known.key
        assert given.kept
        assert await ledger.add(given) == {identity(known): known}
        merged = replace(given, id=known.id)
        await ledger.update(merged)
        assert await ledger.find(pipeline, "a") == merged

    @COUNTS
    async def test_an_update_writes_what_may_change(self, monitor: Monitor, ledger: Ledger, count: int) -> None:
        pipeline = await monitor.pipeline()
        known = [a_run_of(pipeline, a_report(f"{number}", RUNNING, started_at=MORNING)) for number in range(count)]
        await ledger.add(*known)
        changed = []
        for run in known:
            report = a_report(
                run.external_run_id, FAILED, finished_at=NOON, rows_processed=7, error_message="b", payload="{}"
            )
            changed.append(run.with_report(report, at=NOON)[0])
        async with ledger.open() as work:
            await work.pipeline_runs.add_missing([replace(run, id=uuid4()) for run in changed])
            await work.pipeline_runs.update_all([replace(run, created_at=NOON) for run in changed])
            await work.commit()
        assert {run.id: run for run in await ledger.list(pipeline)} == {run.id: run for run in changed}
        assert changed[0].kept

    async def test_nothing_is_nothing(self, ledger: Ledger) -> None:
        assert await ledger.add() == {}
        await ledger.update()

    async def test_several_batches_fit_into_one_unit_of_work(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        first, second = [[a_run_of(pipeline) for _ in range(3)] for _ in range(2)]
        async with ledger.open() as work:
            assert await work.pipeline_runs.add_missing(first) == {}
            assert await work.pipeline_runs.add_missing(second) == {}
            assert await work.pipeline_runs.add_missing([replace(run, id=uuid4()) for run in first]) == {
                identity(run): run.id for run in first
            }
            assert await work.pipeline_runs.find(identity(second[0])) == second[0]
            await work.commit()
        assert len(await ledger.list(pipeline)) == 6

    async def test_what_is_not_committed_was_not(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        for count in (1, 3):
            async with ledger.open() as work:
                await work.pipeline_runs.add_missing([a_run_of(pipeline) for _ in range(count)])
        assert await ledger.list(pipeline) == ()

    @COUNTS
    async def test_runs_need_their_pipelines(self, monitor: Monitor, ledger: Ledger, count: int) -> None:
        pipeline, unknown = await monitor.pipeline(), uuid4()
        runs = [*(a_run_of(pipeline) for _ in range(count - 1)), a_run_of(unknown)]
        async with ledger.open() as work:
            with pytest.raises(PipelineNotFoundError, match=str(unknown)):
                await work.pipeline_runs.add_missing(runs)
            with pytest.raises(InternalStateError):
                await work.commit()
        assert await ledger.list(pipeline) == ()

    @COUNTS
    async def test_texts_that_cannot_be_stored_are_refused(self, monitor: Monitor, ledger: Ledger, count: int) -> None:
        pipeline = await monitor.pipeline()
        good = a_run_of(pipeline)
        for broken in (
            replace(good, external_run_id="a\0b"),
            replace(good, error_message="\ud800"),
            replace(good, status_reason="\0"),
            replace(good, payload="\udfff"),
        ):
            runs = [*(a_run_of(pipeline) for _ in range(count - 1)), broken]
            with pytest.raises(InvalidInputError):
                await ledger.add(*runs)
            assert await ledger.find(pipeline, "\0\ud800") is None
        assert await ledger.list(pipeline) == ()

    async def test_what_is_not_there_cannot_be_updated(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        for count in (1, 2):
            with pytest.raises(ConflictError):
                await ledger.update(*(a_run_of(pipeline) for _ in range(count)))

    async def test_a_run_belongs_to_its_pipeline(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline, other = await monitor.pipeline(), await monitor.pipeline()
        run = a_run_of(pipeline, a_report("a"))
        await ledger.add(run)
        await ledger.add(a_run_of(other, a_report("b")))
        assert await ledger.find(other, "a") is None
        async with ledger.open(write=False) as work:
            for place in ((other.id, run.id), (pipeline.id, uuid4()), (uuid4(), run.id)):
                with pytest.raises(PipelineRunNotFoundError):
                    await work.pipeline_runs.get(*place)
            assert await work.pipeline_runs.find(RunIdentity(uuid4(), "a")) is None
        assert [found.external_run_id for found in await ledger.list(other)] == ["b"]

    async def test_external_ids_differ_in_every_character(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        names = ["a", "A", "a ", "ä", "a\u0308", "ß", "ss", "x" * 500]
        assert await ledger.add(*(a_run_of(pipeline, a_report(name)) for name in names)) == {}
        assert {run.external_run_id for run in await ledger.list(pipeline)} == set(names)

    async def test_the_latest_started_last_then_finished_last(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        assert await ledger.latest(pipeline) is None
        low, high = sorted((uuid4(), uuid4()))
        in_order = [  # each is later than those before
            a_run_of(pipeline, a_report(status=RUNNING), run_id=low, at=NOON),
            a_run_of(pipeline, a_report(status=RUNNING), run_id=high),
            a_run_of(pipeline, a_report(finished_at=NOON)),
            a_run_of(pipeline, a_report(started_at=datetime(1971, 1, 1, tzinfo=UTC))),
            a_run_of(pipeline, a_report(started_at=MORNING, status=RUNNING)),
            a_run_of(pipeline, a_report(started_at=MORNING, finished_at=LATER)),
            a_run_of(pipeline, a_report(started_at=MORNING, finished_at=NOON)),
            a_run_of(pipeline, a_report(started_at=MORNING + timedelta(microseconds=1), status=RUNNING)),
        ]
        for run in in_order:
            await ledger.add(run)
            assert await ledger.latest(pipeline) == run

    async def test_lists_go_by_the_time_that_windows_go_by(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        finished = a_run_of(pipeline, a_report(started_at=NOON, finished_at=NOON + timedelta(hours=2)))
        started = a_run_of(pipeline, a_report(status=RUNNING, started_at=NOON + timedelta(hours=1)))
        created = a_run_of(pipeline, a_report(status=RUNNING), at=NOON + timedelta(hours=3))
        same = sorted((ran(pipeline, 0, FAILED), ran(pipeline, 0, FAILED)), key=lambda run: run.id)
        await ledger.add(created, finished, *same, started)
        everything = (*same, started, finished, created)
        assert await ledger.list(pipeline) == everything
        assert await ledger.list(pipeline, order=SortOrder.DESC) == everything[::-1]
        until = PipelineRunFilter(since=MORNING, until=finished.effective_at)
        assert await ledger.list(pipeline, until) == (*same, started)
        assert await ledger.list(pipeline, PipelineRunFilter(since=started.effective_at)) == everything[2:]
        assert await ledger.list(pipeline, PipelineRunFilter(status=FAILED)) == tuple(same)
        assert await ledger.list(pipeline, PipelineRunFilter(status=ReportedStatus.SKIPPED)) == ()

    @pytest.mark.parametrize("order", SortOrder)
    async def test_pages_go_on_behind_a_position(self, monitor: Monitor, ledger: Ledger, order: SortOrder) -> None:
        pipeline = await monitor.pipeline()
        await ledger.add(*(ran(pipeline, number // 3, FAILED if number % 2 else SUCCESS) for number in range(12)))
        for where in (PipelineRunFilter(), PipelineRunFilter(status=FAILED)):
            pages: list[PipelineRun] = []
            after: Position | None = None
            while True:
                async with ledger.open(write=False) as work:
                    page = await work.pipeline_runs.list(pipeline.id, where, order=order, after=after, limit=2)
                if not page:
                    break
                pages += page
                after = Position(at=page[-1].effective_at, id=page[-1].id)
            assert tuple(pages) == await ledger.list(pipeline, where, order=order)

    async def test_reports_recorded_at_the_same_time_add_up(self, monitor: Monitor, ledger: Ledger) -> None:
        """Batches about the same runs in other orders: nobody waits in a circle, and nothing is lost or doubled."""
        pipelines = [await monitor.pipeline() for _ in range(3)]
        names = [f"{number}" for number in range(60)]
        starts = [a_report(name, RUNNING, started_at=MORNING) for name in names]
        ends = [a_report(name, FAILED, finished_at=NOON, error_message="it broke") for name in names]
        more = [a_report(name, reported_at=NOON + timedelta(hours=1), rows_processed=5) for name in names]

        everything = [PipelineReport(one.id, report) for report in (*starts, *ends, *more) for one in pipelines]

        async def send(number: int) -> list[Verdict]:
            shuffled = Random(number)  # noqa: S311  # an order that is the same each time
            some = shuffled.sample(everything, len(everything) * 2 // 3) if number else everything
            async with ledger.open() as work:
                recorded = await record_reports(work, some, ids=FreshIds(), at=MORNING)
                await work.commit()
            return [one.verdict for one in recorded]

        verdicts = [verdict for some in await asyncio.gather(*map(send, range(10))) for verdict in some]
        assert verdicts.count(Verdict.CREATED) == len(names) * len(pipelines)
        for pipeline in pipelines:
            runs = await ledger.list(pipeline)
            assert {run.external_run_id for run in runs} == set(names)
            for run in runs:
                assert (run.status, run.started_at, run.finished_at) == (SUCCESS, MORNING, NOON)
                assert (run.rows_processed, run.error_message) == (5, "it broke")

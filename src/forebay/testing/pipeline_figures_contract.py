"""What is expected of figures about runs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from forebay.application.ports.pipeline_figures import SHORT_MESSAGE
from forebay.application.ports.pipelines import Extent, PipelinesUnitOfWorkFactory
from forebay.domain.pipelines.figures import (
    DURATION_EDGES,
    Bucket,
    FailuresAt,
    FlakyPipeline,
    PlatformRate,
    RunFigures,
    Window,
)
from forebay.domain.pipelines.health import LatestRuns
from forebay.domain.pipelines.pipeline import Pipeline, Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import Monitor
from forebay.testing.pipeline_run_examples import FAILED, RUNNING, SUCCESS, Ledger, a_report, a_run_of, ran

LONG = "größe 🌊 " * 9_000
CANCELED, SKIPPED = ReportedStatus.CANCELED, ReportedStatus.SKIPPED
DAY = Window(since=MORNING, until=MORNING + timedelta(days=1))
EVERYWHERE = Extent()
NOTHING = RunFigures(counts={}, mean_seconds=None, p95_seconds=None)


def shortened(run: PipelineRun) -> PipelineRun:
    return replace(run, payload=None, error_message=run.error_message and run.error_message[:SHORT_MESSAGE])


class PipelineFiguresContract:
    """Figures about runs. `open_work` comes from the adapter."""

    @pytest.fixture
    def open_work(self) -> PipelinesUnitOfWorkFactory:
        raise NotImplementedError

    @pytest.fixture
    def monitor(self, open_work: PipelinesUnitOfWorkFactory) -> Monitor:
        return Monitor(open_work)

    @pytest.fixture
    def ledger(self, open_work: PipelinesUnitOfWorkFactory) -> Ledger:
        return Ledger(open_work)

    async def figures(self, ledger: Ledger, extent: Extent, window: Window = DAY) -> RunFigures:
        async with ledger.open(write=False) as work:
            return await work.figures.figures(extent, window)

    async def test_latest_runs_are_those_that_began_and_those_that_ended_last(
        self, monitor: Monitor, ledger: Ledger
    ) -> None:
        client = await monitor.client()
        going, calm, vague, idle = [await monitor.pipeline(client=client) for _ in range(4)]

        def begun(pipeline: Pipeline, minute: int, status: ReportedStatus) -> None:
            moment = MORNING + timedelta(minutes=minute)
            report = a_report(status=status, started_at=moment, error_message=LONG, payload="{}", status_reason="r")
            runs.append(a_run_of(pipeline, report))

        runs = [a_run_of(going, a_report(status=FAILED, finished_at=MORNING + timedelta(days=9)))]
        begun(going, 1, FAILED)
        begun(going, 2, SUCCESS)
        begun(going, 3, SKIPPED)
        begun(going, 4, CANCELED)
        begun(going, 5, RUNNING)
        begun(calm, 1, SUCCESS)
        begun(calm, 2, FAILED)
        begun(vague, 1, CANCELED)
        await ledger.add(*runs)
        short = [shortened(run) for run in runs]
        asked = [pipeline.id for pipeline in (vague, going, idle, calm)]
        async with ledger.open(write=False) as work:
            found = await work.figures.latest_runs([*asked, uuid4()])
            assert await work.figures.latest_runs([]) == {}
        assert found == {
            going.id: LatestRuns(latest=short[5], latest_final=short[0]),  # which ended last, whenever it began
            calm.id: LatestRuns(latest=short[7], latest_final=short[7]),
            vague.id: LatestRuns(latest=short[8], latest_final=None),
        }
        for pipeline in (going, calm, vague):
            latest = await ledger.latest(pipeline)
            assert latest is not None
            assert found[pipeline.id].latest == shortened(latest)

    async def test_latest_runs_of_very_many_pipelines(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        await ledger.add(ran(pipeline, 1))
        async with ledger.open(write=False) as work:
            found = await work.figures.latest_runs([*(uuid4() for _ in range(2_500)), pipeline.id])
            failed = await work.figures.failed_counts([*(uuid4() for _ in range(2_500)), pipeline.id], DAY)
        assert list(found) == [pipeline.id]
        assert failed == {}

    async def test_figures_count_by_status_and_measure_final_runs(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        timed = a_run_of(pipeline, a_report(started_at=MORNING, finished_at=MORNING + timedelta(seconds=7)))
        await ledger.add(
            ran(pipeline, 1, SUCCESS, 10.0),
            ran(pipeline, 2, FAILED, 20.5),
            ran(pipeline, 3, CANCELED, 2.5),
            ran(pipeline, 4, RUNNING, 5_000.0),
            ran(pipeline, 5, SUCCESS),
            timed,
        )
        found = await self.figures(ledger, Extent(pipeline_id=pipeline.id))
        assert found.counts == {SUCCESS: 3, FAILED: 1, CANCELED: 1, RUNNING: 1}
        assert found.mean_seconds == pytest.approx(10.0)
        assert found.p95_seconds == 20.5
        assert found.success_rate == 0.75

    @pytest.mark.parametrize(
        ("count", "rank"), [(1, 1), (2, 2), (19, 19), (20, 19), (21, 20), (40, 38), (60, 57), (100, 95), (101, 96)]
    )
    async def test_p95_is_the_nearest_rank(self, monitor: Monitor, ledger: Ledger, count: int, rank: int) -> None:
        pipeline = await monitor.pipeline()
        await ledger.add(*(ran(pipeline, number, SUCCESS, number + 0.25) for number in range(1, count + 1)))
        found = await self.figures(ledger, Extent(pipeline_id=pipeline.id))
        assert found.p95_seconds == rank + 0.25

    async def test_figures_of_nothing(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        for extent in (EVERYWHERE, Extent(client_id=uuid4()), Extent(pipeline_id=pipeline.id)):
            assert await self.figures(ledger, extent) == NOTHING
        await ledger.add(ran(pipeline, 1, RUNNING, 1.0))
        assert await self.figures(ledger, EVERYWHERE) == replace(NOTHING, counts={RUNNING: 1})

    async def test_windows_begin_with_since_and_end_before_until(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        await ledger.add(
            *(ran(pipeline, minute) for minute in (0, 1, 2, 3)), a_run_of(pipeline, a_report(), at=MORNING)
        )
        extent = Extent(pipeline_id=pipeline.id)
        for since, until, count in ((0, 4, 5), (1, 3, 2), (1, 1, 0), (3, 9, 1), (-5, 0, 0)):
            window = Window(since=MORNING + timedelta(minutes=since), until=MORNING + timedelta(minutes=until))
            assert (await self.figures(ledger, extent, window)).total == count

    async def test_extents_leave_out_what_is_disabled(self, monitor: Monitor, ledger: Ledger) -> None:
        client, closed = await monitor.client(), await monitor.client(is_active=False)
        enabled, disabled = (
            await monitor.pipeline(client=client),
            await monitor.pipeline(client=client, is_active=False),
        )
        of_closed, elsewhere = await monitor.pipeline(client=closed), await monitor.pipeline()
        await ledger.add(
            *(ran(enabled, 1) for _ in range(1)),
            *(ran(disabled, 1) for _ in range(2)),
            *(ran(of_closed, 1) for _ in range(4)),
            *(ran(elsewhere, 1) for _ in range(8)),
        )
        for extent, count in (
            (EVERYWHERE, 9),
            (Extent(client_id=client.id), 1),
            (Extent(client_id=closed.id), 4),
            (Extent(pipeline_id=disabled.id), 2),
            (Extent(pipeline_id=of_closed.id), 4),
            (Extent(client_id=client.id, pipeline_id=disabled.id), 2),
            (Extent(client_id=client.id, pipeline_id=elsewhere.id), 0),
        ):
            assert (await self.figures(ledger, extent)).total == count
            async with ledger.open(write=False) as work:
                by_hour = await work.figures.failures_over_time(extent, DAY, Bucket.HOUR)
                bins = await work.figures.duration_histogram(extent, DAY)
            assert sum(one.total for one in by_hour) == count
            assert len(bins) == len(DURATION_EDGES)

    async def test_failures_are_counted_by_pipeline(self, monitor: Monitor, ledger: Ledger) -> None:
        one, other, good = [await monitor.pipeline() for _ in range(3)]
        await ledger.add(
            *(ran(one, minute, FAILED) for minute in (0, 5, 9)),
            ran(one, 3),
            ran(other, 2, FAILED),
            ran(good, 2),
            ran(other, -1, FAILED),
            ran(other, 24 * 60, FAILED),
        )
        async with ledger.open(write=False) as work:
            assert await work.figures.failed_count(one.id, DAY) == 3
            assert await work.figures.failed_count(good.id, DAY) == 0
            counts = await work.figures.failed_counts([good.id, other.id, one.id, uuid4()], DAY)
            assert await work.figures.failed_counts([], DAY) == {}
        assert counts == {one.id: 3, other.id: 1}

    async def test_failures_over_time_fall_into_buckets_of_utc(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        midnight = datetime(2024, 2, 29, tzinfo=UTC)
        moments: dict[ReportedStatus, list[float]] = {
            FAILED: [0, 59.9999, 60, 60 * 24 - 0.0001, 60 * 24],
            SUCCESS: [1, 61, 60 * 25],
            RUNNING: [2],
            CANCELED: [60 * 5],
        }
        to_midnight = (midnight - MORNING) / timedelta(minutes=1)
        await ledger.add(
            *(ran(pipeline, to_midnight + minute, status) for status, minutes in moments.items() for minute in minutes)
        )
        window = Window(since=midnight, until=midnight + timedelta(days=2))
        async with ledger.open(write=False) as work:
            hours = await work.figures.failures_over_time(EVERYWHERE, window, Bucket.HOUR)
            days = await work.figures.failures_over_time(Extent(pipeline_id=pipeline.id), window, Bucket.DAY)
        assert tuple(hours) == tuple(
            FailuresAt(at=midnight + timedelta(hours=hour), failed=failed, total=total)
            for hour, failed, total in ((0, 2, 3), (1, 1, 2), (23, 1, 1), (24, 1, 1), (25, 0, 1))
        )
        assert tuple(days) == (
            FailuresAt(at=midnight, failed=4, total=6),
            FailuresAt(at=midnight + timedelta(days=1), failed=1, total=2),
        )

    async def test_the_flakiest_change_most_often_between_success_and_failure(
        self, monitor: Monitor, ledger: Ledger
    ) -> None:
        client = await monitor.client("Größe")
        named = {
            name: await monitor.pipeline(name, client=client) for name in ("steady", "Zebra", "bad", "apple", "moody")
        }
        outcomes = {
            "steady": "SSSS",
            "Zebra": "SFS",  # two flips, one failure; capitals come first
            "apple": "SFS",
            "bad": "FFSFF",  # two flips, four failures
            "moody": "SRFCSKF",  # three, whatever lies between
        }
        kinds = {"S": SUCCESS, "F": FAILED, "R": RUNNING, "C": CANCELED, "K": SKIPPED}
        await ledger.add(
            *(
                ran(named[name], minute, kinds[kind])
                for name, story in outcomes.items()
                for minute, kind in enumerate(story)
            )
        )
        async with ledger.open(write=False) as work:
            found = await work.figures.flakiest(EVERYWHERE, DAY, limit=10)
            of_client = await work.figures.flakiest(Extent(client_id=client.id), DAY, limit=2)
            of_other = await work.figures.flakiest(Extent(client_id=uuid4()), DAY, limit=2)
        assert [(one.pipeline_name, one.flips, one.failed, one.total) for one in found] == [
            ("moody", 3, 2, 4),
            ("bad", 2, 4, 5),
            ("Zebra", 2, 1, 3),
            ("apple", 2, 1, 3),
        ]
        assert of_client == found[:2]
        assert of_other == ()
        assert found[0] == FlakyPipeline(
            pipeline_id=named["moody"].id,
            pipeline_name="moody",
            client_id=client.id,
            client_name="Größe",
            flips=3,
            failed=2,
            total=4,
        )

    async def test_failure_rates_go_by_platform(self, monitor: Monitor, ledger: Ledger) -> None:
        dbt, cron, quiet = [
            await monitor.pipeline(platform=platform) for platform in (Platform.DBT, Platform.CRON, Platform.AIRFLOW)
        ]
        disabled = await monitor.pipeline(platform=Platform.CUSTOM, is_active=False)
        await ledger.add(
            ran(dbt, 1),
            *(ran(cron, minute, FAILED if minute % 4 == 0 else SUCCESS) for minute in range(8)),
            ran(quiet, 1, RUNNING),
            ran(disabled, 1, FAILED),
        )
        async with ledger.open(write=False) as work:
            found = await work.figures.failure_rate_by_platform(DAY)
        assert tuple(found) == (
            PlatformRate(platform=Platform.CRON, failed=2, total=8),
            PlatformRate(platform=Platform.DBT, failed=0, total=1),
        )

    async def test_durations_fall_into_bins(self, monitor: Monitor, ledger: Ledger) -> None:
        pipeline = await monitor.pipeline()
        lengths = [0.0, 0.999, 1.0, 4.9, 5.0, 60.0, 43_199.9, 43_200.0, 1e9]
        await ledger.add(
            *(ran(pipeline, minute, FAILED, length) for minute, length in enumerate(lengths)),
            ran(pipeline, 1, RUNNING, 2.0),
            ran(pipeline, 1),
        )
        async with ledger.open(write=False) as work:
            bins = await work.figures.duration_histogram(EVERYWHERE, DAY)
        assert [(one.from_seconds, one.to_seconds) for one in bins] == [
            *pairwise(DURATION_EDGES),
            (43_200.0, None),
        ]
        assert [one.count for one in bins] == [2, 2, 1, 0, 1, 0, 0, 0, 1, 2]

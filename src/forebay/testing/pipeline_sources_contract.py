"""What is expected of where reports come from: states of syncs, jobs and events of lineage."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.pipelines.errors import PipelineNotFoundError
from forebay.domain.pipelines.lineage import LineageJob
from forebay.domain.pipelines.source import SyncState
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import LATER, Monitor, a_client, a_lineage_event, a_pipeline


class SyncStatesContract:
    """How far sources were pulled."""

    async def test_the_last_state_is_kept(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        state = SyncState(source="partner", pipeline_id=pipeline.id, cursor=None, synced_at=MORNING, error="no")
        later = replace(state, cursor="名\n2", synced_at=LATER, error=None)
        for one in (state, later):
            await self._put(monitor, one)
            async with monitor.open(write=False) as work:
                assert await work.sync_states.get("partner", pipeline.id) == one
                assert await work.sync_states.get("Partner", pipeline.id) is None
                assert await work.sync_states.get("partner", uuid4()) is None
                assert await work.sync_states.get("\0", pipeline.id) is None
                assert await work.sync_states.list() == (one,)

    async def test_states_are_listed_by_source_and_pipeline(self, monitor: Monitor) -> None:
        client = await monitor.client()
        pipelines = [await monitor.pipeline(client=client) for _ in range(3)]
        states = [
            SyncState(source=source, pipeline_id=one.id, cursor="1", synced_at=MORNING, error=None)
            for source in ("b", "B", "ä", "a b")
            for one in pipelines
        ]
        await self._put(monitor, *states)
        async with monitor.open(write=False) as work:
            wanted = sorted(states, key=lambda state: (state.source, state.pipeline_id))
            assert list(await work.sync_states.list()) == wanted
            assert list(await work.sync_states.list("B")) == [state for state in wanted if state.source == "B"]
            assert list(await work.sync_states.list("c")) == []
            assert list(await work.sync_states.list("\ud800")) == []

    async def test_a_state_needs_its_pipeline_and_texts_that_can_be_stored(self, monitor: Monitor) -> None:
        state = SyncState(source="a", pipeline_id=uuid4(), cursor=None, synced_at=MORNING, error=None)
        with pytest.raises(PipelineNotFoundError):
            await self._put(monitor, state)
        known = replace(state, pipeline_id=(await monitor.pipeline()).id)
        for broken, field in (
            (replace(known, source="\0"), "source"),
            (replace(known, cursor="\ud800"), "cursor"),
            (replace(known, error="\0"), "error"),
        ):
            with pytest.raises(InvalidInputError) as caught:
                await self._put(monitor, broken)
            assert caught.value.field == field

    async def _put(self, monitor: Monitor, *states: SyncState) -> None:
        async with monitor.open() as work:
            for state in states:
                await work.sync_states.put(state)
            await work.commit()


class LineageContract:
    """Jobs are pipelines for good; each event is kept once."""

    async def test_jobs_are_known_by_namespace_and_name(self, monitor: Monitor) -> None:
        client = await monitor.client()
        one, two = await monitor.pipeline(client=client), await monitor.pipeline(client=client)
        long = "n" * 10_000
        await self._add_jobs(
            monitor,
            LineageJob(namespace="a", name="b.c", pipeline_id=one.id),
            LineageJob(namespace="a.b", name="c", pipeline_id=two.id),
            LineageJob(namespace=long, name=long, pipeline_id=two.id),
        )
        asked = [("a", "b.c"), ("a.b", "c"), (long, long), ("A", "b.c"), ("a", "c"), ("a\0", "b"), ("\ud800", "")]
        async with monitor.open(write=False) as work:
            found = await work.lineage.pipelines_of([*asked, ("a", "b.c")])
            assert found == {("a", "b.c"): one.id, ("a.b", "c"): two.id, (long, long): two.id}
            assert await work.lineage.pipelines_of([]) == {}

    async def test_a_job_is_known_once(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        job = LineageJob(namespace="a", name="b", pipeline_id=pipeline.id)
        outcomes = await asyncio.gather(*(self._add_jobs(monitor, job) for _ in range(6)), return_exceptions=True)
        assert outcomes.count(None) == 1
        assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 5

    async def test_a_job_needs_its_pipeline_and_texts_that_can_be_stored(self, monitor: Monitor) -> None:
        with pytest.raises(PipelineNotFoundError):
            await self._add_jobs(monitor, LineageJob(namespace="a", name="b", pipeline_id=uuid4()))
        pipeline = await monitor.pipeline()
        for namespace, name, field in (("\0", "b", "namespace"), ("a", "\ud800", "name")):
            with pytest.raises(InvalidInputError) as caught:
                await self._add_jobs(monitor, LineageJob(namespace=namespace, name=name, pipeline_id=pipeline.id))
            assert caught.value.field == field

    async def test_an_event_is_kept_once(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        first, second = a_lineage_event(pipeline, "1"), a_lineage_event(pipeline, "1", "{}", event_time=None)
        async with monitor.open() as work:
            assert await work.lineage.add_events([first, first]) == {first.sha256}
            assert await work.lineage.add_events([]) == frozenset()
            await work.commit()
        async with monitor.open() as work:
            again = replace(first, received_at=LATER)
            assert await work.lineage.add_events([again, second]) == {second.sha256}
            assert await work.lineage.add_events([again, second]) == frozenset()
            await work.commit()
        async with monitor.open(write=False) as work:
            events = await work.lineage.events(pipeline_id=pipeline.id, external_run_id="1", limit=10)
            assert list(events) == [first, second]

    async def test_thousands_of_events_are_kept_each_once_however_many_bring_them(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        events = [a_lineage_event(pipeline, "1", f'{{"number":{number}}}') for number in range(3_000)]

        async def bring(start: int) -> frozenset[str]:
            async with monitor.open() as work:
                added = await work.lineage.add_events((events[start:] + events[:start])[:2_500])
                await work.commit()
            return added

        added = await asyncio.gather(*(bring(start) for start in (0, 700, 2_900)))
        assert sorted(digest for digests in added for digest in digests) == sorted(event.sha256 for event in events)

    async def test_events_of_a_run_are_in_order(self, monitor: Monitor) -> None:
        pipeline, other = await monitor.pipeline(), await monitor.pipeline()
        times = [LATER, None, MORNING, MORNING, None, MORNING - timedelta(days=1)]
        mine = [a_lineage_event(pipeline, "Run 1", event_time=time) for time in times]
        others = [a_lineage_event(pipeline, "run 1"), a_lineage_event(other, "Run 1"), a_lineage_event()]
        async with monitor.open() as work:
            await work.lineage.add_events([*mine, *others])
            await work.commit()
        wanted = sorted(mine, key=lambda one: (one.event_time is None, one.event_time or MORNING, one.sha256))
        async with monitor.open(write=False) as work:
            found = await work.lineage.events(pipeline_id=pipeline.id, external_run_id="Run 1", limit=10)
            assert list(found) == wanted
            found = await work.lineage.events(pipeline_id=pipeline.id, external_run_id="Run 1", limit=2)
            assert list(found) == wanted[:2]
            assert list(await work.lineage.events(pipeline_id=pipeline.id, external_run_id="\0", limit=2)) == []

    async def test_an_event_needs_its_pipeline_and_texts_that_can_be_stored(self, monitor: Monitor) -> None:
        stranger = a_pipeline(a_client())
        async with monitor.open() as work:
            with pytest.raises(PipelineNotFoundError):
                await work.lineage.add_events([a_lineage_event(), a_lineage_event(stranger, "1")])
        pipeline = await monitor.pipeline()
        for broken, field in (
            (a_lineage_event(document="\0"), "document"),
            (a_lineage_event(pipeline, "\ud800"), "external_run_id"),
            (a_lineage_event(event_type="\0"), "event_type"),
        ):
            async with monitor.open() as work:
                with pytest.raises(InvalidInputError) as caught:
                    await work.lineage.add_events([broken])
            assert caught.value.field == field

    async def test_old_events_are_removed_a_few_at_a_time(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        old = [a_lineage_event(pipeline, "1", received_at=MORNING - timedelta(days=n)) for n in (1, 2, 3)]
        new = a_lineage_event(pipeline, "1", received_at=MORNING)
        async with monitor.open() as work:
            await work.lineage.add_events([new, *old])
            await work.commit()
        for limit, gone, left in ((2, 2, [old[0], new]), (2, 1, [new]), (2, 0, [new])):
            async with monitor.open() as work:
                assert await work.lineage.prune(before=MORNING, limit=limit) == gone
                await work.commit()
            async with monitor.open(write=False) as work:
                events = await work.lineage.events(pipeline_id=pipeline.id, external_run_id="1", limit=9)
            assert sorted(event.sha256 for event in events) == sorted(event.sha256 for event in left)

    async def _add_jobs(self, monitor: Monitor, *jobs: LineageJob) -> None:
        async with monitor.open() as work:
            for job in jobs:
                await work.lineage.add_job(job)
            await work.commit()

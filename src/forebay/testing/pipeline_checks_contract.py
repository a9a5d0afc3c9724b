"""What is expected of requests to look at pipelines: none is lost, and no pipeline is looked at by two at once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from forebay.domain.pipelines.alert import CloseReason
from forebay.domain.pipelines.pipeline import Schedule
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import LATER, Monitor, a_pipeline


class PipelineChecksContract:
    """Requests. `one_writer`: units of work that write wait for each other."""

    one_writer = False

    async def test_requests_are_taken_out_oldest_first(self, monitor: Monitor) -> None:
        client = await monitor.client()
        pipelines = [await monitor.pipeline(client=client) for _ in range(3)]
        for number, pipeline in enumerate((pipelines[2], pipelines[0], pipelines[1])):
            await monitor.request(pipeline, at=MORNING + timedelta(seconds=number))
        assert list(await monitor.take(limit=2)) == [pipelines[2].id, pipelines[0].id]
        assert list(await monitor.take(limit=2)) == [pipelines[1].id]
        assert list(await monitor.take(limit=2)) == []
        assert list(await monitor.take(limit=0)) == []

    async def test_once_is_as_good_as_often(self, monitor: Monitor) -> None:
        client = await monitor.client()
        one, two = await monitor.pipeline(client=client), await monitor.pipeline(client=client)
        await monitor.request(one, one)
        for number in range(1, 6):
            await monitor.request(two, one, at=MORNING + timedelta(seconds=number))
        async with monitor.open() as work:
            assert list(await work.checks.take(limit=1)) == [one.id]
            assert list(await work.checks.take(limit=9)) == [two.id]
            assert list(await work.checks.take(limit=9)) == []
            await work.commit()
        assert list(await monitor.take()) == []

    async def test_what_was_not_committed_is_back(self, monitor: Monitor) -> None:
        pipeline, other = await monitor.pipeline(), await monitor.pipeline()
        await monitor.request(pipeline)
        async with monitor.open() as work:
            assert list(await work.checks.take(limit=9)) == [pipeline.id]
        async with monitor.open() as work:
            await work.checks.request([other.id], at=MORNING)
        assert list(await monitor.take()) == [pipeline.id]

    async def test_a_request_in_the_same_unit_of_work_is_there_after_it(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        await monitor.request(pipeline)
        async with monitor.open() as work:
            assert list(await work.checks.take(limit=9)) == [pipeline.id]
            await work.checks.request([pipeline.id], at=LATER)
            await work.commit()
        assert list(await monitor.take()) == [pipeline.id]

    async def test_nothing_is_looked_at_that_is_not_there(self, monitor: Monitor) -> None:
        async with monitor.open() as work:
            await work.checks.request([uuid4()], at=MORNING)
            await work.checks.request([], at=MORNING)
            await work.commit()
        assert list(await monitor.take()) == []

    async def test_thousands_are_requested_and_taken_at_once(self, monitor: Monitor) -> None:
        client = await monitor.client()
        pipelines = [a_pipeline(client) for _ in range(2_300)]
        await monitor.add_pipelines(*pipelines)
        for _ in range(2):
            await monitor.request(*pipelines)
        taken = await monitor.take(limit=2_200)
        assert len(taken) == len(set(taken)) == 2_200
        rest = await monitor.take(limit=2_200)
        assert {*taken, *rest} == {pipeline.id for pipeline in pipelines}
        assert len(rest) == 100

    async def test_pipelines_that_others_look_at_are_passed_over(self, monitor: Monitor) -> None:
        client = await monitor.client()
        pipelines = [await monitor.pipeline(client=client) for _ in range(3)]
        for number in range(2):  # so that each stands there more than once
            await monitor.request(*pipelines, at=MORNING + timedelta(seconds=number))
        async with monitor.open() as first:
            held = await first.checks.take(limit=2)
            assert len(held) == 2
            if self.one_writer:
                return  # who would look waits until the first is done
            async with monitor.open() as second:
                rest = await second.checks.take(limit=9)
                assert {*held, *rest} == {pipeline.id for pipeline in pipelines}
                assert len(rest) == 1
                async with monitor.open() as third:
                    assert list(await third.checks.take(limit=9)) == []

    async def test_a_request_while_others_look_is_not_lost(self, monitor: Monitor) -> None:
        pipeline = await monitor.pipeline()
        await monitor.request(pipeline)
        async with monitor.open() as first:
            assert list(await first.checks.take(limit=9)) == [pipeline.id]
            requesting = asyncio.create_task(monitor.request(pipeline, at=LATER))
            if not self.one_writer:
                await requesting  # who requests never waits for those who look
                async with monitor.open() as second:
                    assert list(await second.checks.take(limit=9)) == []
            await first.commit()
        await requesting
        assert list(await monitor.take()) == [pipeline.id]

    async def test_none_is_lost_and_none_is_looked_at_twice_at_once(self, monitor: Monitor) -> None:
        client = await monitor.client()
        pipelines = [a_pipeline(client) for _ in range(12)]
        await monitor.add_pipelines(*pipelines)
        now: set[UUID] = set()
        versions = dict.fromkeys((pipeline.id for pipeline in pipelines), 0)
        seen = dict(versions)

        async def report(number: int) -> None:
            for turn in range(15):
                pipeline = pipelines[(number * 5 + turn) % len(pipelines)]
                versions[pipeline.id] += 1
                await monitor.request(pipeline)

        async def look() -> int:
            async with monitor.open() as work:
                taken = await work.checks.take(limit=3)
                assert not now & {*taken}
                now.update(taken)
                found = {one: versions[one] for one in taken}
                await asyncio.sleep(0)
                now.difference_update(taken)
                await work.commit()
            for one, version in found.items():
                seen[one] = max(seen[one], version)
            return len(taken)

        async def look_often() -> None:
            for _ in range(15):
                await look()

        await asyncio.gather(*(report(number) for number in range(4)), *(look_often() for _ in range(4)))
        while await look():
            pass
        assert seen == versions, "the last look at each was after the last request"

    async def test_time_changes_something_about_pipelines_with_a_schedule_or_an_open_alert(
        self, monitor: Monitor
    ) -> None:
        client, rule = await monitor.client(), await monitor.rule()
        expected = await monitor.pipeline(client=client, schedule=Schedule(expect_every=timedelta(hours=1)))
        ending = await monitor.pipeline(client=client, schedule=Schedule(finish_grace=timedelta(hours=1)))
        lenient = await monitor.pipeline(client=client, schedule=Schedule(start_grace=timedelta(hours=1)))
        alarming = await monitor.pipeline(client=client, is_active=False)
        calm = await monitor.pipeline(client=client)
        await monitor.alert(rule, alarming)
        await monitor.alert(rule, lenient, closed_at=LATER, close_reason=CloseReason.RECOVERED)
        await monitor.alert(None, expected)
        wanted = sorted([expected.id, ending.id, alarming.id])
        assert calm.id not in wanted
        async with monitor.open(write=False) as work:
            assert list(await work.checks.timed(after=None, limit=9)) == wanted
            assert list(await work.checks.timed(after=None, limit=2)) == wanted[:2]
            assert list(await work.checks.timed(after=wanted[1], limit=2)) == wanted[2:]
            assert list(await work.checks.timed(after=wanted[2], limit=2)) == []

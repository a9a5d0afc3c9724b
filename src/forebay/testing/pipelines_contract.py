"""What is expected of pipelines."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.pipelines import PipelineAddress, PipelineFilter, PipelineName
from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.errors import ClientNotFoundError, PipelineExistsError, PipelineNotFoundError
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.texts import folded
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import LATER, Monitor, a_client, a_pipeline

A_SCHEDULE = Schedule(
    expect_every=timedelta(days=1), start_grace=timedelta(minutes=5), finish_grace=timedelta(hours=2, seconds=1)
)


class PipelinesContract:
    """Pipelines by id, by address, and in pages."""

    async def test_a_pipeline_comes_back_as_it_was_added(self, monitor: Monitor) -> None:
        full = await monitor.pipeline(
            "Größe 名前",
            platform=Platform.VENDOR_API,
            external_id="Ä/名 ",
            pipeline_type=PipelineType.QUALITY,
            environment=Environment.STAGING,
            is_active=False,
            schedule=A_SCHEDULE,
            enabled_at=LATER,
            revision=3,
        )
        bare = await monitor.pipeline(external_id=None, created_at=LATER)
        async with monitor.open(write=False) as work:
            assert await work.pipelines.get(full.id) == full
            assert await work.pipelines.get(bare.id) == bare
            listed = await work.pipelines.list(PipelineFilter(), order=SortOrder.ASC, after=None, limit=9)
            assert listed == (full, bare)
        async with monitor.open() as work:
            assert await work.pipelines.get(full.id, for_update=True) == full
            assert await work.pipelines.get_many([bare.id], for_update=True) == {bare.id: bare}

    async def test_a_pipeline_needs_its_client(self, monitor: Monitor) -> None:
        with pytest.raises(ClientNotFoundError):
            await monitor.add_pipelines(a_pipeline(a_client()))

    async def test_a_name_is_taken_once_within_its_client(self, monitor: Monitor) -> None:
        client = await monitor.client()
        first, second = await monitor.pipeline("straße", client=client), await monitor.pipeline("b", client=client)
        with pytest.raises(PipelineExistsError):
            await monitor.pipeline("STRASSE", client=client)
        with pytest.raises(PipelineExistsError):
            await monitor.update_pipeline(replace(second, name="Straße"))
        await monitor.pipeline("straße")
        with pytest.raises(ConflictError):
            await monitor.add_pipelines(replace(first, name="c", external_id=None))
        await monitor.update_pipeline(replace(first, name="STRASSE"))

    async def test_an_external_id_is_taken_once_on_its_platform(self, monitor: Monitor) -> None:
        client = await monitor.client()
        await monitor.pipeline(client=client, external_id="x")
        other = await monitor.pipeline(client=client, external_id="X")
        await monitor.pipeline(client=client, external_id="x", platform=Platform.DBT)
        await monitor.pipeline(external_id="x")
        for _ in range(2):
            await monitor.pipeline(client=client, external_id=None)
        with pytest.raises(PipelineExistsError):
            await monitor.pipeline(client=client, external_id="x")
        with pytest.raises(PipelineExistsError):
            await monitor.update_pipeline(replace(other, external_id="x"))

    async def test_of_many_who_take_a_name_at_once_one_gets_it(self, monitor: Monitor) -> None:
        client = await monitor.client()
        outcomes = await asyncio.gather(
            *(monitor.pipeline("a", client=client) for _ in range(8)), return_exceptions=True
        )
        assert sum(isinstance(outcome, Pipeline) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, PipelineExistsError) for outcome in outcomes) == 7

    async def test_an_update_writes_what_may_change_of_a_pipeline(self, monitor: Monitor) -> None:
        pipeline, other = await monitor.pipeline(), await monitor.client()
        changed = replace(
            pipeline,
            name="New",
            platform=Platform.CRON,
            external_id=None,
            pipeline_type=PipelineType.EXPORT,
            environment=Environment.DEV,
            is_active=False,
            schedule=A_SCHEDULE,
            enabled_at=LATER,
            revision=2,
            updated_at=LATER,
        )
        await monitor.update_pipeline(replace(changed, client_id=other.id, created_at=LATER))
        async with monitor.open(write=False) as work:
            assert await work.pipelines.get(pipeline.id) == changed
        await monitor.update_pipeline(replace(changed, schedule=Schedule(), external_id="again"))
        async with monitor.open(write=False) as work:
            assert (await work.pipelines.get(pipeline.id)).schedule == Schedule()

    async def test_schedules_of_a_clients_enabled_pipelines_begin_anew(self, monitor: Monitor) -> None:
        client = await monitor.client()
        enabled = await monitor.pipeline(client=client)
        disabled = await monitor.pipeline(client=client, is_active=False)
        other = await monitor.pipeline()
        async with monitor.open() as work:
            await work.pipelines.begin_schedules(client.id, at=LATER)
            await work.commit()
        async with monitor.open(write=False) as work:
            assert await work.pipelines.get(enabled.id) == replace(enabled, enabled_at=LATER)
            assert await work.pipelines.get(disabled.id) == disabled
            assert await work.pipelines.get(other.id) == other

    async def test_a_pipeline_that_is_not_there_is_not_found(self, monitor: Monitor) -> None:
        client = await monitor.client()
        async with monitor.open(write=False) as work:
            with pytest.raises(PipelineNotFoundError):
                await work.pipelines.get(uuid4())
            assert await work.pipelines.get_many([uuid4()]) == {}
            assert await work.pipelines.get_many([]) == {}
            assert await work.pipelines.existing([]) == frozenset()
            assert await work.pipelines.find([]) == {}
        with pytest.raises(PipelineNotFoundError):
            await monitor.update_pipeline(a_pipeline(client))

    async def test_text_of_a_pipeline_that_cannot_be_stored_is_refused_by_its_field(self, monitor: Monitor) -> None:
        client = await monitor.client()
        with pytest.raises(InvalidInputError) as caught:
            await monitor.pipeline("a\0b", client=client)
        assert caught.value.field == "name"
        with pytest.raises(InvalidInputError) as caught:
            await monitor.pipeline(client=client, external_id="\ud800")
        assert caught.value.field == "external_id"

    async def test_pipelines_are_found_by_their_addresses(self, monitor: Monitor) -> None:
        client = await monitor.client("Größe AG")
        pipeline = await monitor.pipeline(client=client, external_id="Dag '\"%_\\名\U0001f600")
        known = PipelineAddress(folded("GRÖSSE ag"), Platform.AIRFLOW, str(pipeline.external_id))
        strangers = [
            known._replace(client="another"),
            known._replace(client="Größe AG"),  # not as folded() has it
            known._replace(platform=Platform.DBT),
            known._replace(external_id=known.external_id.lower()),
            known._replace(external_id="\0"),
            known._replace(client="\ud800"),
        ]
        async with monitor.open(write=False) as work:
            assert await work.pipelines.find([*strangers, known, known]) == {known: pipeline.id}
            assert await work.pipelines.find(strangers) == {}

    async def test_an_address_that_was_given_up_is_free(self, monitor: Monitor) -> None:
        client = await monitor.client()
        first = await monitor.pipeline(client=client, external_id="x")
        await monitor.update_pipeline(replace(first, external_id="y"))
        second = await monitor.pipeline(client=client, external_id="x")
        x, y = (PipelineAddress(folded(client.name), Platform.AIRFLOW, name) for name in "xy")
        async with monitor.open(write=False) as work:
            assert await work.pipelines.find([x, y]) == {x: second.id, y: first.id}

    async def test_many_pipelines_are_added_and_their_names_known_at_once(self, monitor: Monitor) -> None:
        one, other = await monitor.client("Größe"), await monitor.client("other")
        pipelines = [a_pipeline(one, name=f"Straße {number}") for number in range(1_200)]
        async with monitor.open() as work:
            await work.pipelines.add_all([])
            await work.pipelines.add_all(pipelines)
            await work.commit()
        names = [PipelineName("grösse", f"strasse {number}") for number in range(1_200)]
        free = [
            PipelineName("grösse", "strasse"),
            PipelineName("grösse", "Straße 1"),  # not as folded() has it
            PipelineName("other", "strasse 1"),
            PipelineName("nobody", "strasse 1"),
            PipelineName("\0", "strasse 1"),
            PipelineName("grösse", "\ud800"),
        ]
        async with monitor.open(write=False) as work:
            assert await work.pipelines.taken([*names, *free]) == frozenset(names)
            assert await work.pipelines.taken([]) == frozenset()
        for bad, error in (
            (a_pipeline(one, name="STRASSE 7"), PipelineExistsError),
            (a_pipeline(a_client()), ClientNotFoundError),
        ):
            async with monitor.open() as work:
                with pytest.raises(error):
                    await work.pipelines.add_all([a_pipeline(other), bad])

    async def test_thousands_are_found_at_once(self, monitor: Monitor) -> None:
        clients = [await monitor.client(f"Client {number}") for number in range(3)]
        pipelines = [a_pipeline(clients[number % 3], external_id=f"dag-{number}") for number in range(1_200)]
        await monitor.add_pipelines(*pipelines)
        addresses = {
            PipelineAddress(f"client {number % 3}", Platform.AIRFLOW, f"dag-{number}"): one.id
            for number, one in enumerate(pipelines)
        }
        nobody = [PipelineAddress("nobody", Platform.CRON, f"dag-{number}") for number in range(25_000)]
        by_id = {pipeline.id: pipeline for pipeline in pipelines}
        asked = [*by_id, *(uuid4() for _ in range(2_000)), pipelines[0].id]
        async with monitor.open() as work:
            assert await work.pipelines.find([*addresses, *nobody]) == addresses
            assert await work.pipelines.get_many(asked) == by_id
            assert await work.pipelines.get_many(asked, for_update=True) == by_id
            assert await work.pipelines.existing(asked) == by_id.keys()

    async def test_pages_of_pipelines_are_complete_in_both_orders_also_of_equal_times(self, monitor: Monitor) -> None:
        client = await monitor.client()
        times = [MORNING, MORNING + timedelta(microseconds=1), LATER]
        pipelines = [a_pipeline(client, created_at=times[number // 4]) for number in range(11)]
        await monitor.add_pipelines(*pipelines)
        wanted = [one.id for one in sorted(pipelines, key=lambda one: (one.created_at, one.id))]
        for limit in (1, 3, 11, 20):
            assert await self._pipelines_paged(monitor, SortOrder.ASC, limit) == wanted
            assert await self._pipelines_paged(monitor, SortOrder.DESC, limit) == wanted[::-1]

    async def test_pipelines_are_found_by_what_is_in_name_or_external_id(self, monitor: Monitor) -> None:
        named = await monitor.pipeline("Straße 50%_", external_id=None)
        known = await monitor.pipeline("b", external_id="Straße\\x")
        for text, wanted in (
            ("STRASSE", {named.id, known.id}),
            ("%", {named.id}),
            ("_", {named.id}),
            ("\\X", {known.id}),
            ("b", {known.id}),
            ("a%e", set()),
            ("b\nstrasse", set()),
            ("\0", set()),
            ("\ud800", set()),
            ("x" * 60_000, set()),
            ("", {named.id, known.id}),
        ):
            assert await self._pipeline_ids(monitor, PipelineFilter(text=text)) == wanted, text
        await monitor.update_pipeline(replace(known, name="c", external_id="d"))
        assert await self._pipeline_ids(monitor, PipelineFilter(text="strasse")) == {named.id}
        assert await self._pipeline_ids(monitor, PipelineFilter(text="D")) == {known.id}

    async def test_filters_of_pipelines_hold_together(self, monitor: Monitor) -> None:
        client = await monitor.client()
        one = await monitor.pipeline(client=client, platform=Platform.DBT, environment=Environment.DEV)
        two = await monitor.pipeline(client=client, platform=Platform.DBT, pipeline_type=PipelineType.EXPORT)
        three = await monitor.pipeline(is_active=False)
        for where, wanted in (
            (PipelineFilter(client_id=client.id), {one.id, two.id}),
            (PipelineFilter(client_id=uuid4()), set()),
            (PipelineFilter(platform=Platform.DBT), {one.id, two.id}),
            (PipelineFilter(environment=Environment.DEV), {one.id}),
            (PipelineFilter(pipeline_type=PipelineType.EXPORT), {two.id}),
            (PipelineFilter(is_active=False), {three.id}),
            (PipelineFilter(is_active=True), {one.id, two.id}),
            (PipelineFilter(client_id=client.id, platform=Platform.DBT, environment=Environment.PROD), {two.id}),
            (PipelineFilter(client_id=client.id, is_active=False), set()),
        ):
            assert await self._pipeline_ids(monitor, where) == wanted, where

    async def test_whoever_has_pipelines_for_an_update_has_them_alone(self, monitor: Monitor) -> None:
        client = await monitor.client()
        pipelines = [await monitor.pipeline(client=client) for _ in range(4)]

        async def change(ids: list[UUID]) -> None:
            async with monitor.open() as work:
                found = await work.pipelines.get_many(ids, for_update=True)
                await asyncio.sleep(0)
                for one in found.values():
                    await work.pipelines.update(replace(one, revision=one.revision + 1))
                await work.commit()

        ids = [one.id for one in pipelines]
        await asyncio.gather(*(change(ids[::-1] if number % 2 else ids) for number in range(8)))
        async with monitor.open(write=False) as work:
            assert {one.revision for one in (await work.pipelines.get_many(ids)).values()} == {9}

    async def _pipelines_paged(self, monitor: Monitor, order: SortOrder, limit: int) -> list[UUID]:
        seen: list[Pipeline] = []
        async with monitor.open(write=False) as work:
            while True:
                after = Position(at=seen[-1].created_at, id=seen[-1].id) if seen else None
                page = await work.pipelines.list(PipelineFilter(), order=order, after=after, limit=limit)
                seen += page
                if len(page) < limit:
                    return [pipeline.id for pipeline in seen]

    async def _pipeline_ids(self, monitor: Monitor, where: PipelineFilter) -> set[UUID]:
        async with monitor.open(write=False) as work:
            return {one.id for one in await work.pipelines.list(where, order=SortOrder.ASC, after=None, limit=100)}

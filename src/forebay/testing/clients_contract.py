"""What is expected of clients."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.pipelines import ClientFilter
from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.errors import ClientExistsError, ClientNotFoundError
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import LATER, Monitor, a_client


class ClientsContract:
    """Clients by id, by name, and in pages."""

    async def test_a_client_comes_back_as_it_was_added(self, monitor: Monitor) -> None:
        client = await monitor.client("Größe & 名前", is_active=False, revision=7)
        async with monitor.open(write=False) as work:
            assert await work.clients.get(client.id) == client
            assert await work.clients.get_many([client.id]) == {client.id: client}
            assert await work.clients.list(ClientFilter(), order=SortOrder.ASC, after=None, limit=9) == (client,)
        async with monitor.open() as work:
            assert await work.clients.get(client.id, for_update=True) == client

    async def test_a_client_is_found_by_its_name_however_it_is_written(self, monitor: Monitor) -> None:
        client = await monitor.client("Größe 名前")
        async with monitor.open(write=False) as work:
            for name in ("Größe 名前", "GRÖSSE 名前", " gro\u0308SSe 名前\n"):
                assert await work.clients.find(name) == client
            for name in ("größe", "", "\0", "\ud800", "größe_名前", "%"):
                assert await work.clients.find(name) is None

    async def test_many_clients_are_added_and_found_at_once(self, monitor: Monitor) -> None:
        clients = {f"größe {number}".casefold(): a_client(f"Größe {number}") for number in range(1_200)}
        async with monitor.open() as work:
            await work.clients.add_all([])
            await work.clients.add_all(list(clients.values()))
            assert await work.clients.find_all([*clients, "Größe 1", "other", "\0", "\ud800"]) == clients
            assert await work.clients.find_all([]) == {}
            await work.commit()
        async with monitor.open() as work:
            with pytest.raises(ClientExistsError):
                await work.clients.add_all([a_client("new"), a_client("GRÖSSE 7")])

    async def test_a_name_is_taken_once_whatever_its_capitals(self, monitor: Monitor) -> None:
        first, second = await monitor.client("straße"), await monitor.client("other")
        with pytest.raises(ClientExistsError):
            await monitor.client("STRASSE")
        with pytest.raises(ClientExistsError):
            await monitor.update_client(replace(second, name="Straße"))
        with pytest.raises(ConflictError):
            await monitor.add_clients(replace(first, name="another"))
        await monitor.update_client(replace(first, name="STRASSE"))

    async def test_a_name_that_was_given_up_is_free(self, monitor: Monitor) -> None:
        first = await monitor.client("one")
        await monitor.update_client(replace(first, name="two"))
        again = await monitor.client("One")
        async with monitor.open(write=False) as work:
            assert await work.clients.find("one") == again
            assert await work.clients.find("two") == replace(first, name="two")

    async def test_of_two_who_take_a_name_at_once_one_gets_it(self, monitor: Monitor) -> None:
        outcomes = await asyncio.gather(*(monitor.client("Acme") for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(outcome, Client) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, ClientExistsError) for outcome in outcomes) == 7

    async def test_an_update_writes_what_may_change_of_a_client(self, monitor: Monitor) -> None:
        client = await monitor.client()
        changed = replace(client, name="New", is_active=False, revision=2, updated_at=LATER)
        await monitor.update_client(replace(changed, created_at=LATER))
        async with monitor.open(write=False) as work:
            assert await work.clients.get(client.id) == changed

    async def test_a_client_that_is_not_there_is_not_found(self, monitor: Monitor) -> None:
        async with monitor.open(write=False) as work:
            with pytest.raises(ClientNotFoundError):
                await work.clients.get(uuid4())
            assert await work.clients.get_many([uuid4()]) == {}
            assert await work.clients.get_many([]) == {}
        with pytest.raises(ClientNotFoundError):
            await monitor.update_client(a_client())

    async def test_text_of_a_client_that_cannot_be_stored_is_refused_by_its_field(self, monitor: Monitor) -> None:
        for name in ("a\0b", "\ud800"):
            with pytest.raises(InvalidInputError) as caught:
                await monitor.client(name)
            assert caught.value.field == "name"

    async def test_nothing_is_left_of_what_was_not_committed(self, monitor: Monitor) -> None:
        client = a_client()
        async with monitor.open() as work:
            await work.clients.add(client)
        async with monitor.open(write=False) as work:
            assert await work.clients.get_many([client.id]) == {}
        await monitor.add_clients(client)

    async def test_pages_of_clients_are_complete_in_both_orders_also_of_equal_times(self, monitor: Monitor) -> None:
        times = [MORNING, MORNING + timedelta(microseconds=1), LATER]
        clients = [a_client(created_at=times[number // 4]) for number in range(11)]
        await monitor.add_clients(*clients)
        wanted = [client.id for client in sorted(clients, key=lambda one: (one.created_at, one.id))]
        for limit in (1, 3, 11, 20):
            assert await self._clients_paged(monitor, SortOrder.ASC, limit) == wanted
            assert await self._clients_paged(monitor, SortOrder.DESC, limit) == wanted[::-1]

    async def test_clients_are_found_by_what_is_in_their_names(self, monitor: Monitor) -> None:
        plain, odd = await monitor.client("Acme Straße"), await monitor.client(r"50%_\off")
        for text, wanted in (
            ("STRASSE", {plain.id}),
            ("me s", {plain.id}),
            (" acme ", {plain.id}),
            ("%", {odd.id}),
            ("_", {odd.id}),
            ("\\", {odd.id}),
            ("0%_\\O", {odd.id}),
            ("a%e", set()),
            ("*", set()),
            ("\0", set()),
            ("\udfff", set()),
            ("x" * 60_000, set()),
            ("", {plain.id, odd.id}),
        ):
            assert await self._client_ids(monitor, ClientFilter(text=text)) == wanted, text

    async def test_filters_of_clients_hold_together(self, monitor: Monitor) -> None:
        active, gone = await monitor.client("Acme one"), await monitor.client("Acme two", is_active=False)
        assert await self._client_ids(monitor, ClientFilter(is_active=True)) == {active.id}
        assert await self._client_ids(monitor, ClientFilter(is_active=False)) == {gone.id}
        assert await self._client_ids(monitor, ClientFilter(text="acme", is_active=False)) == {gone.id}
        assert await self._client_ids(monitor, ClientFilter(text="one", is_active=False)) == set()

    async def test_thousands_are_got_at_once(self, monitor: Monitor) -> None:
        clients = [a_client() for _ in range(1_100)]
        await monitor.add_clients(*clients)
        async with monitor.open(write=False) as work:
            asked = [client.id for client in clients] + [uuid4() for _ in range(2_000)] + [clients[0].id]
            assert await work.clients.get_many(asked) == {client.id: client for client in clients}

    async def test_whoever_has_a_client_for_an_update_has_it_alone(self, monitor: Monitor) -> None:
        client = await monitor.client()

        async def change() -> None:
            async with monitor.open() as work:
                found = await work.clients.get(client.id, for_update=True)
                await asyncio.sleep(0)
                await work.clients.update(replace(found, revision=found.revision + 1))
                await work.commit()

        await asyncio.gather(*(change() for _ in range(8)))
        async with monitor.open(write=False) as work:
            assert (await work.clients.get(client.id)).revision == 9

    async def _clients_paged(self, monitor: Monitor, order: SortOrder, limit: int) -> list[UUID]:
        seen: list[Client] = []
        async with monitor.open(write=False) as work:
            while True:
                after = Position(at=seen[-1].created_at, id=seen[-1].id) if seen else None
                page = await work.clients.list(ClientFilter(), order=order, after=after, limit=limit)
                seen += page
                if len(page) < limit:
                    return [client.id for client in seen]

    async def _client_ids(self, monitor: Monitor, where: ClientFilter) -> set[UUID]:
        async with monitor.open(write=False) as work:
            return {one.id for one in await work.clients.list(where, order=SortOrder.ASC, after=None, limit=100)}

"""What is expected of messages about alerts: an outbox that several may empty."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from forebay.domain.errors import ConflictError, InvalidInputError, NotFoundError
from forebay.domain.pipelines.alert import Delivery, DeliveryStatus, Transition
from forebay.domain.pipelines.errors import AlertNotFoundError
from forebay.testing.intake_examples import MORNING
from forebay.testing.pipeline_examples import LATER, Monitor, a_delivery, an_alert

BEFORE = MORNING - timedelta(minutes=1)


class DeliveriesContract:
    """Messages to be sent. `one_writer`: units of work that write wait for each other."""

    one_writer = False

    async def test_a_message_comes_back_as_it_was_added(self, monitor: Monitor) -> None:
        alert = await monitor.alert()
        second = await monitor.delivery(
            alert,
            transition=Transition.CLOSED,
            status=DeliveryStatus.FAILED,
            attempts=9,
            last_error="Größe\n名前",
            created_at=LATER,
        )
        first = await monitor.delivery(alert)
        await monitor.delivery()
        async with monitor.open(write=False) as work:
            assert list(await work.deliveries.of_alert(alert.id)) == [first, second]
            assert list(await work.deliveries.of_alert(uuid4())) == []

    async def test_there_is_one_message_of_a_transition(self, monitor: Monitor) -> None:
        alert = await monitor.alert()
        outcomes = await asyncio.gather(*(monitor.delivery(alert) for _ in range(6)), return_exceptions=True)
        assert sum(isinstance(outcome, Delivery) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 5
        await monitor.delivery(alert, transition=Transition.CLOSED)

    async def test_a_message_needs_its_alert(self, monitor: Monitor) -> None:
        with pytest.raises(AlertNotFoundError):
            await monitor.add_deliveries(a_delivery(an_alert(await monitor.rule(), await monitor.pipeline())))

    async def test_an_update_writes_what_may_change_of_a_message(self, monitor: Monitor) -> None:
        delivery, other = await monitor.delivery(), await monitor.alert()
        changed = replace(
            delivery,
            status=DeliveryStatus.SENDING,
            attempts=1,
            not_before=LATER,
            last_error="no answer",
            updated_at=LATER,
        )
        await self._update_message(
            monitor, replace(changed, alert_id=other.id, transition=Transition.CLOSED, created_at=LATER)
        )
        async with monitor.open(write=False) as work:
            assert list(await work.deliveries.of_alert(delivery.alert_id)) == [changed]
            assert list(await work.deliveries.of_alert(other.id)) == []
        with pytest.raises(NotFoundError):
            await self._update_message(monitor, replace(delivery, id=uuid4()))
        with pytest.raises(InvalidInputError) as caught:
            await self._update_message(monitor, replace(delivery, last_error="\0"))
        assert caught.value.field == "last_error"

    async def test_what_is_due_is_found_oldest_first(self, monitor: Monitor) -> None:
        second = await monitor.delivery(status=DeliveryStatus.SENDING)
        first = await monitor.delivery(not_before=BEFORE)
        later = await monitor.delivery(not_before=MORNING + timedelta(microseconds=1))
        for status in DeliveryStatus:
            if status.is_final:
                await monitor.delivery(status=status, not_before=BEFORE)
        async with monitor.open() as work:
            assert list(await work.deliveries.due(at=MORNING, limit=9)) == [first, second]
            assert list(await work.deliveries.due(at=MORNING, limit=1)) == [first]
            assert list(await work.deliveries.due(at=LATER, limit=9)) == [first, second, later]
            assert list(await work.deliveries.due(at=BEFORE - timedelta(1), limit=9)) == []

    async def test_the_next_time_is_that_of_the_first_message_to_become_due(self, monitor: Monitor) -> None:
        assert await self._next_message_due(monitor) is None
        await monitor.delivery(status=DeliveryStatus.DELIVERED, not_before=BEFORE)
        assert await self._next_message_due(monitor) is None
        await monitor.delivery(not_before=LATER)
        assert await self._next_message_due(monitor) == LATER
        await monitor.delivery(status=DeliveryStatus.SENDING)
        assert await self._next_message_due(monitor) == MORNING

    async def test_messages_that_others_hold_are_passed_over(self, monitor: Monitor) -> None:
        first, second = await monitor.delivery(not_before=BEFORE), await monitor.delivery()
        async with monitor.open() as holder:
            assert list(await holder.deliveries.due(at=MORNING, limit=1)) == [first]
            if self.one_writer:
                return  # who would look waits until the holder is done
            async with monitor.open() as work:
                assert list(await work.deliveries.due(at=MORNING, limit=9)) == [second]
        async with monitor.open() as work:
            assert list(await work.deliveries.due(at=MORNING, limit=9)) == [first, second]

    async def test_each_message_is_taken_once_however_many_take(self, monitor: Monitor) -> None:
        rule, client = await monitor.rule(), await monitor.client()
        there: list[Delivery] = []
        for _ in range(20):
            alert = await monitor.alert(rule, await monitor.pipeline(client=client))
            there.append(await monitor.delivery(alert))
        taken: list[UUID] = []

        async def send() -> int:
            async with monitor.open() as work:
                found = await work.deliveries.due(at=MORNING, limit=3)
                for one in found:
                    await work.deliveries.update(replace(one, status=DeliveryStatus.DELIVERED))
                await work.commit()
            taken.extend(one.id for one in found)
            return len(found)

        async def send_all() -> None:
            while await send():
                pass

        await asyncio.gather(*(send_all() for _ in range(6)))
        await send_all()  # those that somebody held while all others looked
        assert sorted(taken) == sorted(one.id for one in there)

    async def _update_message(self, monitor: Monitor, delivery: Delivery) -> None:
        async with monitor.open() as work:
            await work.deliveries.update(delivery)
            await work.commit()

    async def _next_message_due(self, monitor: Monitor) -> datetime | None:
        async with monitor.open(write=False) as work:
            return await work.deliveries.next_due()

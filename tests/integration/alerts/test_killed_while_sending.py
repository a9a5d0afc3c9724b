"""A process that is killed while it sends a message leaves it to others, who know what may be sent again."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.domain.pipelines.alert import Delivery, DeliveryStatus
from forebay.domain.pipelines.alert_rule import Channel
from forebay.domain.pipelines.report import ReportedStatus
from tests.integration.alerts.sender import deliver
from tests.integration.notify.receiver import Receiver, receiving, status
from tests.unit.alerts.desk import Desk

LONG = 60


async def opened(units: PipelinesUnitOfWorkFactory, destination: str, channel: Channel) -> Desk:
    """An alert whose message waits, for anybody to send."""
    desk = Desk(units)
    pipeline = await desk.pipeline()
    await desk.rule(channel=channel, destination=destination)
    await desk.report(pipeline, "1", ReportedStatus.FAILED)
    await desk.use.evaluate()
    return desk


@asynccontextmanager
async def killed_while_sending(url: str, receiver: Receiver) -> AsyncIterator[None]:
    """Another process has begun to send, and is gone."""
    receiver.answer = receiver.silent
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.integration.alerts.sender", url)
    try:
        async with asyncio.timeout(LONG):
            await receiver.until(1)
    finally:
        process.kill()
        await process.wait()
    receiver.answer = status(200)
    yield


async def settled(desk: Desk, url: str) -> Delivery:
    """Once the lease of the dead has run out."""
    async with asyncio.timeout(LONG):
        while True:
            await deliver(url)
            [delivery] = await desk.deliveries()
            if delivery.status.is_final:
                return delivery
            assert delivery.status is DeliveryStatus.SENDING
            await asyncio.sleep(0.1)  # there is nothing to wait for but time


async def test_a_webhook_is_sent_again_with_the_same_id(units: PipelinesUnitOfWorkFactory, database_url: str) -> None:
    async with receiving() as receiver:
        desk = await opened(units, receiver.url, Channel.WEBHOOK)
        async with killed_while_sending(database_url, receiver):
            delivery = await settled(desk, database_url)
        first, second = receiver.got
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.DELIVERED, 2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


async def test_a_message_for_people_is_not_sent_again(units: PipelinesUnitOfWorkFactory, database_url: str) -> None:
    async with receiving() as receiver:
        desk = await opened(units, f"json://127.0.0.1:{receiver.port}/secret-path", Channel.SLACK)
        async with killed_while_sending(database_url, receiver):
            delivery = await settled(desk, database_url)
        assert len(receiver.got) == 1
    assert delivery.status is DeliveryStatus.UNKNOWN
    assert delivery.last_error == ("the process that sent it ended meanwhile, and nobody can say whether it arrived")

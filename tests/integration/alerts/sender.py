"""A process that delivers what is due on a database, with leases of a second: `python -m … URL`."""

import asyncio
import random
import sys
from datetime import timedelta

from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.adapters.system.clock import SystemClock
from forebay.application.pipelines.deliver_alerts import DeliverAlerts
from forebay.application.pipelines.delivery_attempt import DeliveryAttempt
from forebay.application.pipelines.delivery_policy import DeliveryPolicy
from forebay.bootstrap.alert_observing import EmbeddedAlertLog
from forebay.bootstrap.alerting import open_notifiers

POLICY = DeliveryPolicy(lease=timedelta(seconds=1))


async def deliver(url: str) -> int:
    database = open_database(url, pool_size=2)
    try:
        async with open_notifiers() as notifiers:
            units, observer, clock = SqlUnitOfWorkFactory(database), EmbeddedAlertLog(), SystemClock()
            attempt = DeliveryAttempt(
                unit_of_work=units,
                notifiers=notifiers,
                policy=POLICY,
                observer=observer,
                clock=clock,
                chance=random.random,
            )
            deliver = DeliverAlerts(
                unit_of_work=units,
                notifiers=notifiers,
                attempt=attempt,
                policy=POLICY,
                observer=observer,
                clock=clock,
            )
            return await deliver()
    finally:
        await database.dispose()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1]))

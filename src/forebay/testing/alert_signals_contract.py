"""What is expected of change signals about alerts: whoever is to look or to send is woken."""

from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.testing.pipeline_examples import Monitor


class AlertSignalsContract:
    """`notice_seconds`: longer than it takes to hear on a slow machine. `quiet_seconds`: this long without a report,

    and whatever was still on its way has arrived.
    """

    notice_seconds = 30.0
    quiet_seconds = 0.7

    async def test_who_listens_hears_of_requests(
        self, monitor: Monitor, signals: ChangeSignals, elsewhere: Monitor
    ) -> None:
        pipeline = await monitor.pipeline()
        async with signals.listen(Topic.ALERTS) as listener:
            for whose in (monitor, elsewhere):
                await self._calm(listener)
                await whose.request(pipeline)
                assert await listener.wait(self.notice_seconds)

    async def test_who_listens_hears_of_messages(
        self, monitor: Monitor, signals: ChangeSignals, elsewhere: Monitor
    ) -> None:
        alerts = [await monitor.alert(), await monitor.alert()]
        async with signals.listen(Topic.ALERTS) as listener:
            for whose, alert in zip((monitor, elsewhere), alerts, strict=True):
                await self._calm(listener)
                await whose.delivery(alert)
                assert await listener.wait(self.notice_seconds)

    async def _calm(self, listener: ChangeListener) -> None:
        """Until no report of what was before is on its way."""
        while await listener.wait(self.quiet_seconds):
            pass

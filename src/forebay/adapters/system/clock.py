"""The machine's clock."""

from datetime import UTC, datetime

from forebay.application.ports.clock import Clock


class SystemClock:
    """Wall-clock time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


_fits: Clock = SystemClock()

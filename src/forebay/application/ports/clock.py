"""Time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Says what time it is: aware, in UTC, with microseconds. May go back when the machine's clock is set."""

    def now(self) -> datetime: ...

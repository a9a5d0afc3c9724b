"""What was verified is noted soon, but not blob by blob."""

from collections.abc import Callable
from datetime import datetime

from forebay.application.cancellation import to_the_end
from forebay.application.ports.clock import Clock
from forebay.application.ports.fixity import FixityUnitOfWorkFactory
from forebay.domain.intake.blob import ObjectKey

_MANY = 200
_SECONDS = 5.0


class VerifiedMarks:
    """Keeps marks until there are many or some seconds have passed. Each says no later time than its blob was read."""

    def __init__(self, *, unit_of_work: FixityUnitOfWorkFactory, clock: Clock, seconds: Callable[[], float]) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._seconds = seconds
        self._keys: list[ObjectKey] = []
        self._first_at: datetime | None = None
        self._written = seconds()

    async def add(self, key: ObjectKey) -> None:
        """Of a blob that has just been read."""
        self._first_at = self._first_at or self._clock.now()
        self._keys.append(key)
        if len(self._keys) >= _MANY or self._seconds() - self._written >= _SECONDS:
            await to_the_end(self.write())

    async def write(self) -> None:
        """Those that are not written yet."""
        keys, at = self._keys, self._first_at
        self._keys, self._first_at, self._written = [], None, self._seconds()
        if at is not None:
            async with self._unit_of_work() as work:
                await work.fixity.mark_verified(keys, at=at)
                await work.commit()

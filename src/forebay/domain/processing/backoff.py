"""When a job is tried again after a passing failure."""

from dataclasses import dataclass
from datetime import timedelta

_JITTER = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """`delays`: in seconds, after the first, second … failure; the last one repeats. Spread by a fifth either way."""

    delays: tuple[float, ...] = (10.0, 60.0, 300.0)

    def after(self, attempts: int, *, chance: float) -> timedelta:
        """`attempts`: made so far, at least 1. `chance`: from 0 up to 1, evenly spread; 0.5 gives the plain delay."""
        base = self.delays[min(attempts, len(self.delays)) - 1]
        return timedelta(seconds=base * (1 - _JITTER + 2 * _JITTER * chance))

"""The steps of one job in memory, in order."""

from bisect import bisect_left
from dataclasses import dataclass
from uuid import UUID

from forebay.domain.processing.step import Step

Places = tuple[tuple[int, UUID], ...]  # ordinals, rising, and ids


@dataclass(frozen=True, slots=True)
class StepList:
    """All steps, and those still open: whoever wants the next one need not look at those that are done."""

    every: Places = ()
    open: Places = ()

    def has(self, ordinal: int) -> bool:
        return _has(self.every, ordinal)

    def with_step(self, step: Step) -> "StepList":
        """With this step as it is now."""
        every = self.every if self.has(step.ordinal) else _with(self.every, step)
        still = self.open
        if step.is_open != _has(still, step.ordinal):
            still = _with(still, step) if step.is_open else _without(still, step.ordinal)
        return StepList(every, still)


def _has(places: Places, ordinal: int) -> bool:
    index = bisect_left(places, (ordinal,))
    return index < len(places) and places[index][0] == ordinal


def _with(places: Places, step: Step) -> Places:
    index = bisect_left(places, (step.ordinal,))
    return (*places[:index], (step.ordinal, step.id), *places[index:])


def _without(places: Places, ordinal: int) -> Places:
    index = bisect_left(places, (ordinal,))
    return (*places[:index], *places[index + 1 :])

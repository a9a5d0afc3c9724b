"""The members of one catalogue in memory."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from uuid import UUID

from forebay.domain.intake.member import Member


@dataclass(frozen=True)
class Listing:
    """Members in the batches in which they came; sorted when somebody first asks for them in order. Never changed."""

    run_id: UUID
    batches: tuple[tuple[Member, ...], ...] = ()

    def __iter__(self) -> Iterator[Member]:
        return chain.from_iterable(self.batches)

    def with_batch(self, batch: tuple[Member, ...]) -> "Listing":
        return Listing(self.run_id, (*self.batches, batch))

    def without_first(self, count: int) -> "Listing | None":
        """None when nothing is left."""
        rest = tuple(islice(self, count, None))
        return Listing(self.run_id, (rest,)) if rest else None

    @cached_property
    def in_order(self) -> list[Member]:
        return sorted(self, key=_place)

    def page(self, prefix: str, after: tuple[str, UUID] | None) -> Iterator[Member]:
        """Members whose path begins with the prefix, behind `after`. Python compares text by code point."""
        start = bisect_left(self.in_order, prefix, key=_path)
        if after is not None:
            start = max(start, bisect_right(self.in_order, after, key=_place))
        for member in islice(self.in_order, start, None):
            if not member.path.startswith(prefix):
                return
            yield member


def _path(member: Member) -> str:
    return member.path


def _place(member: Member) -> tuple[str, UUID]:
    return member.path, member.id

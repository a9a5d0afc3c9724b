"""Members of archives: written in parts, shown whole."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from forebay.domain.intake.member import Catalogue, Member


class MemberRepository(Protocol):
    """Members, ordered by (path, id); paths compare by code point.

    Members are added under a catalogue that nobody sees yet, over as many units of work as it takes, and appear all
    at once when that catalogue is published.
    """

    async def add(self, members: Sequence[Member]) -> None:
        """RunNotFoundError, FileNotFoundInRunError."""
        ...

    async def publish(self, catalogue: Catalogue) -> None:
        """From now on this is the run's catalogue. Repeating it changes nothing. RunNotFoundError."""
        ...

    async def catalogue(self, run_id: UUID) -> Catalogue | None:
        """The run's catalogue; None when it was never catalogued."""
        ...

    async def get(self, member_id: UUID) -> Member:
        """FileNotFoundInRunError, also for a member of a catalogue that is not shown (any more)."""
        ...

    async def list(self, run_id: UUID, *, prefix: str, after: tuple[str, UUID] | None, limit: int) -> Sequence[Member]:
        """At most `limit` members of the run's catalogue whose path begins with `prefix`, behind `after`."""
        ...

    async def discard(self, run_id: UUID, *, limit: int) -> int:
        """Removes at most `limit` members of the run that are not in its catalogue, and says how many."""
        ...

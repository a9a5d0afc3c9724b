"""Members of archives in memory."""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from forebay.adapters.memory.work import Work
from forebay.application.ports.members import MemberRepository
from forebay.domain.intake.errors import FileNotFoundInRunError
from forebay.domain.intake.member import Catalogue, Member


class MemoryMembers:
    """Members by catalogue."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, members: Sequence[Member]) -> None:
        with self._work.writing():
            (await self._work.state()).add_members(members)

    async def publish(self, catalogue: Catalogue) -> None:
        with self._work.writing():
            (await self._work.state()).publish(catalogue)

    async def catalogue(self, run_id: UUID) -> Catalogue | None:
        return (await self._work.state()).catalogues.get(run_id)

    async def get(self, member_id: UUID) -> Member:
        state = await self._work.state()
        member = state.members.get(member_id)
        shown = state.catalogues.get(member.run_id) if member is not None else None
        if member is None or shown is None or shown.id != member.catalogue_id:
            raise FileNotFoundInRunError(f"there is no file {member_id}")
        return member

    async def list(self, run_id: UUID, *, prefix: str, after: tuple[str, UUID] | None, limit: int) -> Sequence[Member]:
        state = await self._work.state()
        shown = state.catalogues.get(run_id)
        listing = state.listings.get(shown.id) if shown is not None else None
        return tuple(islice(listing.page(prefix, after), limit)) if listing is not None else ()

    async def discard(self, run_id: UUID, *, limit: int) -> int:
        with self._work.writing():
            return (await self._work.state()).discard_members(run_id, limit)


def _fits(work: Work) -> MemberRepository:
    return MemoryMembers(work)

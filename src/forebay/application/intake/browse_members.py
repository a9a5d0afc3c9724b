"""BrowseMembers: what is inside a run as a tree, one folder and one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from forebay.application.intake.member_cursor import decode_member_cursor, encode_member_cursor
from forebay.application.ports.intake import IntakeUnitOfWork, IntakeUnitOfWorkFactory
from forebay.domain.errors import CursorError
from forebay.domain.intake.member import Member, MemberKind
from forebay.domain.paging import DEFAULT_LIMIT, check_limit

_FIRST = UUID(int=0)  # sorts before every id
_AHEAD = 50  # members read at a time at first: a folder with many below it is passed over with the next statement
_MOST = 800  # where no folder is passed over


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseQuery:
    """`prefix`: "" for the top, else the folder's path with its `/`."""

    run_id: UUID
    prefix: str = ""
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPage:
    """What lies directly in a folder: folders (paths that end in `/`) and members that are no folders.

    Both in the order of paths, where an empty folder has its place without the `/`.
    """

    folders: tuple[str, ...]
    members: tuple[Member, ...]
    next_cursor: str | None


class BrowseMembers:
    """A folder is there because the archive has it or because something lies in it. RunNotFoundError, CursorError."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: BrowseQuery) -> FolderPage:
        limit = check_limit(query.limit)
        after = decode_member_cursor(query.cursor) if query.cursor is not None else None
        if query.cursor is not None and after is None:
            raise CursorError(field="cursor")
        page = _Page(run_id=query.run_id, prefix=query.prefix)
        ahead = _AHEAD
        async with self._unit_of_work(write=False) as work:
            await work.runs.get(query.run_id)
            while True:
                some = await work.members.list(query.run_id, prefix=query.prefix, after=after, limit=ahead)
                passed_over = False
                for index, member in enumerate(some):
                    if after is not None and (member.path, member.id) <= after:
                        passed_over = True
                        continue
                    if page.size == limit:
                        return page.shown(after)
                    after = await page.take(work, member, _Following(some[index + 1 :], is_all=len(some) < ahead))
                if len(some) < ahead:
                    return page.shown(None)
                ahead = _AHEAD if passed_over else min(2 * ahead, _MOST)


@dataclass(frozen=True, slots=True)
class _Following:
    """The members behind one, as far as they are known. `is_all`: there are no others."""

    members: Sequence[Member]
    is_all: bool

    def reach(self, path: str) -> bool:
        """Whether all members up to and including this path are among them."""
        return self.is_all or (len(self.members) > 0 and self.members[-1].path > path)


@dataclass(slots=True, kw_only=True)
class _Page:
    """A page that fills."""

    run_id: UUID
    prefix: str
    folders: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.folders) + len(self.members)

    def shown(self, after: tuple[str, UUID] | None) -> FolderPage:
        cursor = encode_member_cursor(after) if after is not None else None
        return FolderPage(folders=tuple(self.folders), members=tuple(self.members), next_cursor=cursor)

    async def take(self, work: IntakeUnitOfWork, member: Member, following: _Following) -> tuple[str, UUID]:
        """Puts it where it belongs, and says where to go on.

        A folder of the archive is shown with what lies in it. An empty one is shown for the last of its members:
        nothing tells on a later page that there was one before.
        """
        name, slash, _ = member.path[len(self.prefix) :].partition("/")
        folder = f"{self.prefix}{name}/"
        if slash:
            self.folders.append(folder)
            return _behind(folder)
        if member.kind is not MemberKind.DIRECTORY:
            self.members.append(member)
        elif not await self._comes_again(work, member, following) and not await self._has(work, folder, following):
            self.folders.append(folder)
        return member.path, member.id

    async def _comes_again(self, work: IntakeUnitOfWork, folder: Member, following: _Following) -> bool:
        """Whether another member is the same folder."""
        while True:
            for member in following.members:
                if member.path == folder.path and member.kind is MemberKind.DIRECTORY:
                    return True
            if following.reach(folder.path):
                return False
            last = following.members[-1] if following.members else folder
            more = await work.members.list(self.run_id, prefix=self.prefix, after=(last.path, last.id), limit=_AHEAD)
            following = _Following(more, is_all=len(more) < _AHEAD)

    async def _has(self, work: IntakeUnitOfWork, folder: str, following: _Following) -> bool:
        """Whether anything lies in it."""
        if any(member.path.startswith(folder) for member in following.members):
            return True
        if following.reach(folder):
            return False
        return len(await work.members.list(self.run_id, prefix=folder, after=None, limit=1)) > 0


def _behind(folder: str) -> tuple[str, UUID]:
    """Where to go on behind everything whose path begins with `folder`."""
    return folder[:-1] + chr(ord("/") + 1), _FIRST

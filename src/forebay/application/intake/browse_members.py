"""BrowseMembers: what is inside a run as a tree, one folder and one page at a time."""

from dataclasses import dataclass
from uuid import UUID

from forebay.application.intake.member_cursor import decode_member_cursor, encode_member_cursor
from forebay.application.ports.intake import IntakeUnitOfWork, IntakeUnitOfWorkFactory
from forebay.domain.errors import CursorError
from forebay.domain.intake.member import Member, MemberKind
from forebay.domain.paging import DEFAULT_LIMIT, check_limit

_LAST = chr(0x10FFFF)  # sorts behind every character of a path
_TOP = UUID(int=2**128 - 1)
_AHEAD = 50  # members read at a time: a folder with many below it is passed over with the next statement


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseQuery:
    """`prefix`: "" for the top, else the folder's path with its `/`."""

    run_id: UUID
    prefix: str = ""
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPage:
    """What lies directly in a folder, by path: folders (paths that end in `/`) and members that are no folders."""

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
        folders: list[str] = []
        members: list[Member] = []
        async with self._unit_of_work(write=False) as work:
            await work.runs.get(query.run_id)
            while len(folders) + len(members) < limit:
                some = await work.members.list(query.run_id, prefix=query.prefix, after=after, limit=_AHEAD)
                for member in some:
                    after = await self._take(work, query, member, folders, members)
                    if after[1] == _TOP or len(folders) + len(members) == limit:
                        break  # a folder was passed over, or the page is full
                if not some:
                    return FolderPage(folders=tuple(folders), members=tuple(members), next_cursor=None)
            more = after is None or await work.members.list(query.run_id, prefix=query.prefix, after=after, limit=1)
        cursor = encode_member_cursor(after) if after is not None and more else None
        return FolderPage(folders=tuple(folders), members=tuple(members), next_cursor=cursor)

    async def _take(
        self, work: IntakeUnitOfWork, query: BrowseQuery, member: Member, folders: list[str], members: list[Member]
    ) -> tuple[str, UUID]:
        """Puts it where it belongs, and says where to go on."""
        name, slash, _ = member.path[len(query.prefix) :].partition("/")
        folder = f"{query.prefix}{name}/"
        if slash:
            folders.append(folder)
            return folder + _LAST, _TOP
        if member.kind is not MemberKind.DIRECTORY:
            members.append(member)
        elif not await work.members.list(query.run_id, prefix=folder, after=None, limit=1) and folder not in folders:
            folders.append(folder)  # an empty one; else it comes with what lies in it
        return member.path, member.id

"""What walking through an archive finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from forebay.adapters.archives.feeds import Feed
from forebay.adapters.archives.names import shown
from forebay.domain.intake.member import MemberFlag, MemberKind


@dataclass(slots=True, kw_only=True)
class Found:
    """A member as the archive describes it; `path` is the one within this archive.

    `mtime`: microseconds since 1970, UTC. `content`: None without bytes that can be read; it may be called once, and
    what it gives must be read before the walk goes on.
    """

    ordinal: int
    path: str
    stored_path: str
    kind: MemberKind
    size: int = 0
    mtime: int | None = None
    mode: int | None = None
    link_target: str | None = None
    flags: set[MemberFlag] = field(default_factory=set)
    content: Callable[[], Feed] | None = None

    @property
    def name(self) -> str:
        """For people."""
        return f"member {self.ordinal + 1:,} ({shown(self.stored_path)})"


class Walk(Protocol):
    """An archive that was recognised."""

    def members(self) -> Iterator[Found]:
        """In the order of the archive. Ends only when the archive's own end was found, else raises ArchiveError."""
        ...

"""The bytes of many members, in one pass over the archive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.feeds import Extent, RangeFeed, Reader
from forebay.adapters.archives.found import Found
from forebay.adapters.archives.member import elsewhere, only_member, send_range
from forebay.adapters.archives.messages import DATA, ENDED, FAULT, MEMBER, Fault, MemberJob
from forebay.adapters.archives.opening import DAMAGE, opened, spooled
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveError


@dataclass(slots=True)
class OnePass:
    """Answers for each of `wanted`, which are sorted, in that order: it begins, its bytes, how it ended.

    Damage is the fault of the members that it concerns; the walk itself fails where what carries it is damaged.
    """

    wanted: Sequence[MemberJob]
    budget: Budget
    send: Callable[[bytes, bytes], None]
    spool_dir: str | None = None
    _answered: int = 0
    _begun: bool = False

    def over(self, source: Extent, name: str) -> None:
        """Ends when the last of the members was answered for. What follows is not read."""
        with opened(Reader(RangeFeed(source)), name, self.budget, self.spool_dir, whole=source) as archive:
            members = (only_member(source, name),) if archive is None else archive.walk.members()
            self._walk(members, self.wanted, 0)

    def _walk(self, members: Iterable[Found], jobs: Sequence[MemberJob], depth: int) -> None:
        """`jobs` are all within this archive, which has `depth` others around it."""
        begin = self._answered
        groups = groupby(jobs, key=lambda job: job.location[depth])
        ordinal, group = next(groups)
        for found in members:
            self.budget.add_member()
            if found.ordinal == ordinal:
                self._member(found, list(group), depth + 1)
                if self._answered - begin == len(jobs):
                    return
                ordinal, group = next(groups)
        for job in jobs[self._answered - begin :]:
            self._fault(elsewhere(job.location))

    def _member(self, found: Found, jobs: Sequence[MemberJob], depth: int) -> None:
        """`jobs`: the member itself, what is within it, or both, for which its bytes are kept meanwhile."""
        begin = self._answered
        inside = [job for job in jobs if len(job.location) > depth]
        own = len(jobs) - len(inside)
        try:
            if found.content is None:
                raise ArchiveBrokenError(f"{found.name} has no bytes to be read; catalogue the run again")
            if own + bool(inside) == 1:
                self._bytes(found, jobs[:own], inside, depth)
                return
            with spooled(Reader(found.content()), self.spool_dir) as extent:
                found.content = lambda: RangeFeed(extent)
                self._bytes(found, jobs[:own], inside, depth)
        except DAMAGE as error:
            for _ in jobs[self._answered - begin :]:
                self._fault(error)

    def _bytes(self, found: Found, own: Sequence[MemberJob], inside: Sequence[MemberJob], depth: int) -> None:
        for job in own:
            self._send(found, job)
        if inside and found.content is not None:
            with opened(Reader(found.content()), found.path, self.budget, self.spool_dir) as archive:
                self._walk(() if archive is None else archive.walk.members(), inside, depth)

    def _send(self, found: Found, job: MemberJob) -> None:
        self.send(MEMBER, b"")
        self._begun = True
        try:
            send_range(
                found, size=job.size, sha256=job.sha256, start=job.start, stop=job.stop,
                budget=self.budget, send=lambda data: self.send(DATA, data),
            )  # fmt: skip
        except DAMAGE as error:
            self._fault(error)
        else:
            self._answer(ENDED, b"")

    def _fault(self, error: ArchiveError) -> None:
        if not self._begun:
            self.send(MEMBER, b"")
        self._answer(FAULT, msgspec.msgpack.encode(Fault(error.code, error.message)))

    def _answer(self, kind: bytes, content: bytes) -> None:
        self.send(kind, content)
        self._begun = False
        self._answered += 1

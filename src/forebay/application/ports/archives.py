"""What is inside an archive, and the bytes of what is inside."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from forebay.domain.intake.member import MemberEntry

EntryT = TypeVar("EntryT", bound=MemberEntry)


class RangeSource(Protocol):
    """Bytes that can be read from anywhere, such as a stored file."""

    @property
    def name(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The bytes from `start` up to, not including, `stop` (the end when None)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What an archive may ask of us; one that asks for more is refused with an error of its own for each limit.

    `max_bytes`: what all members unpack to. `max_ratio`: unpacked to packed, from `ratio_free_bytes` on.
    `max_depth`: archives inside each other, the outermost counts as 1; at 1 nothing inside is opened.
    """

    max_bytes: int = 64 * 1024**3
    max_ratio: float = 1000.0
    ratio_free_bytes: int = 64 * 1024**2
    max_members: int = 1_000_000
    max_path_bytes: int = 4096
    max_depth: int = 4
    timeout_seconds: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBatch:
    """Some members in the order of the archive. `read_bytes`: of the source so far; `unpacked_bytes`: of members."""

    entries: tuple[MemberEntry, ...]
    read_bytes: int
    unpacked_bytes: int


class ArchiveReader(Protocol):
    """Reads tar (plain, gz, bz2, xz, zst) and zip by their content, in bounded memory, without unpacking to disk.

    A source that is no archive is one member with the source's name. Errors are ArchiveError's, those of the source,
    or UnavailableError when no reader can be had at present. Leaving a context early ends all work on it.
    """

    def catalogue(
        self, source: RangeSource, limits: ArchiveLimits
    ) -> AbstractAsyncContextManager[AsyncIterator[EntryBatch]]:
        """Every member once, with the digest of its bytes, in batches of at most 1,000. Checksums are verified.

        Members that are archives follow with what is in them. A limit that is passed, or bytes that end early or are
        damaged, raise: no catalogue is half right.
        """
        ...

    def open_member(
        self, source: RangeSource, entry: MemberEntry, limits: ArchiveLimits, *, start: int = 0, stop: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """A member's bytes from `start` up to, not including, `stop`, in chunks of at most 1 MiB.

        MemberWithoutContentError and MemberUnreadableError on entering. When all of it is read and its digest is not
        the catalogued one, ArchiveBrokenError before the last chunk.
        """
        ...

    def open_members(
        self, source: RangeSource, entries: Sequence[EntryT], limits: ArchiveLimits
    ) -> AbstractAsyncContextManager[AsyncIterator[tuple[EntryT, AsyncIterator[bytes]]]]:
        """Each of the entries once, with its bytes as of open_member, in one pass over the source; in its own order.

        The chunks are there until the next member is asked for; what nobody took of them is passed over. They raise
        what is wrong with this member, also what open_member raises on entering: the others follow as far as the
        archive can be read on. Where it cannot, as behind damage to what is compressed as a whole, a limit that is
        passed, a reader that broke down or an error of the source, the iterator raises, and the chunks if they are
        being read; no member follows. Time and memory count for the whole pass; time that the caller takes does not.
        """
        ...

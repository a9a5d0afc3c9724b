"""Cataloguing: every member of an archive, and of the archives within it, with the digest of its bytes."""

import hashlib
from dataclasses import dataclass, field

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.decompressors import CODECS
from forebay.adapters.archives.feeds import Buffer, Extent, Feed, RangeFeed, Reader
from forebay.adapters.archives.found import Found, Walk
from forebay.adapters.archives.names import media_type, normalise
from forebay.adapters.archives.opening import opened
from forebay.adapters.archives.sink import EntrySink
from forebay.adapters.archives.wire import WireEntry, representable
from forebay.domain.intake.member import NESTED, MemberFlag, MemberKind
from forebay.domain.intake.signatures import BINARY, HEAD_BYTES, TAR, ZIP, detect

_NO_BYTES = "application/octet-stream"
_OPENED = {TAR, ZIP, *CODECS}


class HashedFeed:
    """Hashes and counts what passes. `first` was taken from the feed already."""

    def __init__(self, feed: Feed, budget: Budget | None, first: Buffer = b"") -> None:
        self._feed = feed
        self._budget = budget
        self._first = first
        self._hash = hashlib.sha256()
        self.size = 0

    def chunk(self) -> Buffer:
        found = self._first or self._feed.chunk()
        self._first = b""
        self._hash.update(found)
        self.size += len(found)
        if self._budget is not None:
            self._budget.unpack(len(found))
        return found

    def skip(self, count: int) -> int:
        del count  # all of it is hashed
        return 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@dataclass(slots=True)
class Cataloguer:
    """Catalogues one source into the sink."""

    budget: Budget
    sink: EntrySink
    spool_dir: str | None = None
    _seen: set[int] = field(default_factory=set)

    def catalogue(self, source: Extent, name: str) -> None:
        """A source that is no archive becomes one member with its name. Archives but zip are read to their end."""
        reader = Reader(RangeFeed(source))
        with opened(reader, name, self.budget, self.spool_dir, whole=source) as archive:
            if archive is not None:
                self._members(archive.walk, "", (), 1)
                archive.finish()
        if archive is None:
            self._single(source, name)
        self.sink.flush()

    def _single(self, source: Extent, name: str) -> None:
        feed = HashedFeed(RangeFeed(source), None)
        reader = Reader(feed)
        signature = detect(reader.peek(HEAD_BYTES))
        reader.drain()
        found = Found(ordinal=0, path=normalise(name, set()), stored_path=name, kind=MemberKind.FILE, size=feed.size)
        self.budget.unpacked += feed.size
        self.sink.add(_entry(found, (0,), found.path, feed.sha256, media_type(signature, name)))

    def _members(self, walk: Walk, prefix: str, location: tuple[int, ...], depth: int) -> None:
        budget, seen = self.budget, self._seen
        longest = budget.limits.max_path_bytes
        for found in walk.members():
            budget.add_member()
            path = prefix + found.path
            if len(path) * 4 > longest:
                budget.check_path(len(path.encode()), found.name)
            key = hash(path)  # of itself: paths would fill the memory, and nobody outside can aim at a collision
            if key in seen:
                found.flags.add(MemberFlag.DUPLICATE_PATH)
            else:
                seen.add(key)
            where = (*location, found.ordinal)
            if found.content is not None:
                self._file(found, found.content(), where, path, depth)
            else:
                self.sink.add(_entry(found, where, path, None, _type_without_bytes(found, path)))

    def _file(self, found: Found, content: Feed, where: tuple[int, ...], path: str, depth: int) -> None:
        self.budget.expect(found.size, found.name)
        first = content.chunk()
        if len(first) == found.size:
            signature = detect(bytes(first[:HEAD_BYTES]))
            if signature not in _OPENED:  # the usual small file, without detours
                self.budget.unpack(len(first))
                digest = hashlib.sha256(first).hexdigest()
                content.chunk()
                self.sink.add(_entry(found, where, path, digest, media_type(signature, path)))
                return
        hashed = HashedFeed(content, self.budget, first)
        reader = Reader(hashed)
        signature = detect(reader.peek(HEAD_BYTES))
        if self.budget.limits.max_depth > 1 and signature in _OPENED:
            with opened(reader, path, self.budget, self.spool_dir) as archive:
                if archive is not None:
                    self.budget.check_depth(depth + 1, path)
                    with self.sink.holding() as held:
                        self._members(archive.walk, path + NESTED, where, depth + 1)
                        archive.finish()
                        reader.drain()
                        held.first = _entry(found, where, path, hashed.sha256, media_type(signature, path))
                    return
        reader.drain()
        self.sink.add(_entry(found, where, path, hashed.sha256, media_type(signature, path)))


def _type_without_bytes(found: Found, path: str) -> str:
    """By the name alone where there are bytes that cannot be read; nothing has a type that has none."""
    return media_type(BINARY, path) if found.kind is MemberKind.FILE else _NO_BYTES


def _entry(found: Found, where: tuple[int, ...], path: str, sha256: str | None, type_: str) -> WireEntry:
    return WireEntry(
        where, path, found.stored_path, found.kind, found.size, sha256, type_,
        representable(found.mtime), found.mode, found.link_target, tuple(found.flags),
    )  # fmt: skip

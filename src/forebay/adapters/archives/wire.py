"""Entries between processes: MessagePack, in the form of arrays."""

from datetime import UTC, datetime, timedelta

import msgspec

from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.member import MemberEntry, MemberFlag, MemberKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = int((datetime(1, 1, 2, tzinfo=UTC) - _EPOCH) / timedelta(microseconds=1))
_LAST = int((datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) / timedelta(microseconds=1))


class WireEntry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A member entry. `mtime`: microseconds since 1970."""

    location: tuple[int, ...]
    path: str
    stored_path: str
    kind: MemberKind
    size: int
    sha256: str | None
    media_type: str
    mtime: int | None
    mode: int | None
    link_target: str | None
    flags: tuple[MemberFlag, ...]


_encoder = msgspec.msgpack.Encoder()
encode_entry = _encoder.encode
_NO_FLAGS: frozenset[MemberFlag] = frozenset()


def representable(mtime: int | None) -> int | None:
    """A time that a datetime can show, else None: what is written in an archive need not make sense."""
    return mtime if mtime is not None and _FIRST <= mtime <= _LAST else None


def to_entry(wire: WireEntry) -> MemberEntry:
    return MemberEntry(
        location=wire.location,
        path=wire.path,
        stored_path=wire.stored_path,
        kind=wire.kind,
        size_bytes=wire.size,
        sha256=None if wire.sha256 is None else Sha256(wire.sha256),
        media_type=wire.media_type,
        mtime=None if wire.mtime is None else _EPOCH + timedelta(microseconds=wire.mtime),
        mode=wire.mode,
        link_target=wire.link_target,
        flags=frozenset(wire.flags) if wire.flags else _NO_FLAGS,
    )

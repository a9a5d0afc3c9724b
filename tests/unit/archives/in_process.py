"""The reader's core without processes: a catalogue of bytes."""

import msgspec

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.catalogue import Cataloguer
from forebay.adapters.archives.feeds import MemoryExtent
from forebay.adapters.archives.sink import EntrySink
from forebay.adapters.archives.wire import WireEntry, to_entry
from forebay.application.ports.archives import ArchiveLimits
from forebay.domain.intake.member import MemberEntry


def entries_of(data: bytes, limits: ArchiveLimits | None = None, *, chunk_bytes: int = 1 << 20) -> list[MemberEntry]:
    found: list[MemberEntry] = []

    def receive(batch: bytes) -> None:
        found.extend(map(to_entry, msgspec.msgpack.decode(batch, type=list[WireEntry])))

    budget = Budget(limits or ArchiveLimits(), lambda: len(data))
    Cataloguer(budget, EntrySink(receive)).catalogue(MemoryExtent(data, chunk_bytes=chunk_bytes), "upload.bin")
    return found


def digests_of(data: bytes) -> dict[str, str]:
    return {entry.path: entry.sha256.hex for entry in entries_of(data) if entry.sha256 is not None}

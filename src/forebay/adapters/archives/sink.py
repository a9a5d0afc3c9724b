"""Where entries go: in batches to whoever asked for the catalogue, in the order of the archive."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import IO

from forebay.adapters.archives.wire import WireEntry, encode_entry

MAX_ENTRIES = 1000
_MAX_BYTES = 512 << 10
_MAX_SECONDS = 1.0  # large members are progress too
_IN_MEMORY = 4 << 20


@dataclass(slots=True)
class Held:
    """Entries that wait for `first`, the one that stands before them."""

    spool: IO[bytes]
    first: WireEntry | None = None


class EntrySink:
    """Encodes entries and hands them on, as MessagePack arrays, as soon as there are enough.

    The digest of an archive within the archive is known only after its members were read, yet it stands before them in
    the catalogue: they are held back until then, in memory and beyond 4 MiB in a temporary file.
    """

    def __init__(self, send: Callable[[bytes], None], spool_dir: str | None = None) -> None:
        self._send = send
        self._spool_dir = spool_dir
        self._batch: list[bytes] = []
        self._bytes = 0
        self._due = monotonic() + _MAX_SECONDS
        self._held: list[Held] = []

    def add(self, entry: WireEntry) -> None:
        self._add(encode_entry(entry))

    @contextmanager
    def holding(self) -> Iterator[Held]:
        """Holds back what is added in this context. When it ends without an error `first` has to be there."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=self._spool_dir) as spool:
            held = Held(spool)
            self._held.append(held)
            try:
                yield held
            finally:
                self._held.pop()
            assert held.first is not None
            self.add(held.first)
            spool.seek(0)
            while size := spool.read(4):
                self._add(spool.read(int.from_bytes(size, "big")))

    def flush(self) -> None:
        if self._batch:
            self._send(b"\xdd" + len(self._batch).to_bytes(4, "big") + b"".join(self._batch))
            self._batch.clear()
            self._bytes = 0
        self._due = monotonic() + _MAX_SECONDS

    def _add(self, data: bytes) -> None:
        if self._held:
            spool = self._held[-1].spool
            spool.write(len(data).to_bytes(4, "big"))
            spool.write(data)
            return
        self._batch.append(data)
        self._bytes += len(data)
        if len(self._batch) == MAX_ENTRIES or self._bytes > _MAX_BYTES or monotonic() > self._due:
            self.flush()

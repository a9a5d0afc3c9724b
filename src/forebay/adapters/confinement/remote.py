"""The source as a child sees it: it asks its parent."""

from forebay.adapters.confinement.frames import NEXT, OFFSET, REQUEST, ChildSocket

_AHEAD = 2


class RemoteExtent:
    """Bytes that the parent has. Read in order, the next ones are asked for before they are needed."""

    def __init__(self, parent: ChildSocket, size: int) -> None:
        self._parent = parent
        self.size = size
        self.received = 0
        self._start = 0
        self._chunk = memoryview(b"")
        self._waiting = 0
        self._asked = False

    def chunk_at(self, offset: int) -> bytes | memoryview:
        """Some bytes from `offset` on; empty at the end only."""
        end = self._start + len(self._chunk)
        if self._start <= offset < end:
            return self._chunk[offset - self._start :]
        if offset >= self.size:
            return b""
        in_order = self._asked and offset == end
        if not in_order:
            self.settle()
            self._ask(offset)
        while in_order and self._waiting < _AHEAD:
            self._ask(NEXT)
        self._chunk = memoryview(self._answer())
        self._start = offset
        self.received += len(self._chunk)
        return self._chunk

    def settle(self) -> None:
        """Lets pass what was asked for and is not needed."""
        while self._waiting:
            self._answer()

    def _ask(self, offset: int) -> None:
        self._parent.send(REQUEST, OFFSET.pack(offset))
        self._waiting += 1
        self._asked = True

    def _answer(self) -> bytes:
        self._waiting -= 1
        return self._parent.receive()

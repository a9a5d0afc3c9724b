"""Memory for uploads under way: a few small blocks for everyone, large ones lent to those that fill them fast."""

from contextlib import suppress
from mmap import mmap

KIB = 1024
MIB = 1024 * KIB
PAGE = 4096
LEND_SECONDS = 1.0


class Block:
    """Page-aligned memory. `view` must not be used after the block was given back."""

    __slots__ = ("_memory", "large", "view")

    def __init__(self, size: int, *, large: bool) -> None:
        self._memory = mmap(-1, size)
        self.view = memoryview(self._memory)
        self.large = large

    def free(self) -> None:
        """Returns the memory to the system: now, or when the last one lets go who still has hold of a part of it."""
        with suppress(BufferError):
            self.view.release()
            self._memory.close()


class BlockPool:
    """Bounds memory whatever the number and size of uploads.

    A large block is lent to who would fill it in LEND_SECONDS, and not for longer; none is waited for. Of what is given
    back a few blocks are kept for the next upload and the rest returns to the system.
    """

    def __init__(
        self, *, large_bytes: int = 4 * MIB, large_limit: int = 8, small_bytes: int = 256 * KIB, keep: int = 4
    ) -> None:
        self._large_bytes = large_bytes
        self._small_bytes = small_bytes
        self._large_left = large_limit
        self._keep = keep
        self._idle: dict[bool, list[Block]] = {True: [], False: []}

    def take(self, *, rate: float) -> Block:
        """A block for a client that sends `rate` bytes a second: large if it would fill one in time."""
        large = rate * LEND_SECONDS >= self._large_bytes and self._large_left > 0
        if self._idle[large]:
            block = self._idle[large].pop()
        else:
            block = Block(self._large_bytes if large else self._small_bytes, large=large)
        self._large_left -= large
        return block

    def give_back(self, block: Block) -> None:
        if block.large:
            self._large_left += 1
        idle = self._idle[block.large]
        if len(idle) < self._keep:
            idle.append(block)
        else:
            block.free()

    def close(self) -> None:
        for idle in self._idle.values():
            while idle:
                idle.pop().free()

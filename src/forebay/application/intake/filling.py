"""The block that one upload is filling."""

import asyncio
import time
from collections.abc import Callable

from forebay.application.intake.block_pool import LEND_SECONDS, PAGE, Block, BlockPool


class Filling:
    """Takes a block when bytes are there to go into it, not before, so that who waits for bytes holds up nobody.

    A large block that is not full in time is overdue, which `overdue` is told: it should be handed over as it is.
    """

    def __init__(self, blocks: BlockPool, *, head: memoryview, overdue: Callable[[], None]) -> None:
        self._blocks = blocks
        self._carried = head  # bytes that wait for a block
        self._tell = overdue
        self._block: Block | None = None
        self._filled = 0
        self._lent: memoryview | None = None
        self._rate = 0.0
        self._began = time.monotonic()
        self._timer: asyncio.TimerHandle | None = None
        self._overdue = False
        if head:
            self._in_hand()

    def room(self) -> memoryview:
        """What is free of the block. The source's until it has brought something; until then always the same."""
        if self._lent is None:
            self._lent = self._in_hand().view[self._filled :]
        return self._lent

    def arrived(self, size: int) -> None:
        """The source has brought so many bytes, and let go of the room."""
        if self._lent is not None:
            self._lent.release()
            self._lent = None
        self._filled += size
        self._rate = self._filled / max(time.monotonic() - self._began, 1e-6)
        if self._is_full:
            self._stop_timer()  # what follows is the store's time, not the client's

    @property
    def due(self) -> bool:
        """The block should be handed over when that can be done."""
        return self._is_full or self._overdue

    @property
    def idle(self) -> bool:
        """The block is overdue, and the source, which has no hold of it, may go on waiting for ever."""
        return self._overdue and self._lent is None

    def hand_over(self, *, last: bool = False) -> tuple[Block, int] | None:
        """The block and how much of it is filled, if anything. Except for the last one, whole pages: writers like them.

        What is behind them goes into the next block.
        """
        if last and self._carried:
            self._in_hand()
        block, filled = self._block, self._filled
        if block is None:
            return None
        whole = filled if last else filled - filled % PAGE
        self._carried = memoryview(bytes(block.view[whole:filled]))
        if self._overdue:
            self._rate = 0.0
        self._stop_timer()
        self._block, self._filled, self._overdue = None, 0, False
        self._began = time.monotonic()
        if whole == 0:
            self._blocks.give_back(block)
            return None
        return block, whole

    def close(self) -> None:
        """Gives back what is still in hand."""
        self._stop_timer()
        if self._lent is not None:
            self._lent.release()
            self._lent = None
        block, self._block, self._overdue = self._block, None, False
        if block is not None:
            self._blocks.give_back(block)

    @property
    def _is_full(self) -> bool:
        return self._block is not None and self._filled == len(self._block.view)

    def _in_hand(self) -> Block:
        if self._block is None:
            if time.monotonic() - self._began >= LEND_SECONDS:
                self._rate = 0.0  # it was fast, but that is long ago
            self._block = self._blocks.take(rate=self._rate)
            self._filled = len(self._carried)
            self._block.view[: self._filled] = self._carried
            self._carried = memoryview(b"")
            if self._block.large:
                self._timer = asyncio.get_running_loop().call_later(LEND_SECONDS, self._expire)
        return self._block

    def _expire(self) -> None:
        self._overdue = True
        self._tell()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

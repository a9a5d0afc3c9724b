"""Reads a source from wherever it is asked to, with as few openings of it as can be."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from forebay.adapters.confinement.frames import MAX_CHUNK, NEXT
from forebay.application.ports.archives import RangeSource

_WORTH_SKIPPING = 1 << 20  # reading this much costs less than opening the source again


class SourceCursor:
    """One place in the source. Used by one task, which also closes it."""

    def __init__(self, source: RangeSource) -> None:
        self._source = source
        self._stack = AsyncExitStack()
        self._chunks: AsyncIterator[bytes] | None = None
        self._rest = b""
        self._at = 0

    async def read(self, offset: int) -> bytes:
        """Some bytes from `offset`, or from where the last call ended (NEXT); none at the end of the source."""
        if offset != NEXT and not await self._skip_to(offset):
            await self.close()
            self._at = offset
        if self._chunks is None:
            self._chunks = await self._stack.enter_async_context(self._source.open(start=self._at))
        found = self._rest or await anext(self._chunks, b"")
        self._rest = found[MAX_CHUNK:]
        found = found[:MAX_CHUNK]
        self._at += len(found)
        return found

    async def close(self) -> None:
        self._chunks = None
        self._rest = b""
        await self._stack.aclose()

    async def _skip_to(self, offset: int) -> bool:
        if self._chunks is None or not self._at <= offset <= self._at + _WORTH_SKIPPING:
            return False
        while self._at < offset:
            found = self._rest or await anext(self._chunks, b"")
            if not found:
                return False
            taken = min(len(found), offset - self._at)
            self._rest = found[taken:]
            self._at += taken
        return True

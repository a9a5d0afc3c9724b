"""Clients that fall silent: what they were lent is there for the others, and of their bytes none is lost."""

import asyncio
import hashlib

from forebay.application.intake.block_pool import Block
from tests.unit.intake.faults import Pause
from tests.unit.intake.rig import CountedPool, Rig
from tests.unit.intake.sources import KIB, SMALL, ScriptedSource, archive
from tests.unit.intake.test_store_blob import a_key, command

LARGE = 256 * KIB
PAGE = 4096


class WatchedPool(CountedPool):
    """Tells when blocks come back, and how many large ones were ever lent."""

    def __init__(self, *, large_limit: int = 2) -> None:
        super().__init__(large_limit=large_limit)
        self.large_lent = 0
        self._came_back = asyncio.Event()

    def take(self, *, rate: float) -> Block:
        block = super().take(rate=rate)
        self.large_lent += block.large
        return block

    def give_back(self, block: Block) -> None:
        super().give_back(block)
        self._came_back.set()

    async def until_at_most(self, count: int) -> None:
        """So many large blocks are out."""
        async with asyncio.timeout(60):
            while sum(block.large for block in self.out) > count:
                self._came_back.clear()
                await self._came_back.wait()


async def test_large_blocks_of_clients_that_fall_silent_are_there_for_others() -> None:
    rig = Rig()
    rig.blocks = pool = WatchedPool(large_limit=6)
    data = archive(1_000_000)
    beyond = (1, PAGE - 1, PAGE, 5000, 100_000, LARGE - 1)  # bytes of the large block that come before the silence
    stalls = {SMALL + size: Pause() for size in beyond}
    sources = [ScriptedSource(data[:SMALL], data[SMALL:at], stall, data[at:]) for at, stall in stalls.items()]
    keys = [a_key(rig) for _ in sources]
    stalled = [
        asyncio.create_task(rig.store_blob(command(rig, source, key=key)))
        for source, key in zip(sources, keys, strict=True)
    ]
    for stall in stalls.values():
        await stall.reached.wait()
    assert pool.large_lent == 6
    await pool.until_at_most(0)
    await rig.store_blob(command(rig, ScriptedSource(data)))
    assert pool.large_lent > 6
    for stall in stalls.values():
        stall.go.set()
    for received in await asyncio.gather(*stalled):
        assert received.sha256.hex == hashlib.sha256(data).hexdigest()
    for key in keys:
        assert await rig.content(key) == data
    assert pool.out == []
    pool.close()

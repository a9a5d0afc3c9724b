"""The child processes that are kept warm."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from forebay.adapters.confinement.duty import Duty
from forebay.adapters.confinement.process import ConfinedProcess
from forebay.domain.errors import UnavailableError


class ProcessPool:
    """At most `size` processes at a time, started when they are needed. For one event loop."""

    def __init__(
        self,
        duty: Duty,
        *,
        size: int,
        memory_bytes: int,
        spool_bytes: int,
        jobs_per_process: int,
        patience_seconds: float | None,
    ) -> None:
        self.duty = duty
        self._memory_bytes = memory_bytes
        self._spool_bytes = spool_bytes
        self._jobs_per_process = jobs_per_process
        self._patience = patience_seconds
        self._free = asyncio.Semaphore(size)
        self._idle: list[ConfinedProcess] = []
        self._busy: set[ConfinedProcess] = set()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix=f"forebay-{duty.plural}")
        self._closed = False

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(process.pid for process in (*self._idle, *self._busy))

    @asynccontextmanager
    async def process(self) -> AsyncIterator[ConfinedProcess]:
        """A process that nobody else uses. It is ended afterwards unless it was marked as reusable.

        Waits for one; UnavailableError when that takes longer than `patience_seconds`, or none can be started.
        """
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise UnavailableError(f"all processes that read {self.duty.plural} are busy; try again later") from None
        try:
            process = await self._take()
            self._busy.add(process)
            try:
                yield process
            finally:
                self._busy.remove(process)
                process.jobs += 1
                if process.reusable and process.jobs < self._jobs_per_process and not self._closed:
                    self._idle.append(process)
                else:
                    await process.end()
        finally:
            self._free.release()

    async def close(self) -> None:
        self._closed = True
        while self._idle:
            await self._idle.pop().end()
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)

    async def _take(self) -> ConfinedProcess:
        if self._closed:
            raise UnavailableError(f"the {self.duty.noun} reader was closed")
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                process.reusable = False
                return process
            await process.end()
        return await ConfinedProcess.start(self.duty, self._memory_bytes, self._spool_bytes, self._threads)

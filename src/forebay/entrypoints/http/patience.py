"""How long is waited for a slow sender."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from forebay.domain.intake.errors import UploadStalledError


@dataclass(frozen=True, slots=True, kw_only=True)
class StallLimits:
    """Whoever brings less than `bytes` in `seconds` of our waiting is cut off."""

    seconds: float
    bytes: int


class Patience:
    """What is left of it. Only time spent waiting counts: a client is not blamed for a slow disk."""

    def __init__(self, limits: StallLimits) -> None:
        self._limits = limits
        self._left = limits.seconds
        self._progress = 0
        self._began = 0.0
        self._timeout: asyncio.Timeout | None = None

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """UploadStalledError when it ends while the block waits."""
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        try:
            if self._left <= 0:
                raise TimeoutError
            async with asyncio.timeout_at(self._began + self._left) as self._timeout:
                yield
        except TimeoutError:
            raise UploadStalledError(
                f"less than {self._limits.bytes} bytes came in {self._limits.seconds:g} s; send faster "
                "(settings FOREBAY_UPLOAD_STALL_SECONDS, FOREBAY_UPLOAD_STALL_BYTES)"
            ) from None
        finally:
            self._timeout = None
            self._left -= loop.time() - self._began

    def arrived(self, size: int) -> None:
        """So many bytes came, during the wait or at its end."""
        self._progress += size
        if self._progress < self._limits.bytes:
            return
        self._progress, self._left = 0, self._limits.seconds
        if self._timeout is not None and not self._timeout.expired():
            self._began = asyncio.get_running_loop().time()
            self._timeout.reschedule(self._began + self._left)

"""Bytes that can be read in order only, kept for a while so that they can be read from anywhere."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from forebay.application.ports.archives import RangeSource


class Spool(Protocol):
    """Room for bytes on their way. Nothing is left behind, however it ends."""

    def keep(self, name: str, chunks: AsyncIterator[bytes]) -> AbstractAsyncContextManager[RangeSource]:
        """Takes all of the chunks, then lets them be read until the context is left. StorageFullError."""
        ...

"""What parts may be able to say of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolUsage:
    """Connections that somebody holds at present, and how many there can be; who needs one more has to wait."""

    in_use: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUsage:
    """In bytes. `free`: what this process may still write, which can be less than is not in use."""

    size: int
    free: int


class SchemaVersion(Protocol):
    """Optional ability of a database."""

    async def revision(self) -> str | None:
        """The revision of its schema; None when no migration has touched it. DatabaseUnavailableError."""
        ...


class ConnectionPool(Protocol):
    """Optional ability of a database."""

    def usage(self) -> PoolUsage:
        """Of this process, at once and without asking the database."""
        ...


class Disks(Protocol):
    """The disks that this process writes to, by what it keeps there."""

    async def usage(self) -> Mapping[str, DiskUsage]:
        """Without those that cannot be asked. Never raises."""
        ...

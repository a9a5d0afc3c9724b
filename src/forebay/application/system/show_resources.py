"""ShowResources: what this process has left."""

from collections.abc import Mapping
from dataclasses import dataclass

from forebay.application.ports.system import ConnectionPool, Disks, DiskUsage, PoolUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """`connections`: None where the database has no pool. `disks`: by what is kept there."""

    connections: PoolUsage | None
    disks: Mapping[str, DiskUsage]


class ShowResources:
    """Connections to the database, and space on the disks."""

    def __init__(self, *, pool: ConnectionPool | None, disks: Disks) -> None:
        self._pool = pool
        self._disks = disks

    async def __call__(self) -> Resources:
        connections = self._pool.usage() if self._pool is not None else None
        return Resources(connections=connections, disks=await self._disks.usage())

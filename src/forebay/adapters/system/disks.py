"""Disks of this machine."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

from forebay.application.ports.system import Disks, DiskUsage


class LocalDisks:
    """By folders. Asked in a thread, for a folder may be on another machine that does not answer."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = dict(folders)

    async def usage(self) -> Mapping[str, DiskUsage]:
        return await asyncio.to_thread(self._ask)

    def _ask(self) -> Mapping[str, DiskUsage]:
        found = {}
        for name, folder in self._folders.items():
            try:
                usage = shutil.disk_usage(folder)
            except OSError:
                continue
            found[name] = DiskUsage(size=usage.total, free=usage.free)
        return found


def _fits(disks: LocalDisks) -> Disks:
    return disks

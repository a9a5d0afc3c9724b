"""What it takes for bytes and names to survive a loss of power."""

import errno
import fcntl
import os
from pathlib import Path

_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)  # macOS: fsync alone leaves the bytes in the drive's cache


def sync_file(descriptor: int) -> None:
    """Returns when the file's bytes and size are on the disk."""
    if _FULL_SYNC is not None:
        try:
            fcntl.fcntl(descriptor, _FULL_SYNC)
        except OSError:  # a file system that does not know it, such as a network share
            pass
        else:
            return
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Returns when the names in the folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync_file(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot sync folders: their names are always durable
            raise
    finally:
        os.close(descriptor)


def make_durable_folder(folder: Path) -> None:
    """Makes the folder and those above it; each that was missing survives a loss of power from here on."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(mode=0o750, exist_ok=True)
        sync_folder(path.parent)

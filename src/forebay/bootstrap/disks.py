"""The folders of the settings whose disks may run full."""

import tempfile
from collections.abc import Set
from pathlib import Path

from forebay.adapters.system.disks import LocalDisks
from forebay.bootstrap.schemes import file_path, scheme_of
from forebay.bootstrap.settings import Settings

_SQLITE = "sqlite:///"


def disks_of(settings: Settings, replaced: Set[str]) -> LocalDisks:
    """`replaced`: which of database and blobs the settings do not choose."""
    folders = {"spool": Path(settings.spool_dir or tempfile.gettempdir())}
    if settings.database_url.startswith(_SQLITE) and "database" not in replaced:
        folders["database"] = Path(settings.database_url.removeprefix(_SQLITE)).absolute().parent
    if scheme_of(settings.blob_url) == "file" and "blobs" not in replaced:
        folders["blobs"] = file_path(settings.blob_url)
    return LocalDisks(folders)

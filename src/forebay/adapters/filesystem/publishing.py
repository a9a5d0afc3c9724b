"""Giving finished files their names, durably."""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from forebay.adapters.filesystem.errors import as_storage_error
from forebay.adapters.filesystem.layout import Layout
from forebay.adapters.filesystem.syncing import sync_folder
from forebay.domain.errors import ForebayError, InternalStateError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_ATTEMPTS = 100
_MOST_OWNERS_KNOWN = 10_000


class Publisher:
    """Moves synced files to their keys. Blocking; safe from several threads, beside deletes and other processes."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._durable_owners: set[str] = set()  # owner folders whose own name is on the disk; they are never removed

    def publish(self, parts: Sequence[tuple[Path, ObjectKey]]) -> list[ForebayError | None]:
        """What became of each: None when it is visible and durable. Every folder is synced once for all of them."""
        outcome: list[ForebayError | None] = []
        for path, key in parts:
            try:
                self._place(path, self._layout.object_path(key))
            except OSError as error:
                outcome.append(as_storage_error(error))
            except ForebayError as error:
                outcome.append(error)
            else:
                outcome.append(None)
        unsynced = self._sync([key for (_, key), failure in zip(parts, outcome, strict=True) if failure is None])
        for index, (_, key) in enumerate(parts):
            if outcome[index] is None and key in unsynced:
                outcome[index] = as_storage_error(unsynced[key])
                with suppress(OSError):
                    self.remove(key)
        return outcome

    def remove(self, key: ObjectKey) -> None:
        """Removes the object and its run's folder if that is empty now. Idempotent."""
        path = self._layout.object_path(key)
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
        _prune(path.parent)

    def _place(self, part: Path, target: Path) -> None:
        for _ in range(_ATTEMPTS):
            self._make_folders(target.parent)
            try:
                _move(part, target)
            except FileNotFoundError:
                # A delete may have pruned the run's folder just now: make it again.
                if not part.exists():
                    raise StorageUnavailableError("the upload's temporary file was removed; send it again") from None
            except FileExistsError:
                raise InternalStateError(
                    f"the blob store holds {target.name} already; it is not written over"
                ) from None
            except OSError:
                _prune(target.parent)
                raise
            else:
                return
        raise StorageUnavailableError("the upload's folder vanishes as soon as it is made; check FOREBAY_BLOB_URL")

    def _make_folders(self, run: Path) -> None:
        try:
            _make_folder(run)
        except FileNotFoundError:
            self._durable_owners.discard(run.parent.name)
            _make_folder(run.parent)
            with suppress(FileNotFoundError):  # tried again by the caller
                _make_folder(run)

    def _sync(self, keys: Sequence[ObjectKey]) -> dict[ObjectKey, OSError]:
        """The keys whose names may not be durable, and why. Syncs every folder on the way to them once.

        Also folders that were there before: another upload may have made one just now and not synced it yet.
        """
        runs = {self._layout.object_path(key).parent for key in keys}
        owners = {run.parent for run in runs}
        new_owners = {owner for owner in owners if owner.name not in self._durable_owners}
        failed: dict[Path, OSError] = {}
        for folder in [*([self._layout.root] if new_owners else []), *owners, *runs]:
            try:
                sync_folder(folder)
            except OSError as error:
                failed[folder] = error
        if self._layout.root not in failed:
            if len(self._durable_owners) > _MOST_OWNERS_KNOWN:
                self._durable_owners.clear()
            self._durable_owners.update(owner.name for owner in new_owners)
        return {
            key: failed[folder] for key in keys for folder in self._layout.object_path(key).parents if folder in failed
        }


def _make_folder(folder: Path) -> None:
    """What is there may be gone before anybody looks again: so it is not looked at, and the caller tries again."""
    with suppress(FileExistsError):
        os.mkdir(folder, 0o750)  # noqa: PTH102 - Path.mkdir() does look, and says that a folder that is gone exists


def _move(part: Path, target: Path) -> None:
    """A hard link never replaces what is there, which rename would."""
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        part.rename(target)
    else:
        with suppress(OSError):  # a second name for the same bytes harms nobody and is swept
            part.unlink()


def _prune(run: Path) -> None:
    with suppress(OSError):  # not empty, or gone already
        run.rmdir()

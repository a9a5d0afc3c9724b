"""Which file belongs to which key, and back."""

import secrets
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from os import DirEntry, scandir, stat_result
from pathlib import Path

from forebay.application.ports.blobs import IncompleteObject, ObjectInfo
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import InvalidFieldError

_JOINT = "+"  # no key has it, so no object can lie in the folder of incomplete files or be taken for one
_SUFFIX = ".part"


@dataclass(frozen=True, slots=True)
class Layout:
    """Objects lie at `root/<key>`; what is not yet committed at `root/+incomplete/<key, joined by +>+<random>.part`."""

    root: Path

    @property
    def incomplete(self) -> Path:
        return self.root / f"{_JOINT}incomplete"

    def object_path(self, key: ObjectKey) -> Path:
        return self.root / key.value

    def new_part_path(self, key: ObjectKey) -> Path:
        """A name that nobody else has, also for two writers of one key."""
        return self.incomplete / f"{key.value.replace('/', _JOINT)}{_JOINT}{secrets.token_hex(4)}{_SUFFIX}"

    def part_path(self, item: IncompleteObject) -> Path | None:
        return self.incomplete / item.name if "/" not in item.name and item.name.endswith(_SUFFIX) else None

    def objects(self) -> Generator[ObjectInfo]:
        """Every object. What vanishes during the walk and what is not ours is passed over."""
        for owner in _entries(self.root):
            if _JOINT in owner.name or not owner.is_dir(follow_symlinks=False):
                continue
            for run in _entries(Path(owner.path)):
                if not run.is_dir(follow_symlinks=False):
                    continue
                for entry in _entries(Path(run.path)):
                    key = _parse(f"{owner.name}/{run.name}/{entry.name}")
                    status = _file_status(entry)
                    if key is not None and status is not None:
                        yield object_info(key, status)

    def parts(self) -> Generator[IncompleteObject]:
        """Every file that is not committed, with the time when it last grew."""
        for entry in _entries(self.incomplete):
            status = _file_status(entry)
            key = _parse(entry.name.rpartition(_JOINT)[0].replace(_JOINT, "/"))
            if status is not None and key is not None and entry.name.endswith(_SUFFIX):
                yield IncompleteObject(name=entry.name, key=key, modified_at=_modified_at(status))


def object_info(key: ObjectKey, status: stat_result) -> ObjectInfo:
    return ObjectInfo(key=key, size_bytes=status.st_size, modified_at=_modified_at(status))


def _modified_at(status: stat_result) -> datetime:
    return datetime.fromtimestamp(status.st_mtime, UTC)


def _parse(value: str) -> ObjectKey | None:
    try:
        return ObjectKey(value)
    except InvalidFieldError:
        return None


def _entries(folder: Path) -> Iterator[DirEntry[str]]:
    try:
        with scandir(folder) as entries:
            yield from entries
    except FileNotFoundError:
        return


def _file_status(entry: DirEntry[str]) -> stat_result | None:
    try:
        return entry.stat(follow_symlinks=False) if entry.is_file(follow_symlinks=False) else None
    except FileNotFoundError:
        return None

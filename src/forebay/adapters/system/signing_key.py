"""The key that signs links, made once and kept in a file that only we may read."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from forebay.domain.errors import SettingError

_BYTES = 32
_WRITTEN = re.compile(rf"[0-9a-f]{{{2 * _BYTES}}}\n")
_SETTING = "FOREBAY_SIGNING_KEY"


def kept_key(file: Path) -> bytes:
    """The key in the file, which is made if it is not there. Whoever asks, and whenever, gets the same one.

    SettingError when it cannot be made or read.
    """
    try:
        if not file.exists():
            _make(file)
        written = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise SettingError(
            f"cannot keep the key that signs links in {file}: {error.strerror}; make its folder writable,"
            f" or set {_SETTING}",
            field=_SETTING,
        ) from error
    if not _WRITTEN.fullmatch(written):
        raise SettingError(
            f"{file} holds no key; delete it, which ends the links there are, or set {_SETTING}", field=_SETTING
        )
    return bytes.fromhex(written)


def _make(file: Path) -> None:
    """Written whole under another name, then linked to its own, which of several processes one alone succeeds in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{secrets.token_hex(_BYTES)}\n")
            stream.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(draft, file)
        _sync_folder(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

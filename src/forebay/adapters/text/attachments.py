"""What is attached to a message: its name made fit, and its type by its bytes."""

import mimetypes
import re
import unicodedata

from forebay.domain.intake.errors import InvalidFileNameError, MissingFieldError
from forebay.domain.intake.filename import MAX_NAME_BYTES, parse_file_name
from forebay.domain.intake.media_type import choose_media_type
from forebay.domain.intake.signatures import BINARY, HEAD_BYTES, TEXT, detect

_TYPES = mimetypes.MimeTypes()
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_ROOM = 16  # bytes of a name that are kept for a number and an extension


class Names:
    """Names for the files of one message: checked, and no two alike."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def take(self, wanted: str | None, declared: str, number: int) -> str:
        """`number`: which one it is, from 1 on, for one without a usable name."""
        name = fit_name(wanted) or f"attachment-{number}{_TYPES.guess_extension(declared) or ''}"
        stem, dot, extension = name.rpartition(".") if "." in name[1:] else (name, "", "")
        again = 1
        while name.casefold() in self._used:
            again += 1
            name = f"{stem} ({again}){dot}{extension}"
        self._used.add(name.casefold())
        return name


def fit_name(wanted: str | None) -> str | None:
    """The name without what names must not have: a path, control characters, too many of them."""
    last = re.split(r"[/\\]", wanted or "")[-1]
    shown = "".join(char for char in last if unicodedata.category(char) not in _INVISIBLE).strip()
    shown = unicodedata.normalize("NFC", shown)
    if len(shown.encode()) > MAX_NAME_BYTES - _ROOM:
        stem, dot, extension = shown.rpartition(".")
        if not dot or len(extension.encode()) > _ROOM:
            stem, dot, extension = shown, "", ""
        room = MAX_NAME_BYTES - 2 * _ROOM
        shown = stem.encode()[:room].decode(errors="ignore") + dot + extension
    try:
        return parse_file_name(shown)
    except (InvalidFileNameError, MissingFieldError):
        return None


def media_type_of(data: bytes, name: str, declared: str) -> str:
    """What the bytes say, refined by the name; what the message declares where they say nothing."""
    signature = detect(data[:HEAD_BYTES]) if data else BINARY
    found = choose_media_type(signature, name)
    declared = declared.lower()
    if not _MEDIA_TYPE.fullmatch(declared):
        return found
    if signature is TEXT and found == TEXT.media_type and declared.startswith(("text/", "message/")):
        return declared
    if signature is BINARY and found == BINARY.media_type and not declared.startswith(("text/", "message/")):
        return declared
    return found

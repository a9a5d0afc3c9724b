"""What the answer behind a presigned URL says of the file: its name and its media type."""

import re
from urllib.parse import quote

_UNSAFE = re.compile(r"[^A-Za-z0-9 !#$&+.^_`{}~()@,=\[\]-]")
_NAME = r"[A-Za-z0-9!#$&^_.+-]{1,127}"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}(?: ?; ?{_NAME}={_NAME}){{0,5}}")


def attachment(path: str) -> str:
    """A Content-Disposition with a plain name and, where that loses something, the exact one (RFC 6266, RFC 8187)."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1] or "file"
    plain = _UNSAFE.sub("_", name)
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def checked_media_type(text: str) -> str:
    """As it is if it is one; messages claim all sorts of things for their attachments."""
    return text if _MEDIA_TYPE.fullmatch(text) else "application/octet-stream"

"""Content-Disposition for any file name (RFC 6266, RFC 8187)."""

import re
from urllib.parse import quote

_UNSAFE = re.compile(r"[^A-Za-z0-9 !#$&+.^_`{}~()@,=\[\]-]")


def attachment(path: str) -> str:
    """`attachment` with a plain fallback and, where that loses something, the exact name in UTF-8."""
    return f"attachment; {_file_name(path)}"


def inline(path: str) -> str:
    """The same for what a browser may show."""
    return f"inline; {_file_name(path)}"


def _file_name(path: str) -> str:
    name = path.replace("\\", "/").rsplit("/", 1)[-1] or "file"
    plain = _UNSAFE.sub("_", name)
    header = f'filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"

"""Which module reads which media type, and what has to be installed for it. Both sides of the socket know this."""

from dataclasses import dataclass

_TEXTUAL = frozenset({"application/json", "application/xml", "application/x-sh", "application/sql"})


@dataclass(frozen=True, slots=True)
class Format:
    """`name`: for people. `module`: has extract(). `extra`: what to install when the module's libraries are missing."""

    name: str
    module: str
    extra: str | None = None


_PACKAGE = "forebay.adapters.text"
_PLAIN = Format("text", f"{_PACKAGE}.plain")
_FORMATS = {
    "application/pdf": Format("PDF", f"{_PACKAGE}.pdf"),
}


def format_of(media_type: str) -> Format | None:
    """By the media type without its parameters; None for what cannot be read."""
    bare = media_type.partition(";")[0].strip().lower()
    found = _FORMATS.get(bare)
    if found is None and (bare.startswith("text/") or bare in _TEXTUAL):
        return _PLAIN
    return found

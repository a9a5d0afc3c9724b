"""Which character set text is in: the byte order mark, UTF-8 if it is valid, else a guess by charset-normalizer."""

import codecs
from collections.abc import Iterator

from charset_normalizer import from_bytes

from forebay.adapters.text.content import Content

_SAMPLE_BYTES = 64 << 10  # the guess takes time in proportion
_MARKS = (  # UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LAST_RESORT = "windows-1252"
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}  # Python's own, or of names


def by_mark(head: bytes) -> str | None:
    """The codec that a byte order mark names."""
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), None)


def charset_of(content: Content) -> str:
    """A codec for all of it; what does not decode is to be replaced."""
    mark = by_mark(content.head(4))
    if mark is not None:
        return mark
    return "utf-8" if _is_utf8(content) else guess(content.head(_SAMPLE_BYTES))


def known_codec(label: str) -> str | None:
    """Python's codec for a label in a document, if it is one for text. Browsers take Latin 1 to be Windows 1252."""
    try:
        found = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name in _NO_CHARSETS:
        return None
    return _LAST_RESORT if found.name in {"iso8859-1", "ascii"} else found.name


def guess(sample: bytes) -> str:
    best = from_bytes(sample).best()
    return _LAST_RESORT if best is None else known_codec(best.encoding) or _LAST_RESORT


def decoded(content: Content, codec: str) -> Iterator[str]:
    """The text in pieces, none of which ends between a carriage return and a line feed."""
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    held = ""
    for piece in content.pieces():
        text = held + decoder.decode(piece)
        held = text[-1:] if text.endswith("\r") else ""
        yield text[:-1] if held else text
    yield held + decoder.decode(b"", final=True)


def _is_utf8(content: Content) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in content.pieces():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True

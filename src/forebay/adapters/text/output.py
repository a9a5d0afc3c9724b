"""Where the text of a document goes: cleaned, counted against the limits, and sent as it comes."""

import re
from collections.abc import Callable

from forebay.application.ports.text import TextLimits
from forebay.domain.documents.errors import DocumentTextTooLargeError, DocumentTooManyPagesError

PAGE_END = "\f"
_SEND_CHARACTERS = 128 << 10
_LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def cleaned(text: str) -> str:
    """Without control characters but tab, line feed and form feed; lines end in a line feed."""
    if not text.isascii() or "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
        text = _SURROGATES.sub("\ufffd", text)
    return _UNWANTED.sub("", text)


class TextOutput:
    """Takes text in pieces; a "\\r\\n" must not be cut in two. `sample`: its beginning, to tell the language by."""

    def __init__(self, send: Callable[[bytes], None], limits: TextLimits, *, sample_characters: int = 20_000) -> None:
        self._send = send
        self._limits = limits
        self._parts: list[str] = []
        self._held = 0
        self._bytes = 0
        self._sample_characters = sample_characters
        self._sample: list[str] = []
        self._sampled = 0
        self.characters = 0
        self.page_starts: list[int] = []

    @property
    def sample(self) -> str:
        return "".join(self._sample)

    def write(self, text: str) -> None:
        self._write(cleaned(text))

    def page(self, text: str) -> None:
        """A whole page."""
        if len(self.page_starts) >= self._limits.max_pages:
            raise too_many_pages(self._limits)
        self.page_starts.append(self.characters)
        self._write(cleaned(text).replace(PAGE_END, "\n"))
        self._write(PAGE_END)

    def flush(self) -> None:
        if self._parts:
            data = "".join(self._parts).encode()
            self._parts.clear()
            self._held = 0
            self._bytes += len(data)
            if self._bytes > self._limits.max_text_bytes:
                raise DocumentTextTooLargeError(
                    f"the document holds more than {self._limits.max_text_bytes:,} bytes of text "
                    "(FOREBAY_DOCUMENT_MAX_TEXT_BYTES)"
                )
            for at in range(0, len(data), 1 << 20):
                self._send(data[at : at + (1 << 20)])

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self.characters += len(text)
        self._held += len(text)
        if self._sampled < self._sample_characters:
            self._sample.append(text[: self._sample_characters - self._sampled])
            self._sampled += len(text)
        if self._held >= _SEND_CHARACTERS:
            self.flush()


def too_many_pages(limits: TextLimits) -> DocumentTooManyPagesError:
    return DocumentTooManyPagesError(
        f"the document has more than {limits.max_pages:,} pages (FOREBAY_DOCUMENT_MAX_PAGES)"
    )

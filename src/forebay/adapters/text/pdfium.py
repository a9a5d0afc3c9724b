"""PDFium through pypdfium2, as little of it as is needed. The library has no types: none of that gets out of here."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
from pypdfium2 import raw

from forebay.adapters.text.content import Content
from forebay.domain.documents.errors import DocumentBrokenError, DocumentEncryptedError

VERSION = f"{pypdfium2.PYPDFIUM_INFO.version}+pdfium{pypdfium2.PDFIUM_INFO.build}"
_UNITS = ctypes.POINTER(ctypes.c_ushort)


class Page:
    """One page, while it is open."""

    def __init__(self, handle: object) -> None:
        self._handle = handle

    def text(self) -> str:
        """As PDFium orders it: lines end in "\\r\\n", and U+FFFE stands where a hyphen ended a line."""
        text_page = raw.FPDFText_LoadPage(self._handle)
        if not text_page:
            return ""
        try:
            count = raw.FPDFText_CountChars(text_page)
            if count <= 0:
                return ""
            buffer = ctypes.create_string_buffer(4 * (count + 1))  # a character may take two units of two bytes
            written = raw.FPDFText_GetText(text_page, 0, count, ctypes.cast(buffer, _UNITS))
            return buffer.raw[: 2 * max(int(written) - 1, 0)].decode("utf-16-le", "replace")
        finally:
            raw.FPDFText_ClosePage(text_page)

    def has_pictures(self) -> bool:
        """Whether an image lies on it, also within a form on it."""
        return any(
            raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(self._handle, index))
            in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM}
            for index in range(raw.FPDFPage_CountObjects(self._handle))
        )


class Document:
    """An open PDF."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document
        self.page_count = len(document)

    def title(self) -> str:
        return str(self._document.get_metadata_value("Title"))

    @contextmanager
    def page(self, index: int) -> Iterator[Page | None]:
        """None for one that is damaged."""
        handle = raw.FPDF_LoadPage(self._document.raw, index)
        if not handle:
            yield None
            return
        try:
            yield Page(handle)
        finally:
            raw.FPDF_ClosePage(handle)


@contextmanager
def opened(content: Content) -> Iterator[Document]:
    """DocumentEncryptedError, DocumentBrokenError."""
    try:
        document = pypdfium2.PdfDocument(content.file if content.data is None else content.data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise DocumentEncryptedError("the PDF opens with a password only; store it without one") from None
        if error.err_code == raw.FPDF_ERR_SECURITY:
            raise DocumentEncryptedError("the PDF is encrypted in a way that cannot be opened") from None
        raise DocumentBrokenError(f"the PDF is damaged: {error}") from None
    try:
        yield Document(document)
    finally:
        document.close()

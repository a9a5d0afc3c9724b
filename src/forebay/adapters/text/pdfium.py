"""PDFium through pypdfium2, as little of it as is needed. The library has no types: none of that gets out of here."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from forebay.adapters.text.content import Content
from forebay.domain.documents.errors import DocumentBrokenError, DocumentEncryptedError

VERSION = f"{pypdfium2.PYPDFIUM_INFO.version}+pdfium{pypdfium2.PDFIUM_INFO.build}"
_UNITS = ctypes.POINTER(ctypes.c_ushort)


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of pixels, `stride` bytes each: gray in one byte, or blue, green, red and nothing in four."""

    width: int
    height: int
    stride: int
    pixels: bytes

    def as_pgm(self) -> bytes:
        """A gray one as a portable graymap (netpbm)."""
        rows = (self.pixels[at : at + self.width] for at in range(0, self.height * self.stride, self.stride))
        return b"P5 %d %d 255\n" % (self.width, self.height) + b"".join(rows)


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

    def size(self) -> tuple[float, float]:
        """Width and height in points, of which 72 are an inch."""
        return float(raw.FPDF_GetPageWidthF(self._handle)), float(raw.FPDF_GetPageHeightF(self._handle))

    def render(
        self, scale: float, max_pixels: int, *, gray: bool = False, max_height: int | None = None
    ) -> Picture | None:
        """As it is shown, on white. `scale`: pixels to a point, fewer when it would be too large; the foot is cut off

        at `max_height`. None when there is nothing to draw on.
        """
        wide, high = self.size()
        if not (wide > 0 and high > 0):
            return None
        whole = min(scale, (max_pixels / (wide * high)) ** 0.5) if max_height is None else scale
        width, height = max(1, round(wide * whole)), max(1, round(high * whole))
        shown = height if max_height is None else min(height, max_height)
        kind = raw.FPDFBitmap_Gray if gray else raw.FPDFBitmap_BGRx
        bitmap = raw.FPDFBitmap_CreateEx(width, shown, kind, None, 0) if width * shown <= 2 * max_pixels else None
        if not bitmap:
            return None
        try:
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, shown, 0xFFFFFFFF)
            raw.FPDF_RenderPageBitmap(bitmap, self._handle, 0, 0, width, height, 0, raw.FPDF_ANNOT)
            stride = int(raw.FPDFBitmap_GetStride(bitmap))
            pixels = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * shown)
        finally:
            raw.FPDFBitmap_Destroy(bitmap)
        return Picture(width, shown, stride, pixels)


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
    # Not by pypdfium2's own opening: without pages it reports the error of the document before.
    if content.data is not None:
        handle = raw.FPDF_LoadMemDocument64(content.data, len(content.data), None)
    else:
        handle = raw.FPDF_LoadDocument(b"/dev/fd/%d" % content.file.fileno(), None)
    if not handle:
        raise _error(int(raw.FPDF_GetLastError()))
    document = pypdfium2.PdfDocument(handle)
    try:
        if len(document) < 1:
            raise DocumentBrokenError("the PDF is damaged: it has no pages")
        yield Document(document)
    finally:
        document.close()


def _error(code: int) -> DocumentBrokenError | DocumentEncryptedError:
    if code == raw.FPDF_ERR_PASSWORD:
        return DocumentEncryptedError("the PDF opens with a password only; store it without one")
    if code == raw.FPDF_ERR_SECURITY:
        return DocumentEncryptedError("the PDF is encrypted in a way that cannot be opened")
    return DocumentBrokenError("the PDF is damaged: it is cut short, or what it holds contradicts itself")

"""Documents for the contract of text extractors, built in memory."""

import asyncio
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from email.message import EmailMessage
from io import BytesIO

from forebay.application.ports.text import Extraction, TextExtractor, TextLimits
from forebay.testing.archive_examples import BytesSource

PDF = "application/pdf"
MAIL = "message/rfc822"
HTML = "text/html"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


async def extract(
    texts: TextExtractor, data: bytes, media_type: str = "text/plain", limits: TextLimits | None = None
) -> Extraction:
    return await texts.extract(BytesSource(data, "upload"), media_type, limits or TextLimits())


def pdf_of(pages: Sequence[Sequence[str]], *, title: str = "", extra: Mapping[int, bytes] | None = None) -> bytes:
    """A PDF (ISO 32000) with a line of Latin text for each line given, in one of the fonts that every reader has.

    `extra`: further objects by number, from 1000 on, or others in place of those that are made here.
    """
    kids = " ".join(f"{10 + 2 * index} 0 R" for index in range(len(pages)))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Title (" + _escaped(title) + b") >>",
    }
    for index, lines in enumerate(pages):
        shown = b"".join(b"(" + _escaped(line) + b") Tj 0 -14 Td " for line in lines)
        objects[10 + 2 * index] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (11 + 2 * index)
        )
        objects[11 + 2 * index] = stream(b"BT /F 12 Tf 50 780 Td " + shown + b"ET")
    return assembled(objects | dict(extra or {}))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def assembled(objects: Mapping[int, bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF file of these objects; number 1 is the catalogue, number 4 the information."""
    out = bytearray(b"%PDF-1.7\n")
    offsets: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    size = max(objects) + 1
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def encrypted_pdf() -> bytes:
    """One that claims to be encrypted for a password that nobody knows (RC4, 40 bits; the keys are made up)."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [] /Count 0 >>",
        4: b"<< >>",
        5: b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"5a" * 32 + b"> /U <" + b"a5" * 32 + b"> >>",
    }
    return assembled(objects, trailer=b"/Encrypt 5 0 R /ID [<" + b"01" * 16 + b"> <" + b"01" * 16 + b">]")


def mail_of(
    text: str = "The text of the message.\n", *, subject: str = "A subject", files: Mapping[str, bytes] | None = None,
    html: str | None = None,
) -> bytes:  # fmt: skip
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Mon, 01 Jan 2024 10:00:00 +0000"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, data in (files or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def package_of(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive, as office documents are."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


class Stalled(BytesSource):
    """Says when it was reached, and gives nothing until it is told to."""

    def __init__(self, data: bytes, name: str = "upload") -> None:
        super().__init__(data, name)
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        async with super().open(start=start, stop=stop) as chunks:

            async def stalled() -> AsyncIterator[bytes]:
                self.reached.set()
                await self.go_on.wait()
                async for chunk in chunks:
                    yield chunk

            yield stalled()


class FailingSource(BytesSource):
    """Breaks off with the error that it is given."""

    def __init__(self, error: Exception) -> None:
        super().__init__(b"x" * 1000, "upload")
        self._error = error

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        async with super().open(start=start, stop=stop):
            yield self._failing()

    async def _failing(self) -> AsyncIterator[bytes]:
        for chunk in (b"x",):
            yield chunk
        raise self._error

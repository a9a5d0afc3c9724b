"""What the first bytes of a file say it is, and which of that fits a run type.

Sources: POSIX.1-2017 pax/ustar header, RFC 1952 (gzip), bzip2 "BZh", the xz and Zstandard (RFC 8878) formats,
PKWARE APPNOTE (zip), ISO 32000 (PDF), MS-CFB (OLE2).
"""

import codecs
from dataclasses import dataclass

from forebay.domain.intake.errors import EmptyFileError, WrongContentError
from forebay.domain.intake.run import RunType

HEAD_BYTES = 4096  # enough for every signature below and for a fair guess at text


@dataclass(frozen=True, slots=True)
class Signature:
    """A kind of content: the name a person knows, and its media type."""

    name: str
    media_type: str


TAR = Signature("tar", "application/x-tar")
GZIP = Signature("gzip", "application/gzip")
BZIP2 = Signature("bzip2", "application/x-bzip2")
XZ = Signature("xz", "application/x-xz")
ZSTD = Signature("zstd", "application/zstd")
ZIP = Signature("zip", "application/zip")
PDF = Signature("PDF", "application/pdf")
OLE = Signature("OLE2 document", "application/x-ole-storage")
RTF = Signature("RTF", "application/rtf")
TEXT = Signature("text", "text/plain")
BINARY = Signature("unknown binary data", "application/octet-stream")

_ARCHIVES = (TAR, GZIP, BZIP2, XZ, ZSTD, ZIP)
ACCEPTED: dict[RunType, tuple[Signature, ...]] = {
    RunType.DS_ETC: _ARCHIVES,
    RunType.INSTANCE_ETC: _ARCHIVES,
    RunType.APP_BUNDLE: _ARCHIVES,
    RunType.ARCHIVE: _ARCHIVES,
    RunType.SINGLE_CONF: (TEXT,),
    RunType.DOCUMENT: (PDF, ZIP, OLE, RTF, TEXT),
}

_MAGIC: tuple[tuple[bytes, Signature], ...] = (
    (b"\x1f\x8b\x08", GZIP),
    (b"\xfd7zXZ\x00", XZ),
    (b"\x28\xb5\x2f\xfd", ZSTD),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),  # an archive without members
    (b"PK\x07\x08", ZIP),  # a spanned one
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
)
_CONTROL = bytes(b for b in range(0x20) if b not in b"\t\n\r\f\x1b")


def detect(head: bytes) -> Signature:
    """The kind of content that starts with `head` (the first HEAD_BYTES, or all of a shorter file)."""
    for magic, signature in _MAGIC:
        if head.startswith(magic):
            return signature
    if head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in {b"1AY&SY", b"\x17rE8P\x90"}:
        return BZIP2
    if _is_tar(head):
        return TAR
    if b"%PDF-" in head[:1024]:  # readers accept leading bytes before the header
        return PDF
    return TEXT if _is_text(head) else BINARY


def check_content(run_type: RunType, head: bytes, *, field: str = "file") -> Signature:
    """The signature if it fits the type; EmptyFileError or WrongContentError otherwise."""
    if not head:
        raise EmptyFileError("the file is empty; expected at least one byte", field=field)
    signature = detect(head)
    if signature not in ACCEPTED[run_type]:
        expected = ", ".join(s.name for s in ACCEPTED[run_type])
        raise WrongContentError(
            f"the first bytes look like {signature.name}; type {run_type} expects one of: {expected}", field=field
        )
    return signature


def _is_tar(head: bytes) -> bool:
    """A tar header is known by its checksum: bytes 148-155, the sum with those eight taken as spaces."""
    block = head[:512]
    if len(block) < 512:
        return False
    digits = block[148:156].strip(b" \0")
    if not digits or any(b not in b"01234567" for b in digits):
        return False
    return int(digits, 8) == sum(block[:148]) + 8 * 0x20 + sum(block[156:])


def _is_text(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if b"\0" in head:
        return False
    control = len(head) - len(head.translate(None, _CONTROL))
    return control * 100 <= len(head)

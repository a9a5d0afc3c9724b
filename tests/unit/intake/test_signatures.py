"""What the first bytes say: archives made by real writers, documents, text, and things that only look like it."""

import bz2
import codecs
import gzip
import io
import lzma
import os
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.errors import EmptyFileError, WrongContentError
from forebay.domain.intake.run import RunType
from forebay.domain.intake.signatures import (
    ACCEPTED,
    BINARY,
    BZIP2,
    GZIP,
    HEAD_BYTES,
    OLE,
    PDF,
    RTF,
    TAR,
    TEXT,
    XZ,
    ZIP,
    ZSTD,
    Signature,
    check_content,
    detect,
)

ARCHIVE_TYPES = [RunType.DS_ETC, RunType.INSTANCE_ETC, RunType.APP_BUNDLE, RunType.ARCHIVE]


def tar_of(*names: str, form: int = tarfile.PAX_FORMAT, mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:  # type: ignore[call-overload]  # the mode is data
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 5
            archive.addfile(member, io.BytesIO(b"hello"))
    return out.getvalue()


def v7_tar() -> bytes:
    """A header as Unix Version 7 wrote it: no magic, only the checksum tells."""
    header = bytearray(tar_of("default/app.conf", form=tarfile.USTAR_FORMAT))
    header[257:512] = bytes(255)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    return bytes(header)


def zip_of(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "hello")
    return out.getvalue()


LONG = "long/" * 60 + "name.conf"

REAL = [
    pytest.param(tar_of("a.conf", form=tarfile.USTAR_FORMAT), TAR, id="ustar"),
    pytest.param(tar_of("a.conf", form=tarfile.GNU_FORMAT), TAR, id="gnu tar"),
    pytest.param(tar_of(LONG, form=tarfile.GNU_FORMAT), TAR, id="gnu tar that begins with a long name"),
    pytest.param(tar_of("a.conf", form=tarfile.PAX_FORMAT), TAR, id="pax"),
    pytest.param(tar_of("ä" * 80, form=tarfile.PAX_FORMAT), TAR, id="pax that begins with an extended header"),
    pytest.param(tar_of("ä.conf", form=tarfile.USTAR_FORMAT), TAR, id="ustar with a name beyond ASCII"),
    pytest.param(v7_tar(), TAR, id="v7 tar"),
    pytest.param(tar_of("a.conf", mode="w:gz"), GZIP, id="tar.gz"),
    pytest.param(tar_of("a.conf", mode="w:bz2"), BZIP2, id="tar.bz2"),
    pytest.param(tar_of("a.conf", mode="w:xz"), XZ, id="tar.xz"),
    pytest.param(gzip.compress(b""), GZIP, id="gzip of nothing"),
    pytest.param(bz2.compress(b""), BZIP2, id="bzip2 of nothing"),
    pytest.param(bz2.compress(b"x" * 99, 1), BZIP2, id="bzip2 at level 1"),
    pytest.param(lzma.compress(b""), XZ, id="xz of nothing"),
    pytest.param(b"\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00\x99\xe9\xd8\x51", ZSTD, id="zstd of nothing"),
    pytest.param(zip_of("a.conf"), ZIP, id="zip"),
    pytest.param(zip_of(), ZIP, id="zip without members"),
    pytest.param(b"PK\x07\x08" + zip_of("a"), ZIP, id="spanned zip"),
    pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", PDF, id="PDF"),
    pytest.param(b"\r\n\x00junk from a mail gateway\n" + b"%PDF-1.4\n", PDF, id="PDF behind leading bytes"),
    pytest.param(b" " * 1019 + b"%PDF-", PDF, id="PDF at the last place where readers look"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), OLE, id="OLE2"),
    pytest.param(b"{\\rtf1\\ansi hello}", RTF, id="RTF"),
    pytest.param(b"[default]\nhost = a\n", TEXT, id="a conf file"),
    pytest.param("[défaut]\nhost = ä\n".encode(), TEXT, id="text in UTF-8"),
    pytest.param("[défaut]\nhost = ä\n".encode("latin-1"), TEXT, id="text in Latin-1"),
    pytest.param(codecs.BOM_UTF8 + b"[default]\n", TEXT, id="text with a UTF-8 byte order mark"),
    pytest.param("[default]\n".encode("utf-16"), TEXT, id="text in UTF-16"),
    pytest.param(codecs.BOM_UTF16_BE + "[default]\n".encode("utf-16-be"), TEXT, id="text in UTF-16, big end first"),
    pytest.param(b"\x1b[31mred\x1b[0m\r\n\f", TEXT, id="text with terminal colours"),
    pytest.param(b"x", TEXT, id="one letter"),
    pytest.param(b"\0", BINARY, id="one NUL"),
    pytest.param(b"\x7fELF\x02\x01\x01" + bytes(57), BINARY, id="an ELF program"),
    pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", BINARY, id="a PNG picture"),
    pytest.param(b"GIF89a\x01\x02\x03\x04\x05\x06", BINARY, id="control bytes without a NUL"),
    pytest.param(bytes(10240), BINARY, id="nothing but zeros"),
    pytest.param(tar_of("a.conf")[:511], BINARY, id="a tar cut off in its first header"),
    pytest.param(b"\x1f\x8b", BINARY, id="gzip's first two bytes"),
    pytest.param(b"BZh91AY&S", TEXT, id="bzip2 cut off before its block"),
    pytest.param(b"BZhello is a word", TEXT, id="text that begins like bzip2"),
    pytest.param(b"PK is a name", TEXT, id="text that begins like zip"),
    pytest.param(b"x" * 1020 + b"%PDF-", TEXT, id="PDF's mark behind the place where readers look"),
]


@pytest.mark.parametrize(("content", "signature"), REAL)
def test_content_is_known_by_its_first_bytes(content: bytes, signature: Signature) -> None:
    assert detect(content[:HEAD_BYTES]) == signature


def test_a_tar_is_known_by_its_first_block_alone() -> None:
    assert detect(tar_of("a.conf")[:512]) == TAR


def test_a_tar_with_one_bit_changed_in_its_header_is_not_a_tar() -> None:
    damaged = bytearray(tar_of("a.conf"))
    damaged[0] ^= 1
    assert detect(bytes(damaged)) != TAR


@given(st.binary(max_size=1024))
def test_whatever_the_bytes_something_is_said_about_them(head: bytes) -> None:
    assert isinstance(detect(head), Signature)


@given(st.binary(min_size=512, max_size=600), st.binary(min_size=8, max_size=8))
def test_no_checksum_field_makes_detection_fail(block: bytes, field: bytes) -> None:
    assert isinstance(detect(block[:148] + field + block[156:]), Signature)


@given(st.sampled_from(RunType), st.binary(max_size=600))
def test_a_check_gives_a_signature_that_fits_or_an_error_for_people(run_type: RunType, head: bytes) -> None:
    try:
        signature = check_content(run_type, head)
    except InvalidInputError as refused:
        signature, error = None, refused
    if signature is not None:
        assert signature in ACCEPTED[run_type]
    else:
        assert error.field == "file"
        assert error.message.isprintable()


@pytest.mark.parametrize("run_type", ARCHIVE_TYPES)
@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(tar_of("a"), id="tar"),
        pytest.param(tar_of("a", mode="w:gz"), id="gz"),
        pytest.param(tar_of("a", mode="w:bz2"), id="bz2"),
        pytest.param(tar_of("a", mode="w:xz"), id="xz"),
        pytest.param(b"\x28\xb5\x2f\xfd", id="zst"),
        pytest.param(zip_of("a"), id="zip"),
    ],
)
def test_every_archive_fits_every_type_that_is_an_archive(run_type: RunType, archive: bytes) -> None:
    check_content(run_type, archive[:HEAD_BYTES])


@pytest.mark.parametrize("run_type", ARCHIVE_TYPES)
def test_text_is_no_archive_and_the_answer_says_what_was_expected(run_type: RunType) -> None:
    with pytest.raises(WrongContentError) as refused:
        check_content(run_type, b"[default]\n")
    assert refused.value.message == (
        f"the first bytes look like text; type {run_type} expects one of: tar, gzip, bzip2, xz, zstd, zip"
    )
    assert refused.value.field == "file"


def test_a_conf_file_is_text_and_nothing_else() -> None:
    assert check_content(RunType.SINGLE_CONF, b"[a]\n") == TEXT
    for other in (zip_of("a"), b"%PDF-1.7", os.urandom(16) + b"\0"):
        with pytest.raises(WrongContentError, match="expects one of: text"):
            check_content(RunType.SINGLE_CONF, other)


def test_a_document_is_pdf_office_rtf_or_text() -> None:
    for content in (b"%PDF-1.7", zip_of("word/document.xml"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1}", b"hi"):
        check_content(RunType.DOCUMENT, content)
    with pytest.raises(WrongContentError, match="look like gzip"):
        check_content(RunType.DOCUMENT, gzip.compress(b"x"))


@pytest.mark.parametrize("run_type", RunType)
def test_an_empty_file_fits_no_type(run_type: RunType) -> None:
    with pytest.raises(EmptyFileError, match="at least one byte") as refused:
        check_content(run_type, b"")
    assert refused.value.field == "file"


@pytest.mark.parametrize("run_type", RunType)
def test_every_type_accepts_something(run_type: RunType) -> None:
    assert ACCEPTED[run_type]

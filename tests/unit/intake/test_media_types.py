"""Media types: bytes win, names refine."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.intake import signatures
from forebay.domain.intake.media_type import choose_media_type
from forebay.domain.intake.signatures import BINARY, GZIP, OLE, PDF, TAR, TEXT, ZIP, Signature

SIGNATURES = [value for value in vars(signatures).values() if isinstance(value, Signature)]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("signature", "name", "media_type"),
    [
        pytest.param(PDF, "evil.html", "application/pdf", id="a PDF called html is a PDF"),
        pytest.param(GZIP, "app.txt", "application/gzip", id="gzip called txt is gzip"),
        pytest.param(TAR, "app", "application/x-tar", id="a tar without an extension is a tar"),
        pytest.param(TEXT, "props.conf", "text/plain", id="a conf file is text"),
        pytest.param(TEXT, "notes.md", "text/markdown", id="text called md is Markdown"),
        pytest.param(TEXT, "data.json", "application/json", id="text called json is JSON"),
        pytest.param(TEXT, "table.CSV", "text/csv", id="the case of an extension does not matter"),
        pytest.param(TEXT, "tool.exe", "text/plain", id="text called exe is text"),
        pytest.param(TEXT, "picture.png", "text/plain", id="text called png is text"),
        pytest.param(TEXT, "no extension", "text/plain", id="text without an extension"),
        pytest.param(ZIP, "letter.docx", DOCX, id="a zip called docx is a Word document"),
        pytest.param(ZIP, "book.epub", "application/epub+zip", id="a zip called epub is a book"),
        pytest.param(ZIP, "letter.odt", "application/vnd.oasis.opendocument.text", id="a zip called odt"),
        pytest.param(ZIP, "page.html", "application/zip", id="a zip called html is a zip"),
        pytest.param(ZIP, "old.doc", "application/zip", id="a zip called doc is a zip"),
        pytest.param(OLE, "old.doc", "application/msword", id="an OLE2 file called doc is an old Word document"),
        pytest.param(OLE, "old.html", "application/x-ole-storage", id="an OLE2 file called html is not HTML"),
        pytest.param(BINARY, "page.html", "application/octet-stream", id="binary called html is not HTML"),
    ],
)
def test_the_bytes_win_and_the_name_refines(signature: Signature, name: str, media_type: str) -> None:
    assert choose_media_type(signature, name) == media_type


@given(st.sampled_from(SIGNATURES), st.text(max_size=40))
def test_whatever_the_name_the_result_is_a_media_type(signature: Signature, name: str) -> None:
    assert re.fullmatch(r"[a-z0-9.+-]+/[A-Za-z0-9.+_-]+", choose_media_type(signature, name))


@given(st.text(max_size=40))
def test_no_name_makes_an_archive_something_else(name: str) -> None:
    assert choose_media_type(GZIP, name) == "application/gzip"

"""What each format gives."""

import base64
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from forebay.adapters.text.extractor import ProcessTextExtractor, open_text_extractor
from forebay.application.ports.text import TextLimits
from forebay.domain.documents.errors import DocumentBrokenError, DocumentEncryptedError
from forebay.testing.archive_examples import BytesSource
from forebay.testing.text_examples import HTML, MAIL, PDF, encrypted_pdf, extract, mail_of, pdf_of
from tests.integration.text.documents import (
    DOCX,
    EPUB,
    ODP,
    ODT,
    PPTX,
    RTF,
    XLSX,
    docx_of,
    epub_of,
    opendocument_of,
    pptx_of,
    scan_of,
    xlsx_of,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def texts() -> AsyncIterator[ProcessTextExtractor]:
    """One for all tests, as in life: what one leaves behind the next one meets."""
    async with open_text_extractor() as extractor:
        yield extractor


async def test_word_documents(texts: ProcessTextExtractor) -> None:
    found = await extract(texts, docx_of(), DOCX)
    assert found.text == (
        "In the header\nHeading\nOne bold\tafter a tab\n"
        "cell 00 \tcell 01 \t\ncell 10 \tcell 11 \t\nThe end: žluťoučký 漢字\n"
    )
    assert (found.title, found.page_count, found.model.name) == ("Minutes", None, "python-docx")


async def test_presentations(texts: ProcessTextExtractor) -> None:
    found = await extract(texts, pptx_of(), PPTX)
    assert found.text == "First slide\none\ntwo\na note\n\fleft\tright\n\f"
    assert (found.title, found.page_count, found.page_starts) == ("Slides", 2, (0, 28))


async def test_spreadsheets(texts: ProcessTextExtractor) -> None:
    found = await extract(texts, xlsx_of([["Name", "Sum"], ["Ä &amp; B", "12"]], name="Bills"), XLSX)
    assert found.text == "Bills\nName\tSum\nÄ & B\t12\n\n"
    assert found.model.name == "python-calamine"


async def test_opendocument_texts(texts: ProcessTextExtractor) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:h>Head</text:h><text:p>One<text:s text:c='2'/>two<text:tab/>three <text:span>four</text:span> five"
        "</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
    )
    found = await extract(texts, opendocument_of(body), ODT)
    assert (found.text, found.title) == ("Head\nOne  two\tthree four five\na \tb \t\n", "A title")


async def test_opendocument_presentations(texts: ProcessTextExtractor) -> None:
    slides = "<draw:page><text:p>one</text:p></draw:page><draw:page><text:p>two</text:p></draw:page>"
    found = await extract(texts, opendocument_of(slides), ODP)
    assert (found.text, found.page_starts, found.page_count) == ("one\n\ftwo\n\f", (0, 5), 2)


async def test_books(texts: ProcessTextExtractor) -> None:
    found = await extract(texts, epub_of(["<p>the end", "<h1>One</h1><p>begins &amp; "]), EPUB)
    assert (found.text, found.title) == ("One\n\nbegins &\n\nthe end\n\n", "The book")


async def test_rich_text(texts: ProcessTextExtractor) -> None:
    found = await extract(texts, rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Gr\'fc\'dfe\par and \b more\b0 .}", RTF)
    assert found.text.strip() == "Grüße\nand more."


@pytest.mark.parametrize("media_type", [DOCX, PPTX, XLSX, ODT, EPUB, PDF])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no more", b"text", b"PK\x05\x06" + bytes(18)])
async def test_what_is_not_what_it_claims_to_be_is_damaged(
    texts: ProcessTextExtractor, media_type: str, data: bytes
) -> None:
    with pytest.raises(DocumentBrokenError, match="damaged"):
        await extract(texts, data, media_type)


@pytest.mark.parametrize("media_type", [DOCX, PPTX, XLSX])
async def test_office_documents_with_a_password_are_encrypted(texts: ProcessTextExtractor, media_type: str) -> None:
    with pytest.raises(DocumentEncryptedError, match="password"):
        await extract(texts, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), media_type)


async def test_opendocuments_with_a_password_are_encrypted(texts: ProcessTextExtractor) -> None:
    manifest = "<m:file-entry><m:encryption-data/></m:file-entry>"
    with pytest.raises(DocumentEncryptedError):
        await extract(texts, opendocument_of("", manifest=manifest), ODT)


async def test_scans_need_ocr_and_empty_pages_do_not(texts: ProcessTextExtractor) -> None:
    found = await extract(texts, scan_of(["A line"], pages=2), PDF)
    assert (found.text, found.needs_ocr, found.page_count) == ("\f\f", True, 2)
    assert not (await extract(texts, pdf_of([[], []]), PDF)).needs_ocr


async def test_a_document_that_has_no_pages_is_damaged_whatever_came_before(texts: ProcessTextExtractor) -> None:
    with pytest.raises(DocumentEncryptedError):
        await extract(texts, encrypted_pdf(), PDF)
    with pytest.raises(DocumentBrokenError, match="no pages"):
        await extract(texts, pdf_of([]), PDF)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Annual report", "Annual report"),
        ("Microsoft Word - Annual report.doc", "Annual report"),
        ("Microsoft Word - Document1", None),
        ("untitled", None),
        ("black_pixel.png", "black_pixel"),
        ("", None),
    ],
)
async def test_titles_that_say_nothing_are_passed_over(
    texts: ProcessTextExtractor, title: str, shown: str | None
) -> None:
    assert (await extract(texts, pdf_of([["x"]], title=title), PDF)).title == shown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>one<li>two</ul>three", "one\ntwo\n\nthree\n"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a b\nc d\n"),
        ("<pre>  kept\n   as is</pre>after", "  kept\n   as is\n\nafter\n"),
        ("<p>a<!-- no --><template>no</template><noscript>no</noscript><img alt='picture'>b", "apictureb\n"),
        ("a<div>b</div>c", "a\nb\nc\n"),
        ("", ""),
        ("<b>bold</b> <i>and</i>\n\n&lt;angles&gt;", "bold and <angles>\n"),
    ],
)
async def test_html_in_lines(texts: ProcessTextExtractor, html: str, text: str) -> None:
    assert (await extract(texts, html.encode(), HTML)).text == text


@pytest.mark.parametrize(
    "data",
    [
        "<meta charset=windows-1251><p>Привет".encode("windows-1251"),
        "<meta http-equiv=Content-Type content='text/html; charset=utf-8'><p>Привет".encode(),
        "<p>Привет".encode("utf-8-sig"),
        "<p>Привет".encode("utf-16"),
        "<meta charset=utf-16><p>Привет".encode(),  # it was read as ASCII, so it cannot be
        "<meta charset=nonsense><p>Привет".encode(),
        b"<?xml version='1.0' encoding='koi8-r'?><p>" + "Привет".encode("koi8-r"),
    ],
)
async def test_character_sets_of_html(texts: ProcessTextExtractor, data: bytes) -> None:
    assert (await extract(texts, data, HTML)).text == "Привет\n"


async def test_html_that_nests_without_end(texts: ProcessTextExtractor) -> None:
    assert (await extract(texts, b"<div>" * 100_000 + b"deep", HTML)).text == "deep\n"


async def test_the_best_body_of_a_mail_is_read(texts: ProcessTextExtractor) -> None:
    html = "<p>This message is <b>long</b>. " + "It goes on. " * 50
    short = await extract(texts, mail_of("See the HTML part.\n", html=html), MAIL)
    assert "See the HTML" not in short.text
    assert "This message is long. It goes on." in short.text
    both = await extract(texts, mail_of("The plain text is long enough to be read as it is. " * 10, html=html), MAIL)
    assert "It goes on" not in both.text
    assert both.text.startswith(
        "Subject: A subject\nFrom: Ada <ada@example.org>\nTo: bob@example.org\nDate: Mon, 01 Jan"
    )


async def test_names_of_attachments_are_made_fit(texts: ProcessTextExtractor) -> None:
    names = ["../../etc/passwd", "a.txt", "A.TXT", "x\u202etxt.exe", "", "é" * 300 + ".pdf", "C:\\\\dir\\\\b.doc"]
    parts = "".join(
        "--b\r\nContent-Type: application/octet-stream\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\nx\r\n'
        for name in names
    )
    data = (
        f"Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n".encode()
    )
    found = [one.name for one in (await extract(texts, data, MAIL)).attachments]
    assert found[:4] == ["passwd", "a.txt", "A (2).TXT", "xtxt.exe"]
    assert found[4].startswith("attachment-5")
    assert len(found[5].encode()) <= 255
    assert found[6] == "b.doc"


async def test_messages_within_messages_are_attachments(texts: ProcessTextExtractor) -> None:
    inner = mail_of("inner text\n", subject="Inner", files={"c.txt": b"c"})
    data = (
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\nouter text\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    )
    found = await extract(texts, data, MAIL)
    assert found.title == "Grüße"
    assert "outer text" in found.text
    assert "inner text" not in found.text
    assert [(one.name, one.media_type) for one in found.attachments] == [("Inner.eml", MAIL)]


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: x\n\n",
        b"From: \xff\xfe\nSubject: \xe9\xe8\n\nbody",
        b"Content-Type: text/plain; charset=nonsense\n\nbody",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"To: " + b"<" * 3000 + b"\n\nbody",
        b"Subject: =?utf-8?b?////?=\nContent-Transfer-Encoding: base64\n\n$$$",
    ],
)
async def test_odd_mail_is_read_all_the_same(texts: ProcessTextExtractor, data: bytes) -> None:
    assert (await extract(texts, data, MAIL)).model.name == "python-email"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The quick brown fox jumps over the lazy dog, and nobody minds it at all.", "en"),
        ("Der schnelle braune Fuchs springt über den faulen Hund, und niemand stört sich daran.", "de"),
        ("彼はその本を読んでから、友達と一緒に公園へ散歩に行きました。", "ja"),
        ("Быстрая коричневая лиса прыгает через ленивую собаку, и никто не возражает.", "ru"),
        ("Fox", None),
        ("17 4711 0815 99.9 +49 30 123456 " * 20, None),
    ],
)
async def test_languages(texts: ProcessTextExtractor, text: str, language: str | None) -> None:
    assert (await extract(texts, text.encode())).language == language


async def test_large_attachments_do_not_take_several_times_their_size(texts: ProcessTextExtractor) -> None:
    """What is in messages within messages, and text that only looks like a part, stays as it was."""
    large = random.Random(1).randbytes(60 << 20)
    looks = "A text.\n-- \nContent-Transfer-Encoding: base64\n\nnot encoded at all\n--\nthe end\n"
    inner = mail_of("inner\n", files={"inner.bin": b"inner bytes" * 1000})
    parts = [
        b"Content-Type: text/plain\r\n\r\n" + looks.replace("\n", "\r\n").encode(),
        b"Content-Disposition: attachment; filename=large.bin\r\nContent-Transfer-Encoding: BASE64\r\n\r\n"
        + base64.encodebytes(large),
        b"Content-Type: message/rfc822\r\n\r\n" + inner,
    ]
    body = b"".join(b"\r\n--limit\r\n" + part for part in parts) + b"\r\n--limit--\r\n"
    data = b"Subject: large\r\nContent-Type: multipart/mixed; boundary=limit\r\n" + body
    found = await extract(texts, data, MAIL)
    assert found.text.endswith(looks)
    assert found.attachments[0].size_bytes == len(large)
    got: list[bytes] = []
    for attachment in found.attachments:
        async with texts.open_attachment(BytesSource(data), MAIL, attachment, TextLimits()) as chunks:
            got.append(b"".join([chunk async for chunk in chunks]))
    assert got[0] == large
    again = await extract(texts, got[1], MAIL)
    assert [(one.name, one.size_bytes) for one in again.attachments] == [("inner.bin", 11_000)]

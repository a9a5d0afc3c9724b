"""Documents that mean harm: refused for what they are, in bounded memory, and the next one is read as ever."""

import zlib
from collections.abc import AsyncIterator, Callable

import pytest

from forebay.adapters.confinement.frames import Outcome
from forebay.adapters.text.extractor import ProcessTextExtractor, TextOptions, open_text_extractor
from forebay.application.ports.text import TextLimits
from forebay.domain.documents.errors import (
    DocumentBrokenError,
    DocumentMemoryError,
    DocumentTextTooLargeError,
    DocumentTimeoutError,
    ExtractionError,
)
from forebay.testing.archive_examples import MIB, BytesSource
from forebay.testing.text_examples import HTML, MAIL, PDF, assembled, extract, package_of, pdf_of, stream
from tests.integration.text.documents import DOCX, EPUB, ODT, RTF, XLSX, docx_of, opendocument_of, with_part, xlsx_of

MOST_BYTES = 512 * MIB
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
async def texts() -> AsyncIterator[ProcessTextExtractor]:
    """Its process is new, so that its peak is that of the test. Afterwards it still reads."""
    outcomes: list[Outcome] = []
    options = TextOptions(processes=1, preview_processes=1)
    async with open_text_extractor(options, on_outcome=outcomes.append) as extractor:
        yield extractor
        assert (await extract(extractor, pdf_of([["as ever"]]), PDF)).text == "as ever\f"
    for outcome in outcomes:
        assert outcome.peak_bytes is not None, "this system does not say how much memory a process used"
        assert outcome.peak_bytes < MOST_BYTES


def word_bomb(size: int) -> bytes:
    """Paragraphs without end, in a document that is otherwise as it should be."""
    paragraph = b"<w:p><w:r><w:t>" + b"A" * 10_000 + b"</w:t></w:r></w:p>"
    body = b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (
        WORD.encode(),
        paragraph * (size // len(paragraph)),
    )
    return with_part(docx_of(), "word/document.xml", body)


@pytest.mark.parametrize(
    ("build", "media_type"),
    [
        (lambda: word_bomb(200 * MIB), DOCX),
        (lambda: opendocument_of("<text:p>" + "A" * (200 * MIB) + "</text:p>"), ODT),
        (lambda: xlsx_of([["A" * 1000] * 1000] * 200), XLSX),
        (lambda: package_of({"META-INF/container.xml": "A" * (200 * MIB)}), EPUB),
    ],
    ids=["docx", "odt", "xlsx", "epub"],
)
async def test_packages_that_unpack_to_far_more_than_they_are(
    texts: ProcessTextExtractor, build: Callable[[], bytes], media_type: str
) -> None:
    data = build()
    assert len(data) < 2 * MIB
    with pytest.raises(DocumentMemoryError, match="unpacks to"):
        await extract(texts, data, media_type)


async def test_packages_within_the_ratio_meet_the_limit_of_text(texts: ProcessTextExtractor) -> None:
    with pytest.raises(DocumentTextTooLargeError):
        await extract(texts, word_bomb(60 * MIB), DOCX)


async def test_entities_that_multiply(texts: ProcessTextExtractor) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "AAAAAAAAAA">{entities}]>'
    parts = {"content.xml": f"{bomb}<d>&a11;</d>"}
    with pytest.raises(DocumentBrokenError):
        await extract(texts, package_of(parts), ODT)
    word = f'{bomb}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>'
    try:
        text = (await extract(texts, with_part(docx_of(), "word/document.xml", word.encode()), DOCX)).text
    except ExtractionError:
        text = ""
    assert len(text) < 1000


async def test_files_of_this_machine_are_not_read_into_documents(texts: ProcessTextExtractor) -> None:
    outside = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    word = f'{outside}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&e;.</w:t></w:r></w:p></w:body></w:document>'
    try:
        text = (await extract(texts, with_part(docx_of(), "word/document.xml", word.encode()), DOCX)).text
    except ExtractionError:
        text = ""
    assert "root" not in text
    with pytest.raises(DocumentBrokenError):
        await extract(texts, package_of({"content.xml": f"{outside}<d>&e;</d>"}), ODT)


async def test_streams_of_a_pdf_that_unpack_without_end(texts: ProcessTextExtractor) -> None:
    packed = zlib.compress(zlib.compress(b"(AAAAAAAAAAAAAAAA) Tj " * (40 * MIB), 9), 9)
    assert len(packed) < MIB
    bomb = stream(packed, b"/Filter [/FlateDecode /FlateDecode]")
    with pytest.raises(DocumentMemoryError):
        await extract(texts, pdf_of([["x"]], extra={11: bomb}), PDF)


async def test_pages_that_lead_in_circles(texts: ProcessTextExtractor) -> None:
    circle = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 >>",
        3: b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
        4: b"<< >>",
    }
    with pytest.raises(ExtractionError):
        await extract(texts, assembled(circle), PDF)


async def test_text_without_end_is_cut_off(texts: ProcessTextExtractor) -> None:
    lines = [["A" * 100] * 50] * 300
    with pytest.raises(DocumentTextTooLargeError):
        await extract(texts, pdf_of(lines), PDF, TextLimits(max_text_bytes=MIB))


async def test_a_mail_that_is_larger_than_memory(texts: ProcessTextExtractor) -> None:
    data = b"Subject: x\nContent-Type: text/plain\n\n" + b"a line of text\n" * (20 * MIB)
    with pytest.raises((DocumentMemoryError, DocumentTextTooLargeError)):
        await extract(texts, data, MAIL)


def nested_parts(depth: int) -> bytes:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return f"Subject: deep\n{head}Content-Type: text/plain\n\nthe text\n".encode()


def nested_messages(depth: int) -> bytes:
    return b"Subject: deep\nContent-Type: message/rfc822\n\n" * depth + b"Subject: deep\n\nthe text\n"


def nested_comments(depth: int) -> bytes:
    return b"Subject: deep\nContent-Type: text/plain " + b"(" * depth + b")" * depth + b"\n\nthe text\n"


@pytest.mark.parametrize("nested", [nested_parts, nested_messages, nested_comments])
async def test_a_mail_that_nests_too_deep_is_told_the_limit(
    texts: ProcessTextExtractor, nested: Callable[[int], bytes]
) -> None:
    found = await extract(texts, nested(100), MAIL)
    assert found.title == "deep"
    for depth in (300, 5_000):
        with pytest.raises(DocumentBrokenError, match=r"deep.*expected at most 100"):
            await extract(texts, nested(depth), MAIL)


async def test_one_part_more_than_the_limit_is_refused(texts: ProcessTextExtractor) -> None:
    assert "the text" in (await extract(texts, nested_parts(100), MAIL)).text
    with pytest.raises(DocumentBrokenError, match="parts within each other more than 100 deep"):
        await extract(texts, nested_parts(101), MAIL)


async def test_groups_of_an_rtf_may_nest_as_deep_as_they_like(texts: ProcessTextExtractor) -> None:
    deep = rb"{\rtf1 " + b"{" * 300_000 + b"deep" + b"}" * 300_000 + b"}"
    assert (await extract(texts, deep, RTF)).text.strip() == "deep"


@pytest.mark.parametrize("word", [rb"\u99999999999 ", rb"\u-99999 "])
async def test_an_rtf_whose_numbers_are_none_is_told_so(texts: ProcessTextExtractor, word: bytes) -> None:
    with pytest.raises(DocumentBrokenError, match=r"the RTF is damaged.*expected"):
        await extract(texts, rb"{\rtf1 " + word + b"x}", RTF)


async def test_a_document_that_takes_too_long(texts: ProcessTextExtractor) -> None:
    deep = b"<b>" * 400_000 + b"x" * 10
    with pytest.raises(DocumentTimeoutError):
        await extract(texts, deep * 20, HTML, TextLimits(timeout_seconds=0.3))


async def test_a_page_that_is_too_large_to_be_drawn_is_drawn_smaller_or_refused(texts: ProcessTextExtractor) -> None:
    data = pdf_of([["x"]]).replace(b"[0 0 595 842]", b"[0 0 1 99999]")
    try:
        assert len(await texts.preview(BytesSource(data), PDF, TextLimits(), width=1000)) < MIB
    except ExtractionError:
        pytest.fail("it has a size, and can be cut off")


async def test_a_memory_limit_that_is_too_small_for_the_document() -> None:
    async with open_text_extractor(TextOptions(processes=1, memory_bytes=160 * MIB)) as small:
        data = b"<p>" + b"<b>x</b>" * (3 * MIB)
        with pytest.raises(DocumentMemoryError):
            await extract(small, data, HTML)
        assert (await extract(small, b"the next one")).text == "the next one"

"""The contract of text extractors. To hold an adapter to it:

    class TestMine(TextContract):
        formats = frozenset({"text/plain", "application/pdf"})

        @pytest.fixture
        async def texts(self) -> AsyncIterator[MyExtractor]:
            async with my_extractor() as extractor:
                yield extractor

Needs pytest and pytest-asyncio. `formats`: the media types, among those that the suite has examples of, that it reads.
"""

import asyncio
from typing import ClassVar

import pytest

from forebay.application.ports.text import TextExtractor, TextLimits
from forebay.domain.documents.errors import (
    DocumentBrokenError,
    DocumentEncryptedError,
    DocumentTextTooLargeError,
    DocumentTooManyPagesError,
    DocumentTypeError,
    PreviewUnavailableError,
)
from forebay.domain.errors import UnavailableError
from forebay.testing.archive_examples import BytesSource
from forebay.testing.text_examples import (
    HTML,
    MAIL,
    PDF,
    PNG_MAGIC,
    FailingSource,
    Stalled,
    encrypted_pdf,
    extract,
    mail_of,
    pdf_of,
)

__all__ = ["TextContract"]

_LIMITS = TextLimits()


class TextContract:
    """Everything of the port, for the formats that the adapter reads."""

    formats: ClassVar[frozenset[str]] = frozenset({"text/plain"})

    def lacks(self, texts: TextExtractor, media_type: str) -> bool:
        """Whether there is no more to be tested: an adapter without this format says so, and that is all."""
        reads = media_type in self.formats
        assert texts.reads(media_type) is reads
        return not reads

    async def test_text_is_given_as_it_is(self, texts: TextExtractor) -> None:
        found = await extract(texts, "First line\n\n\tsecond: žluťoučký kůň 漢字 🐎\n".encode())
        assert found.text == "First line\n\n\tsecond: žluťoučký kůň 漢字 🐎\n"
        assert (found.page_starts, found.page_count, found.title, found.attachments) == ((), None, None, ())
        assert not found.needs_ocr

    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
    async def test_a_byte_order_mark_says_the_character_set(self, texts: TextExtractor, codec: str) -> None:
        data = ("\ufeffGrüße, 漢字" if codec == "utf-16-le" else "Grüße, 漢字").encode(codec)
        assert (await extract(texts, data)).text == "Grüße, 漢字"

    async def test_text_in_an_old_character_set_is_read_too(self, texts: TextExtractor) -> None:
        data = (
            "Die Bürgermeisterin grüßt die Gäste in der Küche, und schöne Lieder tönen über die Straße. " * 5
        ).encode("latin-1")
        assert "Bürgermeisterin grüßt die Gäste" in (await extract(texts, data)).text

    async def test_lines_end_in_a_line_feed_and_control_characters_are_left_out(self, texts: TextExtractor) -> None:
        found = await extract(texts, "a\r\nb\rc\nd\x01\x1be\x7f\u0085f\fg\th\ud7ff".encode())
        assert found.text == "a\nb\nc\nde\nf\fg\th\ud7ff"
        assert (await extract(texts, b"a" * 99_999 + b"\r\n" + b"b" * 99_999 + b"\r\n" + b"c" * 999_999)).text == (
            "a" * 99_999 + "\n" + "b" * 99_999 + "\n" + "c" * 999_999
        )

    async def test_no_text_is_no_error(self, texts: TextExtractor) -> None:
        found = await extract(texts, b"")
        assert (found.text, found.language) == ("", None)

    async def test_the_model_says_who_read_it(self, texts: TextExtractor) -> None:
        model = (await extract(texts, b"text")).model
        assert model.name
        assert model.kind == "extractor"
        assert model.version
        assert model == (await extract(texts, b"another text")).model

    async def test_media_types_are_compared_without_case_and_parameters(self, texts: TextExtractor) -> None:
        assert texts.reads("Text/Plain; charset=utf-8")
        assert (await extract(texts, b"text", "Text/Plain; charset=utf-8")).text == "text"

    @pytest.mark.parametrize("media_type", ["application/octet-stream", "image/png", "application/zip", "nonsense"])
    async def test_what_it_does_not_read_is_refused(self, texts: TextExtractor, media_type: str) -> None:
        assert not texts.reads(media_type)
        with pytest.raises(DocumentTypeError, match=media_type):
            await extract(texts, b"x", media_type)

    async def test_too_much_text_is_refused(self, texts: TextExtractor) -> None:
        limits = TextLimits(max_text_bytes=1000)
        assert len((await extract(texts, b"x" * 1000, limits=limits)).text) == 1000
        with pytest.raises(DocumentTextTooLargeError, match="FOREBAY_DOCUMENT_MAX_TEXT_BYTES"):
            await extract(texts, b"x" * 1001, limits=limits)
        with pytest.raises(DocumentTextTooLargeError):
            await extract(texts, "ü".encode() * 501, limits=limits)
        with pytest.raises(DocumentTextTooLargeError):
            await extract(texts, b"x" * 3_000_000, limits=limits)

    async def test_errors_of_the_source_come_through(self, texts: TextExtractor) -> None:
        source = FailingSource(UnavailableError("the store is away"))
        with pytest.raises(UnavailableError, match="the store is away"):
            await texts.extract(source, "text/plain", _LIMITS)
        assert source.open_now == 0
        assert (await extract(texts, b"afterwards")).text == "afterwards"

    async def test_being_cancelled_lets_go_of_the_source(self, texts: TextExtractor) -> None:
        source = Stalled(b"x" * 1000)
        task = asyncio.create_task(texts.extract(source, "text/plain", _LIMITS))
        await source.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert source.open_now == 0
        assert (await extract(texts, b"afterwards")).text == "afterwards"

    async def test_many_at_a_time(self, texts: TextExtractor) -> None:
        found = await asyncio.gather(*(extract(texts, f"text {number}".encode()) for number in range(20)))
        assert [one.text for one in found] == [f"text {number}" for number in range(20)]

    async def test_each_page_of_a_pdf_ends_in_a_form_feed(self, texts: TextExtractor) -> None:
        if self.lacks(texts, PDF):
            return
        data = pdf_of([["First page", "of three"], [], ["Third page (ä)"]], title="The title")
        found = await extract(texts, data, PDF)
        assert found.text == "First page\nof three\f\fThird page (ä)\f"
        assert found.page_starts == (0, 20, 21)
        assert (found.page_count, found.title, found.needs_ocr) == (3, "The title", False)

    async def test_too_many_pages_are_refused(self, texts: TextExtractor) -> None:
        if self.lacks(texts, PDF):
            return
        data = pdf_of([["a"], ["b"]])
        assert (await extract(texts, data, PDF, TextLimits(max_pages=2))).page_count == 2
        with pytest.raises(DocumentTooManyPagesError, match="FOREBAY_DOCUMENT_MAX_PAGES"):
            await extract(texts, data, PDF, TextLimits(max_pages=1))

    async def test_damaged_and_encrypted_documents_are_told_apart(self, texts: TextExtractor) -> None:
        if self.lacks(texts, PDF):
            return
        with pytest.raises(DocumentBrokenError):
            await extract(texts, b"%PDF-1.7\nnothing follows", PDF)
        with pytest.raises(DocumentEncryptedError, match="password"):
            await extract(texts, encrypted_pdf(), PDF)
        with pytest.raises(DocumentBrokenError, match="no pages"):
            await extract(texts, pdf_of([]), PDF)
        assert (await extract(texts, pdf_of([["well"]]), PDF)).text == "well\f"

    async def test_html_is_read_as_it_is_shown(self, texts: TextExtractor) -> None:
        if self.lacks(texts, HTML):
            return
        head = "<title>A &amp; B</title><style>p {}</style>"
        html = f"{head}<h1>Head</h1><p>One <b>two</b>\n three<br>four<script>x</script>"
        found = await extract(texts, html.encode(), HTML)
        assert (found.text, found.title) == ("Head\n\nOne two three\nfour\n", "A & B")

    async def test_attachments_of_mail_are_listed_and_given(self, texts: TextExtractor) -> None:
        if self.lacks(texts, MAIL):
            return
        data = mail_of(files={"a.pdf": pdf_of([["attached"]]), "b.bin": b"\0" * 3_000_000, "empty.txt": b""})
        found = await extract(texts, data, MAIL)
        assert "The text of the message." in found.text
        assert found.title == "A subject"
        assert [(one.index, one.name, one.media_type, one.size_bytes) for one in found.attachments] == [
            (0, "a.pdf", PDF, len(pdf_of([["attached"]]))),
            (1, "b.bin", "application/octet-stream", 3_000_000),
            (2, "empty.txt", "application/octet-stream", 0),
        ]
        for attachment, expected in zip(
            found.attachments, [pdf_of([["attached"]]), b"\0" * 3_000_000, b""], strict=True
        ):
            async with texts.open_attachment(BytesSource(data), MAIL, attachment, _LIMITS) as chunks:
                pieces = [chunk async for chunk in chunks]
            assert b"".join(pieces) == expected
            assert all(0 < len(piece) <= 1 << 20 for piece in pieces)

    async def test_the_first_page_is_drawn_at_the_width_asked_for(self, texts: TextExtractor) -> None:
        if self.lacks(texts, PDF):
            return
        picture = await texts.preview(BytesSource(pdf_of([["a page"]])), PDF, _LIMITS, width=200)
        assert picture.startswith(PNG_MAGIC)
        assert int.from_bytes(picture[16:20], "big") == 200  # IHDR comes first

    async def test_what_cannot_be_drawn_is_said(self, texts: TextExtractor) -> None:
        with pytest.raises(PreviewUnavailableError):
            await texts.preview(BytesSource(b""), "text/plain", _LIMITS, width=200)

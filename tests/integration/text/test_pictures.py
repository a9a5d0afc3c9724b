"""First pages as pictures, and pictures as text."""

import io
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from forebay.adapters.text.extractor import ProcessTextExtractor, TextOptions, open_text_extractor
from forebay.adapters.text.messages import Ocr
from forebay.application.ports.text import TextLimits
from forebay.domain.documents.errors import DocumentEncryptedError, PreviewUnavailableError
from forebay.testing.archive_examples import BytesSource
from forebay.testing.text_examples import HTML, MAIL, PDF, encrypted_pdf, extract, mail_of, pdf_of
from tests.integration.text.documents import DOCX, PPTX, docx_of, pptx_of, scan_of
from tests.services.plugin import SESSION
from tests.services.sources import UnavailableError

LIMITS = TextLimits()
LINES = ["Invoice number 4711", "The quick brown fox jumps over", "the lazy dog and goes home."]


@pytest.fixture
async def texts() -> AsyncIterator[ProcessTextExtractor]:
    async with open_text_extractor() as extractor:
        yield extractor


async def drawn(texts: ProcessTextExtractor, data: bytes, media_type: str, width: int = 300) -> Image.Image:
    return Image.open(io.BytesIO(await texts.preview(BytesSource(data), media_type, LIMITS, width=width)))


def ink(picture: Image.Image) -> int:
    """How many pixels are dark."""
    return sum(picture.convert("L").histogram()[:128])


async def test_a_pdf_is_drawn_as_it_is_printed(texts: ProcessTextExtractor) -> None:
    picture = await drawn(texts, pdf_of([["A line of text"] * 20, ["second"]]), PDF, 595)
    assert picture.size == (595, 842)
    assert 1000 < ink(picture) < 50_000


async def test_a_page_of_many_metres_is_cut_off(texts: ProcessTextExtractor) -> None:
    receipt = pdf_of([["x"]]).replace(b"[0 0 595 842]", b"[0 0 200 9999]")
    assert (await drawn(texts, receipt, PDF, 100)).size == (100, 300)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"Some lines\n" * 100, "text/plain"),
        (b"<h1>Head</h1><p>Text", HTML),
        (mail_of(), MAIL),
        (docx_of(), DOCX),
        (pptx_of(), PPTX),
        ("Größe Ährenfeld œuvre naïve".encode(), "text/markdown"),
    ],
)
async def test_of_all_else_the_first_lines_are_drawn(texts: ProcessTextExtractor, data: bytes, media_type: str) -> None:
    picture = await drawn(texts, data, media_type)
    assert picture.size == (300, 424)
    assert ink(picture) > 10


async def test_letters_that_cannot_be_drawn_are_not_shown_as_boxes(texts: ProcessTextExtractor) -> None:
    with pytest.raises(PreviewUnavailableError, match="letters"):
        await drawn(texts, "日本語の文章です。".encode() * 10, "text/plain")


@pytest.mark.parametrize("width", [0, 15, 4097, -1])
async def test_widths_have_bounds(texts: ProcessTextExtractor, width: int) -> None:
    with pytest.raises(PreviewUnavailableError, match="16 to 4096"):
        await drawn(texts, b"text", "text/plain", width)


async def test_what_cannot_be_opened_cannot_be_drawn(texts: ProcessTextExtractor) -> None:
    with pytest.raises(DocumentEncryptedError):
        await drawn(texts, encrypted_pdf(), PDF)


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program, where it is installed."""

    program: str

    def report(self) -> str:
        return self.program


@contextmanager
def installed() -> Iterator[Tesseract]:
    program = shutil.which("tesseract")
    if program is None:
        raise UnavailableError("there is no program tesseract in the PATH (Debian: tesseract-ocr)")
    yield Tesseract(program)


@pytest.fixture(scope="session")
def tesseract(pytestconfig: pytest.Config) -> Iterator[Tesseract]:
    with pytestconfig.stash[SESSION].provide("ocr", installed()) as found:
        yield found


async def test_scans_are_read_by_tesseract(tesseract: Tesseract) -> None:
    async with open_text_extractor(TextOptions(ocr=Ocr(tesseract.program, "eng"))) as texts:
        found = await extract(texts, scan_of(LINES, pages=2), PDF)
        assert found.text.split("\f")[1].split() == " ".join(LINES).split()
        assert (found.needs_ocr, found.page_count, found.language) == (False, 2, "en")
        assert found.model.name == "pypdfium2+tesseract"
        assert "tesseract" in found.model.version
        assert "(eng)" in found.model.version
        printed = await extract(texts, pdf_of([["printed text needs none of that"]]), PDF)
        assert printed.model.name == "pypdfium2"


@pytest.mark.parametrize("ocr", [Ocr("/nonexistent/tesseract", "eng"), Ocr("/bin/false", "eng")])
async def test_a_program_that_fails_leaves_the_scan_as_it_is(ocr: Ocr) -> None:
    async with open_text_extractor(TextOptions(ocr=ocr)) as texts:
        found = await extract(texts, scan_of(LINES), PDF)
    assert (found.text, found.needs_ocr, found.model.name) == ("\f", True, "pypdfium2")


async def test_time_runs_out_for_ocr_before_it_runs_out_for_the_document(tmp_path: Path) -> None:
    sleeper = tmp_path / "tesseract"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o755)
    async with open_text_extractor(TextOptions(ocr=Ocr(str(sleeper), "eng"))) as texts:
        found = await extract(texts, scan_of(LINES, pages=3), PDF, TextLimits(timeout_seconds=5))
    assert (found.page_count, found.needs_ocr) == (3, True)

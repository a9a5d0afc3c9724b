"""Documents of other people: their text is found, and none of them breaks a reader."""

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from forebay.adapters.confinement.frames import Outcome
from forebay.adapters.text.extractor import open_text_extractor
from forebay.application.ports.text import Extraction, TextExtractor, TextLimits
from forebay.domain.documents.errors import (
    DocumentBrokenError,
    DocumentEncryptedError,
    ExtractionError,
    PreviewUnavailableError,
)
from forebay.domain.intake.media_type import choose_media_type
from forebay.domain.intake.signatures import HEAD_BYTES, detect
from forebay.testing.archive_examples import BytesSource
from forebay.testing.text_examples import PDF, PNG_MAGIC
from tests.corpus.overlap import overlap
from tests.corpus.provided import Corpus

_WANTED = 0.97
_LIMITS = TextLimits(timeout_seconds=60)
_LANGUAGES = ("de", "es", "fr", "it", "ja", "nl", "pt", "ru", "zh")


def content_of(path: Path) -> bytes:
    return path.read_bytes()


async def extracted(texts: TextExtractor, path: Path) -> Extraction | ExtractionError:
    data = content_of(path)
    media_type = choose_media_type(detect(data[:HEAD_BYTES]), path.name)
    try:
        return await texts.extract(BytesSource(data, path.name), media_type, _LIMITS)
    except ExtractionError as error:
        return error


@pytest.mark.timeout(600)
async def test_nearly_every_word_of_the_known_texts_is_found(documents: Corpus) -> None:
    assert len(documents.pairs) >= 18
    shares: dict[str, float] = {}
    async with open_text_extractor() as texts:
        for pdf, text in documents.pairs:
            found = await texts.extract(BytesSource(content_of(pdf)), PDF, _LIMITS)
            shares[pdf.name] = overlap(content_of(text).decode(errors="replace"), found.text)
            assert found.page_count == len(found.page_starts) == found.text.count("\f") > 50
            assert found.title
            assert not found.needs_ocr
            language = next((code for code in _LANGUAGES if f"-{code}-" in pdf.name), "en")
            assert found.language == language, pdf.name
    assert {name: share for name, share in shares.items() if share < _WANTED} == {}


@pytest.mark.timeout(600)
async def test_damaged_encrypted_and_odd_documents_are_read_or_refused(documents: Corpus) -> None:
    assert len(documents.files) >= 200
    outcomes: list[Outcome] = []
    async with open_text_extractor(on_outcome=outcomes.append) as texts:
        found = {path: await extracted(texts, path) for path in documents.files}
    refused = {path: answer for path, answer in found.items() if isinstance(answer, ExtractionError)}
    assert len(outcomes) == len(found), "a process broke down"
    kinds = Counter(type(error) for error in refused.values())
    assert set(kinds) == {DocumentBrokenError, DocumentEncryptedError}
    assert kinds[DocumentBrokenError] <= 4, refused
    assert all("encrypt" in str(path) or "password" in str(path) for path, error in refused.items()
               if isinstance(error, DocumentEncryptedError))  # fmt: skip
    assert sum(isinstance(answer, Extraction) and answer.needs_ocr for answer in found.values()) > 40


@pytest.mark.timeout(600)
async def test_documents_cut_short_or_with_bytes_turned_are_read_or_refused(documents: Corpus) -> None:
    outcomes: list[Outcome] = []
    count = 0
    async with open_text_extractor(on_outcome=outcomes.append) as texts:

        async def one(path: Path, data: bytes) -> None:
            media_type = choose_media_type(detect(data[:HEAD_BYTES]), path.name)
            if not texts.reads(media_type):
                return
            nonlocal count
            count += 1
            with suppress(ExtractionError):
                await texts.extract(BytesSource(data), media_type, _LIMITS)

        for path in documents.files:
            data = content_of(path)
            if len(data) > 300_000:
                continue
            turned = bytearray(data)
            for at in range(40, len(turned), max(1, len(turned) // 40)):
                turned[at] ^= 0x55
            await asyncio.gather(one(path, data[: len(data) // 2]), one(path, bytes(turned)))
    assert count > 200
    assert len(outcomes) == count, "a process broke down"


@pytest.mark.timeout(600)
async def test_first_pages_can_be_drawn(documents: Corpus) -> None:
    drawn = 0
    async with open_text_extractor() as texts:
        for path in documents.files:
            data = content_of(path)
            media_type = choose_media_type(detect(data[:HEAD_BYTES]), path.name)
            try:
                picture = await texts.preview(BytesSource(data), media_type, _LIMITS, width=200)
            except (ExtractionError, PreviewUnavailableError):
                continue
            assert picture.startswith(PNG_MAGIC)
            drawn += 1
    assert drawn > 150

"""The contract of text extractors, on every adapter."""

from collections.abc import AsyncIterator

import pytest

from forebay.adapters.memory.text import MemoryTextExtractor
from forebay.adapters.text.extractor import ProcessTextExtractor, open_text_extractor
from forebay.testing.text_contract import TextContract
from forebay.testing.text_examples import HTML, MAIL, PDF


class TestProcesses(TextContract):
    formats = frozenset({"text/plain", PDF, HTML, MAIL})

    @pytest.fixture
    async def texts(self) -> AsyncIterator[ProcessTextExtractor]:
        async with open_text_extractor() as extractor:
            yield extractor


@pytest.mark.adapter("memory")
class TestMemory(TextContract):
    @pytest.fixture
    def texts(self) -> MemoryTextExtractor:
        return MemoryTextExtractor()

"""The contract of the unit of work of documents. To hold an adapter to it:

    class TestMine(LibraryContract):
        @pytest.fixture
        def open_work(self) -> DocumentsUnitOfWorkFactory:
            return my_factory_on_an_empty_database

The attributes are tolerances; set them in the subclass. Needs pytest and pytest-asyncio.
"""

import pytest

from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.testing.categories_contract import CategoriesContract, CorrectionsContract, LearnedModelsContract
from forebay.testing.document_examples import Library
from forebay.testing.documents_contract import DocumentsContract
from forebay.testing.search_contract import SearchContract


class _OnFactory:
    @pytest.fixture
    def open_work(self) -> DocumentsUnitOfWorkFactory:
        raise NotImplementedError("the subclass overrides this fixture")

    @pytest.fixture
    def library(self, open_work: DocumentsUnitOfWorkFactory) -> Library:
        return Library(open_work)


@pytest.mark.asyncio
class LibraryContract(_OnFactory, DocumentsContract, CategoriesContract, CorrectionsContract, LearnedModelsContract):
    """Everything that is expected of an adapter but searching; categories that are there already do not matter."""


@pytest.mark.asyncio
class SearchSuite(_OnFactory, SearchContract):
    """Everything that is expected of the full-text index."""

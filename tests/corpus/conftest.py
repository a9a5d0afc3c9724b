"""The corpus, for the tests that need it."""

from collections.abc import Iterator

import pytest

from tests.corpus.provided import Corpus, corpus
from tests.services.plugin import SESSION


@pytest.fixture(scope="session")
def documents(pytestconfig: pytest.Config) -> Iterator[Corpus]:
    with pytestconfig.stash[SESSION].provide("corpus", corpus()) as found:
        yield found

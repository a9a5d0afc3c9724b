"""The classifier that counts words, held to the contract."""

import pytest

from forebay.adapters.memory.classification import WordsClassifier
from forebay.application.ports.classification import LearningClassifier
from forebay.testing.classifier_contract import LearningClassifierContract


class TestWords(LearningClassifierContract):
    @pytest.fixture
    async def learner(self) -> LearningClassifier:
        return WordsClassifier()

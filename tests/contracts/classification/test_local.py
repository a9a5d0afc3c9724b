"""The classifier that learns on this machine, held to the contract."""

import pytest

from forebay.adapters.classification.local import LocalClassifier
from forebay.application.ports.classification import LearningClassifier
from forebay.testing.classifier_contract import LearningClassifierContract


class TestLocal(LearningClassifierContract):
    @pytest.fixture
    async def learner(self) -> LearningClassifier:
        return LocalClassifier()

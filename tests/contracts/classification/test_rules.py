"""The classifier by rules, held to the contract."""

import pytest

from forebay.adapters.classification.rules import RulesClassifier
from forebay.application.ports.classification import Classifier
from forebay.testing.classifier_contract import ClassifierContract


class TestRules(ClassifierContract):
    @pytest.fixture
    async def classifier(self) -> Classifier:
        return RulesClassifier()

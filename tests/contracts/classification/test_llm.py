"""The classifier by language models, held to the contract: the model is a server that goes by words."""

import re
from collections.abc import AsyncIterator

import msgspec
import pytest

from forebay.adapters.classification.llm import LlmClassifier
from forebay.application.ports.classification import Classifier
from forebay.testing.classifier_contract import ClassifierContract
from tests.integration.classification.model_server import Reply, Request, model_server
from tests.integration.classification.protocols import PROTOCOLS, Spoken

_LISTED = re.compile(r"^\{.*\}$", re.MULTILINE)
_WORD = re.compile(r"[a-z]{4,}")


class _Listed(msgspec.Struct):
    name: str
    description: str = ""


class TestLlm(ClassifierContract):
    @pytest.fixture(params=PROTOCOLS, ids=lambda spoken: spoken.name)
    async def classifier(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[Classifier]:
        spoken: Spoken = request.param
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        async with model_server() as server:
            server.answer = lambda asked: _judge(asked, spoken)
            model = spoken.model(server.url)
            try:
                yield LlmClassifier(model)
            finally:
                await model.aclose()


def _judge(asked: Request, spoken: Spoken) -> Reply:
    """The category whose description shares the most words with the document."""
    prompt = spoken.prompt_of(asked)
    listed, _, document = prompt.partition("Categories:\n")[2].partition("\n--- document ")
    categories = [msgspec.json.decode(line, type=_Listed) for line in _LISTED.findall(listed)]
    words = set(_WORD.findall(document.casefold()))
    shared = {one.name: len(words & set(_WORD.findall(one.description.casefold()))) for one in categories}
    best = max(sorted(shared), key=lambda name: shared[name])
    said = {"category": best if shared[best] else "none", "confidence": 0.8, "rationale": "It shares words."}
    return spoken.says(msgspec.json.encode(said).decode())

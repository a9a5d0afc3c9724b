"""A model server, and a classifier that asks it in one protocol and the other."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from forebay.adapters.classification.llm import LlmClassifier
from forebay.adapters.classification.llm_prompt import PromptOptions
from forebay.adapters.classification.llm_retry import Patience
from tests.integration.classification.model_server import ModelServer, model_server
from tests.integration.classification.protocols import KEY, PROTOCOLS, Spoken

Opener = Callable[..., LlmClassifier]


@pytest.fixture
async def models() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


@pytest.fixture(params=PROTOCOLS, ids=lambda spoken: spoken.name)
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Spoken:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found: Spoken = request.param
    return found


@pytest.fixture
def waits() -> list[float]:
    """The seconds that a classifier would have waited before it asked again."""
    return []


@pytest.fixture
async def open_classifier(models: ModelServer, spoken: Spoken, waits: list[float]) -> AsyncIterator[Opener]:
    """Classifiers of the server that never really wait; all are closed at the end."""
    async with AsyncExitStack() as stack:

        async def note(seconds: float) -> None:
            waits.append(seconds)

        def open_one(
            *,
            key: str = KEY,
            attempt_seconds: float = 10.0,
            total_seconds: float = 60.0,
            prompt: PromptOptions | None = None,
            threshold: float = 0.5,
        ) -> LlmClassifier:
            model = spoken.model(models.url, key=key)
            stack.push_async_callback(model.aclose)
            patience = Patience(attempt_seconds=attempt_seconds, total_seconds=total_seconds, sleep=note)
            return LlmClassifier(model, prompt=prompt, patience=patience, threshold=threshold)

        yield open_one


@pytest.fixture
def classifier(open_classifier: Opener) -> LlmClassifier:
    return open_classifier()

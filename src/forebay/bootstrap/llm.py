"""The language model of the settings, as a classifier."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Protocol

from forebay.adapters.classification.llm import LlmClassifier
from forebay.adapters.classification.llm_model import ChatModel
from forebay.adapters.classification.llm_prompt import PromptOptions
from forebay.adapters.classification.llm_retry import Patience
from forebay.application.ports.classification import Classifier
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import SettingError

_TOTAL = 3  # times the time for one attempt


class _OpenModel(ChatModel, Protocol):
    async def aclose(self) -> None: ...


@asynccontextmanager
async def open_llm(settings: Settings) -> AsyncIterator[Classifier]:
    """Nothing is sent before the first document comes. SettingError names what is missing: a setting or the extra."""
    _check(settings)
    async with aclosing(await asyncio.to_thread(_model, settings)) as model:
        yield LlmClassifier(
            model,
            prompt=PromptOptions(max_input_tokens=settings.llm_max_input_tokens, redacted=settings.llm_redact),
            patience=Patience(
                attempt_seconds=settings.llm_timeout_seconds, total_seconds=_TOTAL * settings.llm_timeout_seconds
            ),
            threshold=settings.classifier_llm_threshold,
        )


def _model(settings: Settings) -> _OpenModel:
    name, key, seconds = settings.llm_model, settings.llm_api_key, settings.llm_timeout_seconds
    try:
        if settings.llm_provider == "anthropic":
            from forebay.adapters.classification import llm_anthropic  # noqa: PLC0415 - the SDKs take long to load

            url = settings.llm_url or llm_anthropic.URL
            return llm_anthropic.AnthropicModel(model=name, url=url, key=key, seconds=seconds)
        from forebay.adapters.classification import llm_openai  # noqa: PLC0415 - the SDKs take long to load

        return llm_openai.OpenAiModel(model=name, url=settings.llm_url or llm_openai.URL, key=key, seconds=seconds)
    except ImportError as error:
        raise SettingError(
            f"the classifier llm needs the package {error.name}; install it with: pip install 'forebay[llm]'",
            field="FOREBAY_CLASSIFIERS",
        ) from error


def _check(settings: Settings) -> None:
    if not settings.llm_provider:
        raise _missing("FOREBAY_LLM_PROVIDER", "openai or anthropic")
    if not settings.llm_model:
        raise _missing("FOREBAY_LLM_MODEL", "the provider's name of a model")
    if not settings.llm_api_key and not settings.llm_url:
        raise _missing(
            "FOREBAY_LLM_API_KEY", "the provider's key, or the address of a server without in FOREBAY_LLM_URL"
        )
    if not _is_header_value(settings.llm_api_key):
        raise SettingError(
            "FOREBAY_LLM_API_KEY holds white space or letters that no key has", field="FOREBAY_LLM_API_KEY"
        )


def _is_header_value(key: str) -> bool:
    return key.isascii() and key.isprintable() and " " not in key


def _missing(setting: str, expected: str) -> SettingError:
    return SettingError(f"the classifier llm needs {setting}: {expected}", field=setting)

"""The language model that the settings choose."""

import sys
from pathlib import Path

import pytest

from forebay.bootstrap.llm import open_llm
from forebay.bootstrap.settings import Settings, load_settings
from forebay.domain.errors import SettingError
from tests.integration.classification.model_server import ModelServer
from tests.integration.classification.protocols import KEY, MODEL, Spoken
from tests.integration.classification.test_llm_answers import CATEGORIES, INVOICE, SAMPLE, answer


def settings_of(**given: str) -> Settings:
    return load_settings(
        {f"FOREBAY_LLM_{name.upper()}": value for name, value in given.items()}, env_file=Path("/none")
    )


async def test_the_settings_open_a_classifier_and_it_is_closed_again(models: ModelServer, spoken: Spoken) -> None:
    models.replies = [spoken.says(answer())]
    settings = settings_of(
        provider=spoken.name,
        url=models.url + spoken.base,
        model=MODEL,
        api_key=KEY,
        max_input_tokens="1234",
        redact="0",
    )
    async with open_llm(settings) as classifier:
        opinion = await classifier.classify(SAMPLE, CATEGORIES)
        assert opinion.category_id == INVOICE.id
        assert (opinion.model.parameters["max_input_tokens"], opinion.model.parameters["redacted"]) == (1234, False)
    await models.all_gone.wait()
    assert spoken.key_of(models.requests[0]) == KEY


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"model": MODEL, "api_key": KEY}, "FOREBAY_LLM_PROVIDER"),
        ({"provider": "openai", "api_key": KEY}, "FOREBAY_LLM_MODEL"),
        ({"provider": "openai", "model": MODEL}, "FOREBAY_LLM_API_KEY"),
        ({"provider": "anthropic", "model": MODEL}, "FOREBAY_LLM_API_KEY"),
        ({"provider": "openai", "model": MODEL, "api_key": f"{KEY}\nx"}, "FOREBAY_LLM_API_KEY"),
        ({"provider": "openai", "model": MODEL, "api_key": f"{KEY}\x01"}, "FOREBAY_LLM_API_KEY"),
        ({"provider": "openai", "model": MODEL, "api_key": f"{KEY}…"}, "FOREBAY_LLM_API_KEY"),
        *(
            ({"provider": "openai", "model": MODEL, "api_key": KEY, "url": url}, "FOREBAY_LLM_URL")
            for url in (
                "ftp://host",
                "host:80",
                "http://",
                f"http://u:{KEY}@host",
                "http://[",
                "http://h:x",
                "http://h?a=b",
                "http://h:99999",
                "http://é-",
            )
        ),
    ],
)
async def test_a_setting_that_is_missing_or_wrong_is_named(given: dict[str, str], setting: str) -> None:
    with pytest.raises(SettingError, match=setting) as caught:
        async with open_llm(settings_of(**given)):
            pass
    assert caught.value.field == setting
    assert KEY not in caught.value.message


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_the_extra_that_is_missing_is_named(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, f"forebay.adapters.classification.llm_{provider}", raising=False)
    monkeypatch.delattr(f"forebay.adapters.classification.llm_{provider}", raising=False)
    monkeypatch.setitem(sys.modules, provider, None)
    with pytest.raises(SettingError, match=r"needs the package .*forebay\[llm\]"):
        async with open_llm(settings_of(provider=provider, model=MODEL, api_key=KEY)):
            pass

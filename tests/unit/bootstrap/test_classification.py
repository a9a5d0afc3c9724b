"""Which classifiers the settings choose, and what is said about those that cannot be had."""

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from forebay.adapters.classification import local
from forebay.adapters.classification.local import DEFAULT_THRESHOLD
from forebay.bootstrap.classification import open_classifiers
from forebay.bootstrap.settings import Settings, load_settings
from forebay.domain.documents.category import Rule, RuleKind
from forebay.domain.documents.errors import InvalidRuleError
from forebay.domain.errors import SettingError


def load(**values: str) -> Settings:
    return load_settings({f"FOREBAY_{name.upper()}": value for name, value in values.items()}, env_file=Path("/none"))


async def chosen(setting: str) -> list[str]:
    async with open_classifiers(load(classifiers=setting)) as parts:
        return [classifier.name.value for classifier in parts.classifiers]


def without(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a package were not installed."""

    def find(name: str) -> ModuleSpec | None:
        return None if name == package else ModuleSpec(name, None)

    monkeypatch.setattr(local, "find_spec", find)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("auto", ["rules", "local"]),
        ("rules", ["rules"]),
        ("local,rules", ["local", "rules"]),
        (" Rules , LOCAL ", ["rules", "local"]),
        ("none", []),
    ],
)
async def test_they_are_asked_in_the_order_of_the_setting(setting: str, expected: list[str]) -> None:
    assert await chosen(setting) == expected


async def test_by_default_it_is_auto() -> None:
    async with open_classifiers(load()) as parts:
        assert [classifier.name.value for classifier in parts.classifiers] == ["rules", "local"]
        assert [learner.name.value for learner in parts.learners] == ["local"]


def test_the_default_threshold_is_that_of_the_classifier() -> None:
    assert load().classifier_local_threshold == DEFAULT_THRESHOLD


@pytest.mark.parametrize("setting", ["rule", "rules,,local", "rules,rules", "auto,llm", "none,rules", "rules;local"])
async def test_a_name_that_is_none_is_refused_with_those_that_are(setting: str) -> None:
    with pytest.raises(SettingError, match="expected auto, none, or each of rules, local, llm at most once") as caught:
        await chosen(setting)
    assert caught.value.field == "FOREBAY_CLASSIFIERS"


async def test_auto_leaves_local_out_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    without("tokenizers", monkeypatch)
    assert await chosen("auto") == ["rules"]


async def test_local_by_name_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    without("tokenizers", monkeypatch)
    with pytest.raises(SettingError, match=r"needs tokenizers; install it with: pip install 'forebay\[classify\]'"):
        await chosen("rules,local")


async def test_a_language_model_without_settings_says_what_is_missing() -> None:
    with pytest.raises(SettingError, match="FOREBAY_LLM_PROVIDER"):
        await chosen("rules,llm")


@pytest.mark.parametrize("setting", ["none", "local", "auto"])
async def test_rules_are_checked_whoever_classifies(setting: str) -> None:
    async with open_classifiers(load(classifiers=setting)) as parts:
        with pytest.raises(InvalidRuleError):
            await parts.rules.check([Rule(kind=RuleKind.REGEX, terms=("(",))])

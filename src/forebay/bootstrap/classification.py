"""The classifiers of the settings, in their order."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from forebay.application.ports.classification import Classifier, LearningClassifier, RuleChecker
from forebay.bootstrap.settings import Settings
from forebay.domain.documents.verdict import ClassifierName
from forebay.domain.errors import SettingError

_SETTING = "FOREBAY_CLASSIFIERS"
_NAMES = (ClassifierName.RULES, ClassifierName.LOCAL, ClassifierName.LLM)

OpenClassifier = Callable[[Settings], AbstractAsyncContextManager[Classifier]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierParts:
    """`classifiers` in the order in which they are asked; `learners`: those of them that learn from corrections.

    `rules` checks the rules of categories, whether a classifier goes by them or not.
    """

    classifiers: Sequence[Classifier]
    learners: Sequence[LearningClassifier]
    rules: RuleChecker


@asynccontextmanager
async def open_classifiers(settings: Settings) -> AsyncIterator[ClassifierParts]:
    """SettingError for a name that is none, or says which extra to install. Models are loaded when first asked."""
    from forebay.adapters.classification.rules import RulesClassifier  # noqa: PLC0415 - `import forebay` is quick

    rules = RulesClassifier()
    classifiers: list[Classifier] = []
    learners: list[LearningClassifier] = []
    async with AsyncExitStack() as stack:
        for name in _chosen(settings):
            if name is ClassifierName.RULES:
                classifiers.append(rules)
            elif name is ClassifierName.LOCAL:
                local = _open_local(settings)
                classifiers.append(local)
                learners.append(local)
            else:
                classifiers.append(await stack.enter_async_context(_open_llm(settings)))
        yield ClassifierParts(classifiers=tuple(classifiers), learners=tuple(learners), rules=rules)


def _chosen(settings: Settings) -> list[ClassifierName]:
    """What `auto` stands for, or what is named."""
    said = [name.strip().casefold() for name in settings.classifiers.split(",")]
    if said == ["auto"]:
        return [ClassifierName.RULES] if _missing_for_local() else [ClassifierName.RULES, ClassifierName.LOCAL]
    if said == ["none"]:
        return []
    unknown = [name for name in said if name not in set(_NAMES)]
    if unknown or len(set(said)) < len(said):
        raise SettingError(
            f"{_SETTING} is {settings.classifiers!r}: expected auto, none, or each of {', '.join(_NAMES)} at most "
            "once, separated by commas",
            field=_SETTING,
        )
    return [ClassifierName(name) for name in said]


def _open_local(settings: Settings) -> LearningClassifier:
    from forebay.adapters.classification.local import LocalClassifier  # noqa: PLC0415 - as above

    missing = _missing_for_local()
    if missing:
        raise SettingError(
            f"{_SETTING} names local, which needs {', '.join(missing)}; install it with: "
            "pip install 'forebay[classify]', or leave local out",
            field=_SETTING,
        )
    return LocalClassifier(threshold=settings.classifier_local_threshold)


def _missing_for_local() -> list[str]:
    from forebay.adapters.classification.local import missing_packages  # noqa: PLC0415 - as above

    return missing_packages()


def _open_llm(settings: Settings) -> AbstractAsyncContextManager[Classifier]:
    from forebay.bootstrap.llm import open_llm  # noqa: PLC0415 - as above

    open_it: OpenClassifier = open_llm
    return open_it(settings)

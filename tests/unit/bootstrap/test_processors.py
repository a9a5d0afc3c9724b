"""Processors that other packages install."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from forebay.application.processing.processor import Processor, StepContext, StepOutcome
from forebay.bootstrap import processors
from forebay.bootstrap.processors import GROUP, collect_processors
from forebay.domain.errors import SettingError
from forebay.domain.intake.run import IngestionRun, RunType
from forebay.domain.processing.errors import UnknownJobKindError
from forebay.domain.processing.model import ModelSpec
from forebay.testing.intake_examples import a_run


class Step:
    """Does nothing."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def model(self) -> ModelSpec | None:
        return None

    @property
    def name(self) -> str:
        return self._name

    async def __call__(self, context: StepContext) -> StepOutcome:
        return StepOutcome()


BUILT_IN = Processor(
    kind="built_in", run_types=frozenset({RunType.ARCHIVE, RunType.DOCUMENT}), steps=(Step("catalogue"),)
)
READER = Processor(kind="reader", run_types=frozenset({RunType.DOCUMENT}), steps=(Step("read"), Step("index")))
RIVAL = Processor(kind="rival", run_types=frozenset({RunType.DOCUMENT}), steps=())
NAMESAKE = Processor(kind="reader", run_types=frozenset({RunType.ARCHIVE}), steps=())
WITHIN = Processor(kind="within", run_types=frozenset({RunType.ARCHIVE}), steps=(Step("find"),), for_documents=True)
ARCHIVIST = Processor(kind="archivist", run_types=frozenset({RunType.ARCHIVE}), steps=(Step("keep"),))
IMPOSTOR = Processor(kind="built_in", run_types=frozenset({RunType.ARCHIVE}), steps=())
ON_REQUEST = Processor(kind="on_request", run_types=frozenset(RunType), steps=(Step("only"),), automatic=False)
TWICE = Processor(kind="twice", run_types=frozenset({RunType.ARCHIVE}), steps=(Step("same"), Step("same")))
NOTHING = 7


def made() -> Processor:
    return READER


def broken() -> Processor:
    raise ZeroDivisionError("no luck")


def of_type(run_type: RunType, *, documents: bool = False) -> IngestionRun:
    return replace(a_run(type=run_type), documents=documents)


def point(name: str) -> EntryPoint:
    return EntryPoint(name=name.lower(), value=f"{__name__}:{name}", group=GROUP)


@pytest.mark.parametrize("name", ["READER", "made"])
def test_an_outside_processor_takes_over_its_run_types_and_no_others(name: str) -> None:
    found = collect_processors((BUILT_IN,), found=[point(name)])
    assert set(found.kinds) == {"built_in", "reader"}
    assert (found.automatic(of_type(RunType.DOCUMENT)), found.automatic(of_type(RunType.ARCHIVE))) == (READER, BUILT_IN)
    assert found.automatic(of_type(RunType.APP_BUNDLE)) is None
    assert found.advances("reader", of_type(RunType.DOCUMENT))
    assert not found.advances("built_in", of_type(RunType.DOCUMENT))


def test_one_that_is_not_automatic_takes_over_nothing() -> None:
    found = collect_processors((BUILT_IN,), found=[point("ON_REQUEST"), point("READER")])
    assert found.automatic(of_type(RunType.ARCHIVE)) is BUILT_IN
    assert found.get("on_request") is ON_REQUEST
    assert not found.advances("on_request", of_type(RunType.ARCHIVE))


def test_a_kind_that_nobody_installed_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(UnknownJobKindError, match="there are built_in") as refused:
        collect_processors((BUILT_IN,), found=[]).get("x" * 1000)
    assert refused.value.field == "kind"
    assert len(refused.value.message) < 300
    with pytest.raises(UnknownJobKindError, match="there are none"):
        collect_processors((), found=[]).get("x")


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (("IMPOSTOR",), "test_processors:IMPOSTOR and forebay both provide the processor 'built_in'"),
        (("READER", "NAMESAKE"), "READER and .*NAMESAKE both provide the processor 'reader'"),
        (("READER", "RIVAL"), "RIVAL and .*READER both want runs of type document"),
        (("NOTHING",), "'nothing' .* is a int, not a Processor"),
        (("broken",), "'broken' .* cannot be loaded: ZeroDivisionError: no luck"),
        (("missing",), "'missing' .* cannot be loaded: AttributeError"),
        (("TWICE",), "TWICE.*has two steps called 'same'"),
    ],
)
def test_what_cannot_be_told_apart_or_loaded_is_named(names: tuple[str, ...], reason: str) -> None:
    points = [point(name) for name in names]
    for order in (points, points[::-1]):
        with pytest.raises(SettingError) as refused:
            collect_processors((BUILT_IN,), found=order)
        reasons = reason.split(".*")
        assert all(part.strip() in refused.value.message for part in reasons), refused.value.message


def test_a_module_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingError, match="ModuleNotFoundError"):
        collect_processors((), found=[EntryPoint(name="gone", value="no.such.module:x", group=GROUP)])


def test_without_other_packages_there_are_those_that_come_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processors, "entry_points", lambda *, group: [] if group == GROUP else None)
    assert collect_processors((BUILT_IN,)).kinds == ("built_in",)


def test_an_archive_that_asks_for_its_documents_has_a_processor_of_its_own() -> None:
    found = collect_processors((BUILT_IN, WITHIN), found=[])
    assert found.automatic(of_type(RunType.ARCHIVE, documents=True)) is WITHIN
    assert found.automatic(of_type(RunType.ARCHIVE)) is BUILT_IN
    assert found.automatic(of_type(RunType.DOCUMENT, documents=True)) is BUILT_IN
    assert found.advances("within", of_type(RunType.ARCHIVE, documents=True))
    assert not found.advances("built_in", of_type(RunType.ARCHIVE, documents=True))


def test_an_outside_processor_takes_over_archives_that_ask_for_documents_as_well() -> None:
    found = collect_processors((BUILT_IN, WITHIN), found=[point("ARCHIVIST")])
    assert found.automatic(of_type(RunType.ARCHIVE, documents=True)) is ARCHIVIST

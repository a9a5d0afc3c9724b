"""The categories that a new Forebay begins with: they say nothing sooner than something wrong."""

import pytest

from forebay.adapters.classification.rules import RulesClassifier
from forebay.application.ports.classification import Sample
from forebay.bootstrap.schemes import open_memory_database
from forebay.bootstrap.settings import Settings
from forebay.domain.documents.category import Category, parse_category_name
from forebay.domain.documents.starter_categories import starter_categories
from forebay.testing.intake_examples import MORNING

CATEGORIES = starter_categories(at=MORNING)
BY_NAME = {category.name: category for category in CATEGORIES}


def test_names_and_ids_are_distinct_and_each_says_what_it_is() -> None:
    assert len({category.name.casefold() for category in CATEGORIES}) == len(CATEGORIES) == 12
    assert len({category.id for category in CATEGORIES}) == len(CATEGORIES)
    for category in CATEGORIES:
        assert parse_category_name(category.name) == category.name
        assert len(category.description) > 40
        assert category.rules
        assert len(category.examples) >= 2


async def test_rules_can_be_used() -> None:
    for category in CATEGORIES:
        await RulesClassifier().check(category.rules)


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.name)
async def test_examples_are_never_taken_for_another_category(category: Category) -> None:
    for example in category.examples:
        opinion = await RulesClassifier().classify(sample("Untitled", example), CATEGORIES)
        assert opinion.category_id in {category.id, None}, opinion.reasons


@pytest.mark.parametrize(
    ("title", "text", "name"),
    [
        ("Rechnung 2024-117", "Betrag und mehr", "invoice"),
        ("scan0001", "Invoice number: 4711\nAmount due: 12.00", "invoice"),
        ("Lebenslauf Müller", "", "resume"),
        ("kitchen mixer user guide", "", "manual"),
        ("x", "Sehr geehrte Frau Braun,\n…\nMit freundlichen Grüßen", "letter"),
        ("x", "This Agreement is entered into by …", "contract"),
        ("holiday pictures", "The invoice came with a letter and a form.", None),
        ("notes", "The policy minutes of the contract report", None),
    ],
)
async def test_what_is_clear_is_said_and_what_is_not_is_left_open(title: str, text: str, name: str | None) -> None:
    opinion = await RulesClassifier().classify(sample(title, text), CATEGORIES)
    assert opinion.category_id == (BY_NAME[name].id if name else None), opinion.reasons


async def test_a_database_in_memory_begins_with_them() -> None:
    async with open_memory_database(Settings()) as parts, parts.unit_of_work(write=False) as work:
        assert {category.name for category in await work.categories.list()} == set(BY_NAME)


def sample(title: str, text: str) -> Sample:
    return Sample(title=title, text=text, media_type="text/plain", language=None)

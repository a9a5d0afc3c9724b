"""Categories of documents, as methods to await."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from forebay.application.documents.manage_categories import ChangeCategoryCommand
from forebay.application.use_cases import UseCases
from forebay.domain.documents.category import Category, CategoryDraft, Rule, RuleField, RuleKind
from forebay.domain.documents.errors import InvalidRuleError
from forebay.entrypoints.library.fields import parse_id, parse_text
from forebay.entrypoints.library.jobs import AsyncJobs


class AsyncCategories(AsyncJobs):
    """The side of categories, which are data: each says in words, by rules and by examples what belongs to it."""

    def __init__(self, use_cases: UseCases) -> None:
        super().__init__(use_cases)
        self._documents = use_cases.documents

    async def list_categories(self) -> tuple[Category, ...]:
        """All of them, by name."""
        return tuple(await self._documents.list_categories())

    async def get_category(self, category_id: UUID | str) -> Category:
        """CategoryNotFoundError."""
        return await self._documents.get_category(parse_id(category_id, field="category_id"))

    async def create_category(
        self, name: str, *, description: str = "", rules: Iterable[Rule] = (), examples: Iterable[str] = ()
    ) -> Category:
        """CategoryExistsError when the name is taken, ignoring case; InvalidRuleError."""
        draft = CategoryDraft(
            name=parse_text(name, field="name"),
            description=parse_text(description, field="description"),
            rules=_rules(rules),
            examples=_examples(examples),
        )
        return await self._documents.create_category(draft)

    async def change_category(
        self,
        category_id: UUID | str,
        *,
        name: str | None = None,
        description: str | None = None,
        rules: Iterable[Rule] | None = None,
        examples: Iterable[str] | None = None,
    ) -> Category:
        """What is None stays; rules and examples are replaced whole. Documents keep theirs until classified again.

        CategoryNotFoundError, CategoryExistsError, InvalidRuleError.
        """
        command = ChangeCategoryCommand(
            category_id=parse_id(category_id, field="category_id"),
            name=None if name is None else parse_text(name, field="name"),
            description=None if description is None else parse_text(description, field="description"),
            rules=None if rules is None else _rules(rules),
            examples=None if examples is None else _examples(examples),
        )
        return await self._documents.change_category(command)

    async def delete_category(self, category_id: UUID | str) -> None:
        """Its documents become uncategorised, and corrections to it are forgotten. CategoryNotFoundError."""
        await self._documents.delete_category(parse_id(category_id, field="category_id"))


def _rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Kinds and fields may be plain text, as everywhere."""
    checked = []
    for number, rule in enumerate(rules):
        for place, term in enumerate(rule.terms):
            parse_text(term, field=f"rules[{number}].terms[{place}]")
        try:
            kind, where = RuleKind(rule.kind), RuleField(rule.where)
        except ValueError as error:
            raise InvalidRuleError(str(error), field=f"rules[{number}]") from None
        checked.append(replace(rule, kind=kind, where=where, terms=tuple(rule.terms)))
    return tuple(checked)


def _examples(examples: Iterable[str]) -> tuple[str, ...]:
    return tuple(parse_text(example, field=f"examples[{number}]") for number, example in enumerate(examples))

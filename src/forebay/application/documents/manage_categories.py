"""ListCategories, GetCategory, CreateCategory, ChangeCategory and DeleteCategory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from forebay.application.ports.classification import RuleChecker
from forebay.application.ports.clock import Clock
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.application.ports.ids import IdGenerator
from forebay.domain.documents.category import Category, CategoryDraft, Rule, parse_category_name
from forebay.domain.errors import InvalidInputError


class ListCategories:
    """All of them, by name."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self) -> Sequence[Category]:
        async with self._unit_of_work(write=False) as work:
            return await work.categories.list()


class GetCategory:
    """CategoryNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, category_id: UUID) -> Category:
        async with self._unit_of_work(write=False) as work:
            return await work.categories.get(category_id)


class CreateCategory:
    """CategoryExistsError when the name is taken, ignoring case; InvalidRuleError."""

    def __init__(
        self, *, unit_of_work: DocumentsUnitOfWorkFactory, rules: RuleChecker, clock: Clock, ids: IdGenerator
    ) -> None:
        self._unit_of_work = unit_of_work
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def __call__(self, draft: CategoryDraft) -> Category:
        await self._rules.check(draft.rules)
        now = self._clock.now()
        category = Category(
            id=self._ids.new_id(),
            name=parse_category_name(draft.name),
            description=draft.description,
            rules=draft.rules,
            examples=draft.examples,
            created_at=now,
            updated_at=now,
        )
        async with self._unit_of_work() as work:
            await work.categories.add(category)
            await work.commit()
        return category


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCategoryCommand:
    """What is None stays."""

    category_id: UUID
    name: str | None = None
    description: str | None = None
    rules: tuple[Rule, ...] | None = None
    examples: tuple[str, ...] | None = None


class ChangeCategory:
    """CategoryNotFoundError, CategoryExistsError, InvalidRuleError. Documents keep their verdicts until classified

    again.
    """

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory, rules: RuleChecker, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._rules = rules
        self._clock = clock

    async def __call__(self, command: ChangeCategoryCommand) -> Category:
        if all(part is None for part in (command.name, command.description, command.rules, command.examples)):
            raise InvalidInputError("nothing to change; expected name, description, rules or examples", field="name")
        if command.rules is not None:
            await self._rules.check(command.rules)
        async with self._unit_of_work() as work:
            before = await work.categories.get(command.category_id, for_update=True)
            category = replace(
                before,
                name=before.name if command.name is None else parse_category_name(command.name),
                description=before.description if command.description is None else command.description,
                rules=before.rules if command.rules is None else command.rules,
                examples=before.examples if command.examples is None else command.examples,
                updated_at=self._clock.now(),
            )
            await work.categories.update(category)
            await work.commit()
        return category


class DeleteCategory:
    """Its documents become uncategorised. CategoryNotFoundError."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, category_id: UUID) -> None:
        async with self._unit_of_work() as work:
            await work.categories.delete(category_id)
            await work.commit()

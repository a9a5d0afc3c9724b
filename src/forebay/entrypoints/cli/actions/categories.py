"""forebay categories: list, show, add, edit, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import UNSET

from forebay.domain.documents.category import (
    MAX_DESCRIPTION,
    MAX_EXAMPLE,
    MAX_EXAMPLES,
    CategoryDraft,
    Rule,
    folded_name,
    parse_category_name,
)
from forebay.domain.documents.errors import CategoryNotFoundError
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError, MissingFieldError
from forebay.entrypoints.cli.arguments import parse_plain
from forebay.entrypoints.cli.category_rules import CategoryFile, parse_rule, read_category, rules_of
from forebay.entrypoints.cli.document_queries import CategoryChange
from forebay.entrypoints.cli.document_tables import print_categories, print_category
from forebay.entrypoints.cli.document_views import CategoryView
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, one_line, print_failure, print_json, print_line
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryArguments:
    """As typed."""

    name: str | None
    description: str | None
    rules: Sequence[str] | None
    no_rules: bool = False
    examples: Sequence[str] | None
    no_examples: bool = False
    from_file: str | None
    as_json: bool

    def parsed(self) -> CategoryChange:
        """What is given, by an option or else by the file."""
        file = read_category(self.from_file) if self.from_file is not None else CategoryFile()
        name = self.name if self.name is not None else _given(file.name)
        description = self.description if self.description is not None else _given(file.description)
        return CategoryChange(
            name=parse_category_name(name) if name is not None else None,
            description=_description(description) if description is not None else None,
            rules=self._rules(file),
            examples=self._examples(file),
        )

    def _rules(self, file: CategoryFile) -> tuple[Rule, ...] | None:
        if self.rules and self.no_rules:
            raise InvalidFieldError("--rule and --no-rules contradict each other", field="--no-rules")
        if self.rules or self.no_rules:
            return rules_of(parse_rule(text) for text in self.rules or ())
        return rules_of(file.rules) if file.rules is not UNSET else None

    def _examples(self, file: CategoryFile) -> tuple[str, ...] | None:
        if self.examples and self.no_examples:
            raise InvalidFieldError("--example and --no-examples contradict each other", field="--no-examples")
        if self.examples or self.no_examples:
            return _checked(self.examples or ())
        return _checked(file.examples) if file.examples is not UNSET else None


def list_categories(invocation: Invocation, *, as_json: bool) -> None:
    found = with_gateway(invocation, lambda gateway: gateway.list_categories())
    if as_json:
        print_json(found)
    else:
        print_categories(found)


def show_category(invocation: Invocation, *, category: str, as_json: bool) -> None:
    async def show(gateway: Gateway) -> CategoryView:
        return await gateway.get_category(await _id_of(gateway, category))

    _print(with_gateway(invocation, show), as_json=as_json)


def add_category(invocation: Invocation, given: CategoryArguments) -> None:
    said = given.parsed()
    if said.name is None:
        raise MissingFieldError("a category needs a name; give one, or a file that has one", field="NAME")
    draft = CategoryDraft(
        name=said.name, description=said.description or "", rules=said.rules or (), examples=said.examples or ()
    )
    _print(with_gateway(invocation, lambda gateway: gateway.create_category(draft)), as_json=given.as_json)


def edit_category(invocation: Invocation, *, category: str, given: CategoryArguments) -> None:
    change = given.parsed()
    if change == CategoryChange():
        raise InvalidInputError("nothing to change; `forebay categories edit --help` has what can be", field="CATEGORY")

    async def edit(gateway: Gateway) -> CategoryView:
        return await gateway.change_category(await _id_of(gateway, category), change)

    _print(with_gateway(invocation, edit), as_json=given.as_json)


def delete_categories(invocation: Invocation, *, categories: Sequence[str], as_json: bool) -> ExitCode:
    """Each is tried; the exit code is that of the first that failed."""

    async def each(gateway: Gateway) -> ExitCode:
        code = ExitCode.OK
        for category in categories:
            try:
                category_id = await _id_of(gateway, category)
                await gateway.delete_category(category_id)
            except ForebayError as error:
                failure = failure_of(error)
                print_failure(failure, as_json=as_json, about=category)
                code = code or failure.exit_code
                continue
            if as_json:
                print_json({"id": category_id, "deleted": True})
            else:
                print_line(f"deleted category {one_line(category)}")
            flush()
        return code

    return with_gateway(invocation, each)


async def _id_of(gateway: Gateway, category: str) -> UUID:
    """Of a name in any case; what looks like an id is one."""
    try:
        return parse_id(category, field="CATEGORY")
    except InvalidFieldError:
        pass
    folded = folded_name(category)
    for found in (await gateway.list_categories()).items:
        if folded_name(found.name) == folded:
            return found.id
    raise CategoryNotFoundError(f"there is no category {category[:100]!r}; `forebay categories list` has all")


def _given(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _description(value: str) -> str:
    if len(value) > MAX_DESCRIPTION:
        raise InvalidInputError(f"expected at most {MAX_DESCRIPTION} characters", field="description")
    return parse_plain(value, field="description")


def _checked(examples: Sequence[str]) -> tuple[str, ...]:
    if len(examples) > MAX_EXAMPLES or any(len(example) > MAX_EXAMPLE for example in examples):
        raise InvalidInputError(
            f"expected at most {MAX_EXAMPLES} examples of at most {MAX_EXAMPLE} characters", field="examples"
        )
    return tuple(parse_plain(example, field=f"examples[{number}]") for number, example in enumerate(examples))


def _print(category: CategoryView, *, as_json: bool) -> None:
    if as_json:
        print_json(category)
    else:
        print_category(category)

"""Rules of categories as people write them: in an option, or in a file that can be kept in version control."""

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from forebay.domain.documents.category import MAX_RULES, Rule, RuleField, RuleKind
from forebay.domain.documents.errors import InvalidRuleError
from forebay.domain.errors import InvalidInputError
from forebay.entrypoints.cli.arguments import parse_plain
from forebay.entrypoints.cli.document_views import RuleView
from forebay.entrypoints.cli.errors import UnreadableFileError
from forebay.entrypoints.cli.input_file import STANDARD_INPUT

E = TypeVar("E", bound=StrEnum)

OPTION = "--from-file"
_MAX_FILE_BYTES = 32 * 1024**2
_LISTS = {RuleKind.ANY, RuleKind.ALL, RuleKind.FUZZY}  # a comma is as good as anything in a phrase or an expression
_WRITTEN = "KIND:TERM, for instance any:invoice,bill or regex@title:^INV-[0-9]+ or a JSON object"


class CategoryFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category as `categories show --json` prints it. What the database alone decides is read and ignored."""

    id: object = None
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    rules: list[RuleView] | UnsetType = UNSET
    examples: list[str] | UnsetType = UNSET
    created_at: object = None
    updated_at: object = None


def read_category(path: str) -> CategoryFile:
    """`-` is standard input. UnreadableFileError, or InvalidInputError with the place in the file that is wrong."""
    if path == STANDARD_INPUT and sys.stdin is None:
        raise UnreadableFileError("standard input is closed", field=OPTION)
    try:
        if path == STANDARD_INPUT:
            data = sys.stdin.buffer.read(_MAX_FILE_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {os.strerror(error.errno or 0)}", field=OPTION) from None
    if len(data) > _MAX_FILE_BYTES:
        raise InvalidInputError(f"{path} is larger than {_MAX_FILE_BYTES} bytes", field=OPTION)
    try:
        return msgspec.json.decode(data, type=CategoryFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(
            f"{path} is not a category as `categories show --json` prints it: {error}", field=OPTION
        ) from None


def parse_rule(text: str) -> RuleView:
    """KIND[@WHERE]:TERM[,TERM…], or the JSON of a rule. A phrase or an expression is one term: it may hold commas."""
    if text.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(text, type=RuleView)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise InvalidRuleError(f"{text[:100]!r} is not a rule: {error}", field="--rule") from None
    head, colon, rest = text.partition(":")
    kind, at, where = head.strip().partition("@")
    if not colon:
        raise InvalidRuleError(f"{text[:100]!r} is not a rule; expected {_WRITTEN}", field="--rule")
    terms = rest.split(",") if kind in _LISTS else [rest]
    return RuleView(
        kind=kind,
        terms=[term.strip() for term in terms],
        where=where if at else RuleField.ANYWHERE.value,
    )


def rules_of(views: Iterable[RuleView]) -> tuple[Rule, ...]:
    """InvalidRuleError names the rule, counted from 0 as in the file."""
    rules = tuple(_rule(view, f"rules[{number}]") for number, view in enumerate(views))
    if len(rules) > MAX_RULES:
        raise InvalidInputError(f"expected at most {MAX_RULES} rules", field="rules")
    return rules


def rule_views(rules: Iterable[Rule]) -> list[RuleView]:
    return [
        RuleView(
            kind=rule.kind.value,
            terms=list(rule.terms),
            where=rule.where.value,
            confidence=rule.confidence,
            similarity=rule.similarity,
        )
        for rule in rules
    ]


def _rule(view: RuleView, field: str) -> Rule:
    for place, term in enumerate(view.terms):
        parse_plain(term, field=f"{field}.terms[{place}]")
    try:
        return Rule(
            kind=_one_of(RuleKind, view.kind, "kind"),
            terms=tuple(view.terms),
            where=_one_of(RuleField, view.where, "where"),
            confidence=view.confidence,
            similarity=view.similarity,
        )
    except InvalidRuleError as error:
        raise InvalidRuleError(error.message, field=field) from None


def _one_of(kind: type[E], value: str, name: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise InvalidRuleError(f"{name} is {value[:100]!r}; expected one of {', '.join(kind)}") from None

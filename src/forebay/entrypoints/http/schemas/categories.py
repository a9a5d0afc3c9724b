"""Categories and their rules."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.domain.documents.category import (
    MAX_DESCRIPTION,
    MAX_EXAMPLE,
    MAX_EXAMPLES,
    MAX_NAME,
    MAX_RULES,
    MAX_TERM,
    MAX_TERMS,
    Category,
    CategoryDraft,
    Rule,
    RuleField,
    RuleKind,
)
from forebay.domain.documents.errors import InvalidRuleError
from forebay.entrypoints.http.parameters import plain_text
from forebay.entrypoints.http.schemas.fields import Cursor

_Term = Annotated[str, Meta(min_length=1, max_length=MAX_TERM)]
_Example = Annotated[str, Meta(max_length=MAX_EXAMPLE)]
_Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
_Description = Annotated[str, Meta(max_length=MAX_DESCRIPTION, description="What belongs to it, in words.")]
_Examples = Annotated[list[_Example], Meta(max_length=MAX_EXAMPLES, description="Texts that belong to it.")]


class RuleBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What a document must say to belong to a category. Case is ignored."""

    kind: Annotated[
        RuleKind,
        Meta(
            description="any: one of the terms occurs. all: each of them does. phrase: one occurs exactly, punctuation "
            "included. regex: one of the regular expressions matches. fuzzy: one occurs nearly."
        ),
    ]
    terms: Annotated[list[_Term], Meta(min_length=1, max_length=MAX_TERMS)]
    where: RuleField = RuleField.ANYWHERE
    confidence: Annotated[float, Meta(gt=0, le=1, description="Of a verdict by this rule.")] = 0.9
    similarity: Annotated[float, Meta(ge=50, le=100, description="How near is near enough for fuzzy.")] = 90.0

    @classmethod
    def of(cls, rule: Rule) -> "RuleBody":
        return cls(
            kind=rule.kind,
            terms=list(rule.terms),
            where=rule.where,
            confidence=rule.confidence,
            similarity=rule.similarity,
        )


_Rules = Annotated[list[RuleBody], Meta(max_length=MAX_RULES)]


class CategoryBody(msgspec.Struct, kw_only=True, frozen=True):
    """A category with what its classifiers go by."""

    id: UUID
    name: str
    description: str
    rules: list[RuleBody]
    examples: list[str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, category: Category) -> "CategoryBody":
        return cls(
            id=category.id,
            name=category.name,
            description=category.description,
            rules=[RuleBody.of(rule) for rule in category.rules],
            examples=list(category.examples),
            created_at=category.created_at,
            updated_at=category.updated_at,
        )


class CategoryPage(msgspec.Struct, kw_only=True, frozen=True):
    """All categories, by name, on one page."""

    items: list[CategoryBody]
    next_cursor: Cursor = None


class NewCategoryBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A category to be."""

    name: Annotated[_Name, Meta(description="Unique, ignoring case.")]
    description: _Description = ""
    rules: _Rules = []
    examples: _Examples = []

    def draft(self) -> CategoryDraft:
        """Errors name the field, with the place in its list."""
        return CategoryDraft(
            name=plain_text(self.name, field="name"),
            description=plain_text(self.description, field="description"),
            rules=rules_of(self.rules),
            examples=examples_of(self.examples),
        )


class ChangeCategoryBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is left out stays. Lists are replaced whole."""

    name: _Name | UnsetType = UNSET
    description: _Description | UnsetType = UNSET
    rules: _Rules | UnsetType = UNSET
    examples: _Examples | UnsetType = UNSET


def rules_of(bodies: Iterable[RuleBody]) -> tuple[Rule, ...]:
    """InvalidRuleError names the rule and the term."""
    rules = []
    for number, body in enumerate(bodies):
        for place, term in enumerate(body.terms):
            plain_text(term, field=f"rules[{number}].terms[{place}]")
        try:
            rule = Rule(
                kind=body.kind,
                terms=tuple(body.terms),
                where=body.where,
                confidence=body.confidence,
                similarity=body.similarity,
            )
        except InvalidRuleError as error:
            raise InvalidRuleError(error.message, field=f"rules[{number}]") from None
        rules.append(rule)
    return tuple(rules)


def examples_of(examples: Iterable[str]) -> tuple[str, ...]:
    return tuple(plain_text(example, field=f"examples[{number}]") for number, example in enumerate(examples))

"""Verdicts: which category, how sure, by whom and why."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ClassifierName(StrEnum):
    """Who said it. A person's word wins over every model."""

    PERSON = "person"
    RULES = "rules"
    LOCAL = "local"
    LLM = "llm"


class ReasonKind(StrEnum):
    """`rule`: a rule that matched. `example`: a text that is near. `term`: a word that spoke for it. `rationale`: in

    the model's words. `correction`: a person said so. `abstained`: why there is no category.
    """

    RULE = "rule"
    EXAMPLE = "example"
    TERM = "term"
    RATIONALE = "rationale"
    CORRECTION = "correction"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`weight`: how much it counted, on the classifier's own scale, if it has one."""

    kind: ReasonKind
    text: str
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`category_id` None: uncategorised, which is better than wrong. `confidence`: 0 to 1, of the best category even

    if it was not enough. `model_id`: the model with its version; None for a person.
    """

    category_id: UUID | None
    confidence: float | None
    classified_by: ClassifierName
    model_id: UUID | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person said a document is; the newest one of a document counts. `category_id` None: none of them."""

    id: UUID
    document_id: UUID
    category_id: UUID | None

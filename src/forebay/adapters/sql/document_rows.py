"""Between rows and the entities of documents."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from forebay.adapters.sql.rows import AnyRow, checked
from forebay.adapters.sql.transaction import Values
from forebay.domain.documents.category import Category, Rule, RuleField, RuleKind, folded_name
from forebay.domain.documents.document import (
    Document,
    DocumentFailure,
    DocumentStatus,
    DocumentText,
    TitleSource,
)
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.verdict import ClassifierName, Correction, Reason, ReasonKind, Verdict
from forebay.domain.intake.blob import Sha256

DOCUMENT_IS_FOR_EVER = frozenset({"id", "run_id", "path", "path_sha256", "created_at"})


def path_digest(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()


def document_values(document: Document) -> Values:
    failure, text, verdict = document.failure, document.text, document.verdict
    return {
        "id": document.id,
        "run_id": document.run_id,
        "file_id": document.file_id,
        "parent_id": document.parent_id,
        "path": checked(document.path, "path"),
        "path_sha256": path_digest(document.path),
        "title": checked(document.title, "title"),
        "title_source": document.title_source.value,
        "media_type": checked(document.media_type, "media_type"),
        "size_bytes": document.size_bytes,
        "sha256": document.sha256.hex,
        "owner": checked(document.owner, "owner"),
        "status": document.status.value,
        "error_code": checked(failure.code, "failure") if failure else None,
        "error_detail": checked(failure.detail, "failure") if failure else None,
        "needs_ocr": document.needs_ocr,
        "page_count": document.page_count,
        "language": checked(document.language, "language"),
        "category_id": verdict.category_id if verdict else None,
        "confidence": verdict.confidence if verdict else None,
        "classified_by": verdict.classified_by.value if verdict else None,
        "verdict_model_id": verdict.model_id if verdict else None,
        "reasons": _reasons_text(verdict.reasons) if verdict else None,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "text_sha256": text.sha256.hex if text else None,
        "text_size_bytes": text.size_bytes if text else None,
        "text_model_id": text.model_id if text else None,
        "page_offsets": _json(text.page_offsets) if text else None,
    }


def document_of(row: AnyRow) -> Document:
    return Document(
        id=row.id,
        run_id=row.run_id,
        file_id=row.file_id,
        parent_id=row.parent_id,
        path=row.path,
        title=row.title,
        title_source=TitleSource(row.title_source),
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=Sha256(row.sha256),
        owner=row.owner,
        status=DocumentStatus(row.status),
        failure=DocumentFailure(code=row.error_code, detail=row.error_detail) if row.error_code is not None else None,
        needs_ocr=row.needs_ocr,
        page_count=row.page_count,
        language=row.language,
        text=_text_of(row),
        verdict=_verdict_of(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _text_of(row: AnyRow) -> DocumentText | None:
    if row.text_sha256 is None:
        return None
    return DocumentText(
        sha256=Sha256(row.text_sha256),
        size_bytes=row.text_size_bytes,
        page_offsets=tuple(json.loads(row.page_offsets)),
        model_id=row.text_model_id,
    )


def _verdict_of(row: AnyRow) -> Verdict | None:
    if row.classified_by is None:
        return None
    stored = json.loads(row.reasons)
    return Verdict(
        category_id=row.category_id,
        confidence=row.confidence,
        classified_by=ClassifierName(row.classified_by),
        model_id=row.verdict_model_id,
        reasons=tuple(Reason(kind=ReasonKind(kind), text=text, weight=weight) for kind, text, weight in stored),
    )


def _reasons_text(reasons: tuple[Reason, ...]) -> str:
    return _json([(reason.kind.value, reason.text, reason.weight) for reason in reasons])


def category_values(category: Category) -> Values:
    return {
        "id": category.id,
        "name": checked(category.name, "name"),
        "name_folded": folded_name(category.name),
        "description": checked(category.description, "description"),
        "rules": _json([_rule_fields(rule) for rule in category.rules]),
        "examples": _json(category.examples),
        "created_at": category.created_at,
        "updated_at": category.updated_at,
    }


def category_of(row: AnyRow) -> Category:
    return Category(
        id=row.id,
        name=row.name,
        description=row.description,
        rules=tuple(_rule_of(fields) for fields in json.loads(row.rules)),
        examples=tuple(json.loads(row.examples)),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _rule_fields(rule: Rule) -> dict[str, object]:
    return {
        "kind": rule.kind.value,
        "terms": rule.terms,
        "where": rule.where.value,
        "confidence": rule.confidence,
        "similarity": rule.similarity,
    }


def _rule_of(fields: Mapping[str, Any]) -> Rule:
    return Rule(
        kind=RuleKind(fields["kind"]),
        terms=tuple(fields["terms"]),
        where=RuleField(fields["where"]),
        confidence=fields["confidence"],
        similarity=fields["similarity"],
    )


def correction_values(correction: Correction) -> Values:
    return {
        "id": correction.id,
        "document_id": correction.document_id,
        "category_id": correction.category_id,
    }


def correction_of(row: AnyRow) -> Correction:
    return Correction(id=row.id, document_id=row.document_id, category_id=row.category_id)


def learned_values(model: LearnedModel) -> Values:
    return {
        "version": model.version,
        "model_id": model.model_id,
        "sha256": model.sha256.hex,
        "size_bytes": model.size_bytes,
        "correction_count": model.correction_count,
        "category_count": model.category_count,
        "created_at": model.created_at,
    }


def learned_of(row: AnyRow) -> LearnedModel:
    return LearnedModel(
        version=row.version,
        model_id=row.model_id,
        sha256=Sha256(row.sha256),
        size_bytes=row.size_bytes,
        correction_count=row.correction_count,
        category_count=row.category_count,
        created_at=row.created_at,
    )


def _json(value: object) -> str:
    """A list; all but ASCII is escaped, so there is nothing that a database could refuse."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))

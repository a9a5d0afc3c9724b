"""What is recorded of documents, with the constraints that a database would hold."""

from dataclasses import replace
from uuid import UUID

from forebay.adapters.memory.intake_state import IntakeState
from forebay.adapters.memory.storable import check_storable
from forebay.domain.documents.category import Category, folded_name
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.documents.errors import CategoryExistsError, CategoryNotFoundError, DocumentNotFoundError
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.verdict import ClassifierName, Correction
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.intake.blob import Sha256


class DocumentsState(IntakeState):
    """Documents go with their run and with the document that they were attached to."""

    __slots__ = ()

    def delete_run(self, run_id: UUID) -> None:
        super().delete_run(run_id)
        for document in [one for one in self.documents.values() if one.run_id == run_id]:
            if document.id in self.documents:  # else it went with what it was attached to
                self.delete_document(document.id)

    def is_referenced(self, sha256: Sha256) -> bool:
        return (
            super().is_referenced(sha256)
            or any(one.text is not None and one.text.sha256 == sha256 for one in self.documents.values())
            or any(model.sha256 == sha256 for model in self.learned.values())
        )

    def document(self, document_id: UUID) -> Document:
        found = self.documents.get(document_id)
        if found is None:
            raise DocumentNotFoundError(f"there is no document {document_id}")
        return found

    def add_document(self, document: Document) -> None:
        if document.id in self.documents:
            raise ConflictError(f"there is a document {document.id} already")
        self.check_run(document.run_id)
        if (document.run_id, document.path) in self.document_ids:
            raise ConflictError(f"run {document.run_id} has a document at {document.path} already")
        self.put_document(document)
        self.document_ids[document.run_id, document.path] = document.id

    def put_document(self, document: Document) -> None:
        if (document.status is DocumentStatus.FAILED) != (document.failure is not None):
            raise InternalStateError("a document has a failure exactly when it failed")
        check_storable(
            {
                "path": document.path,
                "title": document.title,
                "media_type": document.media_type,
                "owner": document.owner,
                "language": document.language,
                "failure": document.failure.detail if document.failure is not None else None,
            }
        )
        if document.parent_id not in {None, document.id}:
            self.document(UUID(str(document.parent_id)))
        if document.text is not None:
            self.check_blob(document.text.sha256)
            self._check_model(document.text.model_id)
        if document.verdict is not None:
            self._check_category(document.verdict.category_id)
            self._check_model(document.verdict.model_id)
        self.documents[document.id] = document

    def delete_document(self, document_id: UUID) -> None:
        gone = self.documents.pop(document_id)
        del self.document_ids[gone.run_id, gone.path]
        self.texts.pop(document_id, None)
        for correction in [one for one in self.corrections.values() if one.document_id == document_id]:
            del self.corrections[correction.id]
        for attached in [one for one in self.documents.values() if one.parent_id == document_id]:
            self.delete_document(attached.id)

    def add_category(self, category: Category) -> None:
        if category.id in self.categories:
            raise ConflictError(f"there is a category {category.id} already")
        self.put_category(category)

    def put_category(self, category: Category) -> None:
        check_storable({"name": category.name, "description": category.description})
        folded = folded_name(category.name)
        if any(folded_name(one.name) == folded and one.id != category.id for one in self.categories.values()):
            raise CategoryExistsError(
                f"there is a category {category.name} already; names are the same in capitals and small letters"
            )
        self.categories[category.id] = category

    def delete_category(self, category_id: UUID) -> None:
        del self.categories[category_id]
        latest = {one.document_id: one for one in sorted(self.corrections.values(), key=lambda one: one.id)}
        for correction in list(self.corrections.values()):
            if category_id in {correction.category_id, latest[correction.document_id].category_id}:
                del self.corrections[correction.id]
        for document in list(self.documents.values()):
            if document.verdict is not None and document.verdict.category_id == category_id:
                by_person = document.verdict.classified_by is ClassifierName.PERSON
                uncategorised = None if by_person else replace(document.verdict, category_id=None)
                self.documents[document.id] = replace(document, verdict=uncategorised)

    def add_correction(self, correction: Correction) -> None:
        if correction.id in self.corrections:
            raise ConflictError(f"there is a correction {correction.id} already")
        self.document(correction.document_id)
        self._check_category(correction.category_id)
        self.corrections[correction.id] = correction

    def add_learned(self, model: LearnedModel) -> None:
        if model.version in self.learned:
            raise ConflictError(f"there is a learned model of version {model.version} already")
        self.check_blob(model.sha256)
        self._check_model(model.model_id)
        self.learned[model.version] = model

    def _check_category(self, category_id: UUID | None) -> None:
        if category_id is not None and category_id not in self.categories:
            raise CategoryNotFoundError(f"there is no category {category_id}")

    def _check_model(self, model_id: UUID | None) -> None:
        if model_id is not None and model_id not in self.models:
            raise InternalStateError(f"there is no model {model_id}")

"""The use cases of documents."""

from forebay.application.documents.correct_document import CorrectDocument
from forebay.application.documents.current_model import CurrentModel
from forebay.application.documents.delete_document import DeleteDocument
from forebay.application.documents.document_bytes import DocumentBytes
from forebay.application.documents.learn_from_corrections import LearnFromCorrections, ListLearnedModels
from forebay.application.documents.links import MakeLink, OpenLink
from forebay.application.documents.manage_categories import (
    ChangeCategory,
    CreateCategory,
    DeleteCategory,
    GetCategory,
    ListCategories,
)
from forebay.application.documents.policy import DocumentPolicy
from forebay.application.documents.read_document import ReadDocumentText, RenderPreview
from forebay.application.documents.read_sample import ReadSample
from forebay.application.documents.show_documents import GetDocument, ListDocuments, SearchDocuments
from forebay.application.intake.delete_run import DeleteRun
from forebay.application.intake.read_file import ReadFile
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.links import LinkSigner
from forebay.application.ports.text import TextExtractor
from forebay.application.ports.unit_of_work import UnitOfWorkFactory
from forebay.application.use_cases import DocumentsUseCases
from forebay.bootstrap.classification import ClassifierParts
from forebay.bootstrap.parts import BlobParts


def documents_use_cases(
    *,
    unit_of_work: UnitOfWorkFactory,
    blob_parts: BlobParts,
    classification: ClassifierParts,
    extractor: TextExtractor,
    policy: DocumentPolicy,
    content: DocumentBytes,
    read_file: ReadFile,
    read_sample: ReadSample,
    current_model: CurrentModel,
    delete_run: DeleteRun,
    signer: LinkSigner,
    link_seconds: int,
    clock: Clock,
    ids: IdGenerator,
) -> DocumentsUseCases:
    blobs, rules = blob_parts.store, classification.rules
    return DocumentsUseCases(
        list_documents=ListDocuments(unit_of_work=unit_of_work),
        search_documents=SearchDocuments(unit_of_work=unit_of_work),
        get_document=GetDocument(unit_of_work=unit_of_work),
        read_text=ReadDocumentText(unit_of_work=unit_of_work, blobs=blobs),
        render_preview=RenderPreview(unit_of_work=unit_of_work, content=content, extractor=extractor, policy=policy),
        correct_document=CorrectDocument(unit_of_work=unit_of_work, clock=clock, ids=ids),
        delete_document=DeleteDocument(unit_of_work=unit_of_work, delete_run=delete_run, blobs=blobs),
        make_link=MakeLink(
            read_file=read_file,
            unit_of_work=unit_of_work,
            presigned=blob_parts.presigned,
            signer=signer,
            clock=clock,
            default_seconds=link_seconds,
        ),
        open_link=OpenLink(signer=signer, clock=clock),
        list_categories=ListCategories(unit_of_work=unit_of_work),
        get_category=GetCategory(unit_of_work=unit_of_work),
        create_category=CreateCategory(unit_of_work=unit_of_work, rules=rules, clock=clock, ids=ids),
        change_category=ChangeCategory(unit_of_work=unit_of_work, rules=rules, clock=clock),
        delete_category=DeleteCategory(unit_of_work=unit_of_work),
        learn=LearnFromCorrections(
            unit_of_work=unit_of_work,
            blobs=blobs,
            learners=classification.learners,
            read_sample=read_sample,
            current_model=current_model,
            clock=clock,
            ids=ids,
        ),
        list_learned=ListLearnedModels(unit_of_work=unit_of_work),
    )

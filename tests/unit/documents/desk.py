"""Everything about documents on the in-memory adapters."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from forebay.adapters.system.ids import SystemIds
from forebay.adapters.system.spool import FileSpool
from forebay.application.documents.classify_documents import ClassifyDocuments
from forebay.application.documents.correct_document import CorrectDocument, CorrectDocumentCommand
from forebay.application.documents.current_model import CurrentModel
from forebay.application.documents.decide_category import DecideCategory
from forebay.application.documents.delete_document import DeleteDocument
from forebay.application.documents.document_bytes import DocumentBytes
from forebay.application.documents.extract_documents import ExtractDocuments
from forebay.application.documents.find_documents import FindDocuments
from forebay.application.documents.keep_attachments import KeepAttachments
from forebay.application.documents.keep_text import KeepText
from forebay.application.documents.learn_from_corrections import LearnFromCorrections
from forebay.application.documents.policy import DocumentPolicy
from forebay.application.documents.processors import document_processors
from forebay.application.documents.read_document import ReadDocumentText
from forebay.application.documents.read_sample import ReadSample
from forebay.application.documents.show_documents import (
    SearchDocuments,
    SearchDocumentsQuery,
)
from forebay.application.intake.read_file import ReadFile
from forebay.application.ports.archives import ArchiveLimits
from forebay.application.processing.catalogue.catalogue_files import CatalogueFiles
from forebay.application.processing.catalogue.processors import built_in
from forebay.application.processing.catalogue.write_manifest import WriteManifest
from forebay.application.processing.processor import Processor, Processors
from forebay.domain.documents.category import Category
from forebay.domain.documents.document import Document
from tests.unit.documents.scripted import ScriptedClassifier, ScriptedExtractor
from tests.unit.intake.archives import ScriptedArchives
from tests.unit.processing.rig import Rig
from tests.unit.processing.virtual_time import LoopClock
from tests.unit.processing.watcher import Watcher


class Desk:
    """A rig whose processors are those of documents."""

    def __init__(
        self,
        *,
        extractor: ScriptedExtractor | None = None,
        classifiers: Sequence[ScriptedClassifier] | None = None,
        archives: ScriptedArchives | None = None,
        policy: DocumentPolicy | None = None,
    ) -> None:
        self.extractor = extractor or ScriptedExtractor()
        self.classifiers = list(classifiers) if classifiers is not None else [ScriptedClassifier()]
        self.archives = archives or ScriptedArchives([])
        self.policy = policy or DocumentPolicy()
        self.clock = LoopClock()
        self.ids = SystemIds()
        self.rig = Rig(processors=Processors(()), watcher=Watcher())
        self.threads = ThreadPoolExecutor(1)
        self.rig.processors = Processors(self._processors())

    @property
    def _content(self) -> DocumentBytes:
        read_file = ReadFile(
            unit_of_work=self.rig.units,
            blobs=self.rig.store,
            archives=self.archives,
            archive_limits=ArchiveLimits(),
        )
        return DocumentBytes(read_file=read_file, spool=FileSpool(None, self.threads))

    @property
    def _samples(self) -> ReadSample:
        return ReadSample(blobs=self.rig.store, policy=self.policy)

    @property
    def current_model(self) -> CurrentModel:
        return self.current_model_of(*self.classifiers)

    def current_model_of(self, *classifiers: ScriptedClassifier) -> CurrentModel:
        """As another process has it."""
        return CurrentModel(unit_of_work=self.rig.units, blobs=self.rig.store, learners=classifiers)

    def with_plain_archives(self) -> Processors:
        """With what is there for archives that do not ask for documents."""
        return Processors((*built_in(self._catalogue, WriteManifest()), *self._processors()))

    def forget_models(self) -> None:
        """As a process that starts anew."""
        self.rig.processors = Processors(self._processors())

    async def pass_time(self, *, minutes: float) -> None:
        """Virtual, as all time here is."""
        await asyncio.sleep(60 * minutes)

    def _classify(self, *, again: bool) -> ClassifyDocuments:
        return ClassifyDocuments(
            decide=DecideCategory(self.classifiers),
            read_sample=self._samples,
            current_model=self.current_model,
            clock=self.clock,
            ids=self.ids,
            again=again,
        )

    @property
    def _catalogue(self) -> CatalogueFiles:
        return CatalogueFiles(
            reader=self.archives,
            limits=ArchiveLimits(),
            observer=self.rig.watcher,
            clock=self.clock,
            ids=self.ids,
            version="1",
        )

    def _processors(self) -> tuple[Processor, ...]:
        extract = ExtractDocuments(
            content=self._content,
            extractor=self.extractor,
            keep_text=KeepText(blobs=self.rig.store, clock=self.clock, ids=self.ids),
            keep_attachments=KeepAttachments(
                extractor=self.extractor, blobs=self.rig.store, policy=self.policy, clock=self.clock, ids=self.ids
            ),
            policy=self.policy,
            clock=self.clock,
            version="1",
        )
        return document_processors(
            catalogue=self._catalogue,
            manifest=WriteManifest(),
            find=FindDocuments(extractor=self.extractor, clock=self.clock, ids=self.ids),
            extract=extract,
            classify=self._classify(again=False),
            classify_again=self._classify(again=True),
        )

    @property
    def documents(self) -> dict[str, Document]:
        """All there are, by path."""
        return {document.path: document for document in self.rig.database.state.documents.values()}

    @property
    def documents_by_age(self) -> list[Document]:
        return sorted(self.rig.database.state.documents.values(), key=lambda document: document.id)

    @property
    def document(self) -> Document:
        (document,) = self.documents.values()
        return document

    async def category(self, name: str) -> Category:
        now = self.clock.now()
        category = Category(
            id=self.ids.new_id(), name=name, description=f"about {name}", created_at=now, updated_at=now
        )
        async with self.rig.units() as work:
            await work.categories.add(category)
            await work.commit()
        return category

    async def text(self, document: Document) -> str:
        readable = await ReadDocumentText(unit_of_work=self.rig.units, blobs=self.rig.store)(document.id)
        async with readable.open() as chunks:
            return b"".join([chunk async for chunk in chunks]).decode()

    async def found(self, query: str) -> list[str]:
        """The paths of what a search finds."""
        search = SearchDocuments(unit_of_work=self.rig.units)
        return [item.document.path for item in (await search(SearchDocumentsQuery(text=query))).items]

    async def correct(self, document: Document, **said: object) -> Document:
        correct = CorrectDocument(unit_of_work=self.rig.units, clock=self.clock, ids=self.ids)
        return await correct(CorrectDocumentCommand(document_id=document.id, **said))  # type: ignore[arg-type] # its fields

    async def delete(self, document: Document) -> None:
        delete = DeleteDocument(unit_of_work=self.rig.units, delete_run=self.rig.delete_run, blobs=self.rig.store)
        await delete(document.id)

    @property
    def learn(self) -> LearnFromCorrections:
        return LearnFromCorrections(
            unit_of_work=self.rig.units,
            blobs=self.rig.store,
            learners=self.classifiers,
            read_sample=self._samples,
            current_model=self.current_model,
            clock=self.clock,
            ids=self.ids,
        )

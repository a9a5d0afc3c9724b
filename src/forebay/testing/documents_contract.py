"""What is expected of documents."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.documents import DocumentFilter, DocumentRepository
from forebay.domain.documents.document import Document, DocumentFailure, DocumentStatus, TitleSource
from forebay.domain.documents.errors import CategoryNotFoundError, DocumentNotFoundError
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind, Verdict
from forebay.domain.errors import ConflictError, ForebayError, InvalidInputError
from forebay.domain.intake.errors import BlobNotFoundError, RunNotFoundError
from forebay.domain.paging import Position, SortOrder
from forebay.testing.document_examples import Library, a_category, a_document, a_text, a_verdict
from forebay.testing.intake_examples import MORNING, a_blob, a_file, a_run
from forebay.testing.job_examples import a_model

LATER = MORNING + timedelta(hours=1)
LONG_PATH = "/".join(["größer-名前-" + "x" * 80] * 40) + ".pdf"


class DocumentsContract:
    """Documents: added, found, changed, listed, deleted."""

    async def test_a_document_comes_back_as_it_was_added(self, library: Library) -> None:
        file = await library.uploaded()
        document = a_document(file, LONG_PATH, title="Größe 名前 🌊", owner="team", size_bytes=2**40 + 1)
        await library.add(document)
        assert await library.document(document.id) == document
        async with library.open(write=False) as work:
            assert await work.documents.find(file.run_id, LONG_PATH) == document
            assert await work.documents.find(file.run_id, "other") is None
            assert await work.documents.find(uuid4(), LONG_PATH) is None

    async def test_an_update_writes_what_may_change(self, library: Library) -> None:
        document, category = await library.added(), a_category()
        await library.categorise(category)
        document = await library.with_text(document)
        async with library.open() as work:
            model = await work.models.ensure(a_model())
            await work.commit()
        reasons = (
            Reason(kind=ReasonKind.RULE, text='größe " \\ \x1f 🌊', weight=0.1),
            Reason(kind=ReasonKind.RATIONALE, text=""),
        )
        verdict = Verdict(
            category_id=category.id,
            confidence=1 / 3,
            classified_by=ClassifierName.LLM,
            model_id=model.id,
            reasons=reasons,
        )
        changed = replace(
            document,
            file_id=uuid4(),
            title="Other",
            title_source=TitleSource.CONTENT,
            media_type="text/plain",
            size_bytes=5,
            sha256=a_blob().sha256,
            owner="somebody",
            status=DocumentStatus.READY,
            needs_ocr=True,
            page_count=7,
            language="de",
            verdict=verdict,
            updated_at=LATER,
        )
        await library.update(replace(changed, run_id=uuid4(), path="elsewhere", created_at=LATER))
        assert await library.document(document.id) == changed
        failed = changed.failed(DocumentFailure(code="document_broken", detail="it is damaged"), at=LATER)
        await library.update(failed)
        assert await library.document(document.id) == failed
        bare = replace(failed.extracting(at=LATER), text=None, verdict=None, language=None, page_count=None)
        await library.update(bare)
        assert await library.document(document.id) == bare

    async def test_what_is_not_there_is_not_found(self, library: Library) -> None:
        document = a_document(await library.uploaded())
        async with library.open(write=False) as work:
            with pytest.raises(DocumentNotFoundError):
                await work.documents.get(document.id)
        for change in (library.update(document), library.delete(document.id)):
            with pytest.raises(DocumentNotFoundError):
                await change

    async def test_a_document_needs_its_run_and_what_it_was_attached_to(self, library: Library) -> None:
        file = await library.uploaded()
        with pytest.raises(RunNotFoundError):
            await library.add(a_document(a_file(a_run(), a_blob())))
        with pytest.raises(DocumentNotFoundError):
            await library.add(a_document(file, parent_id=uuid4()))

    async def test_a_path_names_one_document_of_a_run(self, library: Library) -> None:
        document = await library.added(LONG_PATH)
        with pytest.raises(ConflictError):
            await library.add(replace(document, id=uuid4()))
        with pytest.raises(ConflictError):
            await library.add(replace(document, path="other"))
        await library.added(LONG_PATH)
        await library.added(LONG_PATH + "x")

    async def test_a_text_needs_its_blob(self, library: Library) -> None:
        document = await library.added()
        async with library.open() as work:
            model = await work.models.ensure(a_model())
            await work.commit()
        with pytest.raises(BlobNotFoundError):
            await library.update(replace(document, text=a_text(a_blob(), model)))
        assert await library.document(document.id) == document

    async def test_a_verdict_needs_its_category(self, library: Library) -> None:
        document = await library.added()
        with pytest.raises(CategoryNotFoundError):
            await library.update(replace(document, verdict=a_verdict(a_category())))

    async def test_texts_that_cannot_be_stored_are_refused(self, library: Library) -> None:
        document = await library.added()
        for broken in (replace(document, title="a\0b"), replace(document, owner="\ud800")):
            with pytest.raises(InvalidInputError):
                await library.update(broken)
        async with library.open(write=False) as work:
            assert await work.documents.find(document.run_id, "a\0\ud800") is None
        for where in (DocumentFilter(owner="\0"), DocumentFilter(language="\ud800"), DocumentFilter(media_type="\0")):
            assert await library.ids(where) == []

    async def test_a_failed_document_says_why_and_others_do_not(self, library: Library) -> None:
        document = await library.added()
        with pytest.raises(ForebayError):
            await library.update(replace(document, status=DocumentStatus.FAILED))
        with pytest.raises(ForebayError):
            await library.update(replace(document, failure=DocumentFailure(code="x", detail="y")))

    async def test_a_blob_of_a_text_stays_as_long_as_a_document_has_it(self, library: Library) -> None:
        first, second = [await library.with_text(await library.added(), "the same text") for _ in range(2)]
        assert first.text is not None
        async with library.open() as work:
            assert await work.blobs.release(first.text.sha256) is None
            assert list(await work.documents.text_digests_of_run(first.run_id)) == [first.text.sha256]
            assert list(await work.documents.text_digests_of_run(uuid4())) == []
        assert len(await library.delete_run(first.run_id)) == 1  # of the upload
        assert len(await library.delete_run(second.run_id)) == 2

    async def test_a_deleted_document_takes_along_what_was_attached_to_it(self, library: Library) -> None:
        mail = await library.added("mail.eml")
        file = replace(a_file(a_run(), a_blob()), run_id=mail.run_id)
        attached = [a_document(file, f"mail.eml!/{n}.eml", parent_id=mail.id) for n in range(2)]
        inner = a_document(file, "mail.eml!/0.eml!/a.pdf", parent_id=attached[0].id)
        other = a_document(file, "other.pdf")
        await library.add(*attached, inner, other)
        async with library.open(write=False) as work:
            found = await work.documents.attached_to(mail.id)
        assert [one.id for one in found] == sorted(one.id for one in attached)
        await library.delete(mail.id)
        assert await library.ids() == [other.id]
        await library.add(mail)  # its path is free again

    async def test_documents_go_with_their_run(self, library: Library) -> None:
        document, other = await library.added(), await library.added()
        child = a_document(replace(a_file(a_run(), a_blob()), run_id=document.run_id), parent_id=document.id)
        await library.add(child)
        await library.delete_run(document.run_id)
        assert await library.ids() == [other.id]

    async def test_documents_are_listed_in_pages(self, library: Library) -> None:
        file = await library.uploaded()
        documents = [a_document(file, created_at=MORNING + timedelta(seconds=n // 3)) for n in range(10)]
        await library.add(*documents)
        in_order = [one.id for one in sorted(documents, key=lambda one: (one.created_at, one.id))]
        for order, wanted in ((SortOrder.ASC, in_order), (SortOrder.DESC, in_order[::-1])):
            seen: list[UUID] = []
            after: Position | None = None
            while True:
                async with library.open(write=False) as work:
                    page = await work.documents.list(DocumentFilter(), order=order, after=after, limit=3)
                seen += [one.id for one in page]
                if len(page) < 3:
                    break
                after = Position(at=page[-1].created_at, id=page[-1].id)
            assert seen == wanted

    async def test_documents_are_listed_by_what_is_known_of_them(self, library: Library) -> None:
        category = a_category()
        await library.categorise(category)
        plain = await library.added(created_at=MORNING)
        other = await library.added(
            media_type="text/html", owner="team", language="de", created_at=LATER, verdict=a_verdict(category)
        )
        ready = await library.added(status=DocumentStatus.READY, created_at=LATER + timedelta(seconds=1))
        cases = [
            (DocumentFilter(), [plain, other, ready]),
            (DocumentFilter(run_id=other.run_id), [other]),
            (DocumentFilter(category_id=category.id), [other]),
            (DocumentFilter(category_id=uuid4()), []),
            (DocumentFilter(uncategorised=True), [plain, ready]),
            (DocumentFilter(uncategorised=True, category_id=category.id), []),
            (DocumentFilter(media_type="text/html"), [other]),
            (DocumentFilter(owner="team"), [other]),
            (DocumentFilter(language="de"), [other]),
            (DocumentFilter(status=DocumentStatus.READY), [ready]),
            (DocumentFilter(created_after=LATER), [other, ready]),
            (DocumentFilter(created_before=LATER), [plain]),
            (DocumentFilter(owner="team", language="de", status=DocumentStatus.UPLOADED), [other]),
            (DocumentFilter(owner="team", status=DocumentStatus.READY), []),
        ]
        for where, wanted in cases:
            assert await library.ids(where) == [one.id for one in wanted], where

    async def test_documents_of_a_run_are_listed_by_id_and_status(self, library: Library) -> None:
        file = await library.uploaded()
        documents = sorted((a_document(file) for _ in range(5)), key=lambda one: one.id)
        documents[1] = replace(documents[1], status=DocumentStatus.READY)
        documents[3] = replace(documents[3], status=DocumentStatus.EXTRACTING)
        await library.add(*documents, a_document(await library.uploaded()))
        some = frozenset({DocumentStatus.READY, DocumentStatus.EXTRACTING})
        async with library.open(write=False) as work:
            assert list(await work.documents.list_of_run(file.run_id, after=None, limit=10)) == documents
            assert list(await work.documents.list_of_run(file.run_id, after=documents[1].id, limit=2)) == documents[2:4]
            found = await work.documents.list_of_run(file.run_id, statuses=some, after=None, limit=10)
            assert list(found) == [documents[1], documents[3]]
            assert list(await work.documents.list_of_run(file.run_id, statuses=frozenset(), after=None, limit=9)) == []

    async def test_who_has_a_document_for_update_is_waited_for(self, library: Library) -> None:
        mail = await library.added("mail.eml")
        file = replace(a_file(a_run(), a_blob()), run_id=mail.run_id)
        document = a_document(file, "mail.eml!/a.pdf", parent_id=mail.id)
        await library.add(document)

        async def by_id(documents: DocumentRepository) -> Document | None:
            return await documents.get(document.id, for_update=True)

        async def by_path(documents: DocumentRepository) -> Document | None:
            return await documents.find(mail.run_id, document.path, for_update=True)

        async def by_run(documents: DocumentRepository) -> Document | None:
            found = await documents.list_of_run(mail.run_id, after=None, limit=9, for_update=True)
            return next(one for one in found if one.id == document.id)

        async def by_message(documents: DocumentRepository) -> Document | None:
            (found,) = await documents.attached_to(mail.id, for_update=True)
            return found

        async def count(look: Callable[[DocumentRepository], Awaitable[Document | None]]) -> None:
            async with library.open() as work:
                found = await look(work.documents)
                assert found is not None
                await work.documents.update(replace(found, page_count=(found.page_count or 0) + 1))
                await work.commit()

        await asyncio.gather(*(count(look) for look in (by_id, by_path, by_run, by_message) * 3))
        assert (await library.document(document.id)).page_count == 12

    async def test_nothing_stays_of_a_unit_of_work_that_was_not_committed(self, library: Library) -> None:
        file, category = await library.uploaded(), a_category()
        async with library.open() as work:
            await work.documents.add(a_document(file))
            await work.categories.add(category)
        assert await library.ids() == []
        async with library.open(write=False) as work:
            assert await work.categories.find(category.name) is None

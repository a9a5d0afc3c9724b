"""Documents are found, read, classified and indexed; what breaks, breaks alone."""

from forebay.application.ports.text import Attachment
from forebay.domain.documents.document import DocumentStatus, TitleSource
from forebay.domain.documents.errors import (
    ClassifierRefusedError,
    ClassifierUnavailableError,
    DocumentBrokenError,
    DocumentEncryptedError,
)
from forebay.domain.documents.verdict import ClassifierName, ReasonKind
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.processing.job import JobStatus
from tests.unit.documents.desk import Desk
from tests.unit.documents.scripted import EXTRACTOR, ScriptedClassifier, ScriptedExtractor, extraction
from tests.unit.intake.archives import ScriptedArchives, entry
from tests.unit.processing.virtual_time import in_virtual_time


def in_archive(*paths: str) -> ScriptedArchives:
    return ScriptedArchives([entry(path) for path in paths])


@in_virtual_time
async def test_a_document_is_there_as_soon_as_its_bytes_are() -> None:
    desk = Desk()
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    document = desk.document
    assert (document.status, document.title, document.path) == (DocumentStatus.UPLOADED, "app", "app.tgz")
    assert (document.text, document.verdict, document.failure) == (None, None, None)


@in_virtual_time
async def test_a_document_is_read_classified_and_found() -> None:
    whole = extraction(
        "Ünited invoice\fpage two", title="  Our\nInvoice ", page_starts=(0, 15), page_count=2, language="en"
    )
    desk = Desk(extractor=ScriptedExtractor({"app.tgz": [whole]}))
    category = await desk.category("invoice")
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "succeeded"
    document = desk.document
    assert (document.status, document.title) == (DocumentStatus.READY, "Our Invoice")
    assert (document.page_count, document.language, document.title_source) == (2, "en", TitleSource.CONTENT)
    assert document.text is not None
    assert document.text.page_offsets == (0, 16), "in bytes of the text"
    assert await desk.text(document) == whole.text
    assert document.verdict is not None
    assert (document.verdict.category_id, document.verdict.classified_by) == (category.id, ClassifierName.RULES)
    models = desk.rig.database.state.models
    assert models[document.text.model_id].name == EXTRACTOR.name
    assert await desk.found("united two") == ["app.tgz"]
    assert desk.rig.run.status is RunStatus.COMPLETE
    extract = desk.rig.steps()[2]
    assert extract.metadata["models"] == {"scripted-extractor 3": 1}
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_nothing_is_called_what_it_may_not_be() -> None:
    desk = Desk()
    await desk.category("invoice")
    await desk.rig.stored(data=b"nothing of the kind", run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "succeeded"
    verdict = desk.document.verdict
    assert verdict is not None
    assert verdict.category_id is None
    assert verdict.reasons[0].kind is ReasonKind.ABSTAINED


@in_virtual_time
async def test_a_document_that_cannot_be_read_fails_with_its_run() -> None:
    desk = Desk(extractor=ScriptedExtractor({"app.tgz": [DocumentEncryptedError(), "now it opens"]}))
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "failed"
    assert desk.document.failure is not None
    assert (desk.document.status, desk.document.failure.code) == (DocumentStatus.FAILED, "document_encrypted")
    assert desk.rig.run.error is not None
    assert desk.rig.run.error.code == "document_encrypted"
    await desk.rig.retry_job(desk.rig.job.id)
    assert await desk.rig.worked_off() == "succeeded"
    assert (desk.document.status, await desk.text(desk.document)) == (DocumentStatus.READY, "now it opens")
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_within_an_archive_one_fails_alone() -> None:
    broken = {"a.txt": [DocumentBrokenError("the cross reference is gone")]}
    desk = Desk(extractor=ScriptedExtractor(broken), archives=in_archive("a.txt", "b.txt", "c/d.txt"))
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert {path: one.status.value for path, one in desk.documents.items()} == {
        "a.txt": "failed",
        "b.txt": "ready",
        "c/d.txt": "ready",
    }
    assert desk.rig.run.status is RunStatus.COMPLETE
    assert desk.rig.steps()[3].metadata["failures"] == {"document_broken": 1}
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_what_is_inside_of_a_document_is_no_document() -> None:
    archives = in_archive("a.docx", "a.docx!/word/document.xml", "a.docx more", "b.zip!/c.txt", "d!/e.txt!/f.txt")
    desk = Desk(archives=archives)
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert sorted(desk.documents) == ["a.docx", "a.docx more", "b.zip!/c.txt", "d!/e.txt!/f.txt"]


@in_virtual_time
async def test_archives_that_do_not_ask_have_no_documents() -> None:
    desk = Desk(archives=in_archive("a.txt"))
    desk.rig.processors = desk.with_plain_archives()
    await desk.rig.stored()
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.documents == {}


@in_virtual_time
async def test_what_does_not_answer_is_waited_for_and_nothing_is_read_twice() -> None:
    away = StorageUnavailableError("the store is away")
    desk = Desk(extractor=ScriptedExtractor({"b.txt": [away, "b"]}), archives=in_archive("a.txt", "b.txt"))
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "postponed"
    assert desk.documents["a.txt"].status is DocumentStatus.CLASSIFYING
    await desk.pass_time(minutes=10)
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.extractor.read == ["a.txt", "b.txt", "b.txt"]
    assert all(document.status is DocumentStatus.READY for document in desk.documents.values())


@in_virtual_time
async def test_documents_that_a_job_did_not_come_to_fail_with_it_and_are_read_when_it_is_tried_again() -> None:
    away = StorageUnavailableError("the store is away")
    acts = {"b.txt": [away] * 5 + ["b"]}
    desk = Desk(extractor=ScriptedExtractor(acts), archives=in_archive("a.txt", "b.txt", "c.txt"))
    await desk.rig.stored(documents=True)
    while desk.rig.job.status is not JobStatus.FAILED:
        await desk.pass_time(minutes=10)
        await desk.rig.worked_off()
    assert {path: one.failure.code for path, one in desk.documents.items() if one.failure} == {
        "a.txt": "storage_unavailable",
        "b.txt": "storage_unavailable",
        "c.txt": "storage_unavailable",
    }
    await desk.rig.retry_job(desk.rig.job.id)
    assert await desk.rig.worked_off() == "succeeded"
    assert {one.status.value for one in desk.documents.values()} == {"ready"}


@in_virtual_time
async def test_what_is_attached_to_a_message_becomes_documents_of_their_own() -> None:
    attachments = (
        Attachment(index=0, name="a.txt", media_type="text/plain", size_bytes=5),
        Attachment(index=1, name="a.txt", media_type="text/plain", size_bytes=6),
        Attachment(index=2, name="photo.jpg", media_type="image/jpeg", size_bytes=9),
    )
    extractor = ScriptedExtractor({"app.tgz": [extraction("Hello", attachments=attachments)]})
    extractor.attached = {("app.tgz", 0): b"first", ("app.tgz", 1): b"second"}
    desk = Desk(extractor=extractor)
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "succeeded"
    message = desk.documents["app.tgz"]
    assert set(desk.documents) == {"app.tgz", "app.tgz!/a.txt", "app.tgz!/a (2).txt"}
    second = desk.documents["app.tgz!/a (2).txt"]
    assert (second.parent_id, second.status, await desk.text(second)) == (message.id, DocumentStatus.READY, "second")
    await desk.rig.assert_tidy()
    await desk.rig.start_again()
    assert await desk.rig.worked_off() == "succeeded"
    assert {one.id for one in desk.documents.values()} >= {message.id, second.id}
    assert len(desk.documents) == 3
    await desk.rig.assert_tidy()
    await desk.delete(second)
    await desk.rig.assert_tidy()
    await desk.rig.start_again()
    assert await desk.rig.worked_off() == "succeeded"
    paths = sorted(file.path for file in desk.rig.database.state.files.values())
    assert paths == ["app.tgz", "app.tgz!/a (2).txt", "app.tgz!/a.txt"], "each is there once"
    await desk.delete(message)
    assert (desk.documents, await desk.rig.objects()) == ({}, set())


@in_virtual_time
async def test_a_classifier_that_is_of_no_use_is_passed_over_and_one_that_is_away_is_waited_for() -> None:
    refusing = ScriptedClassifier(ClassifierName.LLM, error=ClassifierRefusedError("it would not say"))
    rules = ScriptedClassifier()
    desk = Desk(classifiers=[refusing, rules])
    category = await desk.category("invoice")
    await desk.rig.stored(data=b"an invoice", run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "succeeded"
    verdict = desk.document.verdict
    assert verdict is not None
    assert (verdict.category_id, verdict.classified_by) == (category.id, ClassifierName.RULES)
    assert "it would not say" in verdict.reasons[-1].text
    refusing.error = ClassifierUnavailableError()
    await desk.rig.start_again()
    assert await desk.rig.worked_off() == "postponed"
    assert desk.document.status is DocumentStatus.CLASSIFYING
    refusing.error = None
    await desk.pass_time(minutes=10)
    assert await desk.rig.worked_off() == "succeeded"


@in_virtual_time
async def test_reading_again_replaces_text_index_and_verdict_and_leaves_no_bytes_behind() -> None:
    desk = Desk(extractor=ScriptedExtractor({"app.tgz": ["the old words", "some new words"]}))
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()
    before = desk.document
    await desk.rig.start_again()
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.document.id == before.id
    assert (await desk.found("old"), await desk.found("new")) == ([], ["app.tgz"])
    await desk.rig.assert_tidy()

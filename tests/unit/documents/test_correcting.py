"""What people say of documents wins, stays and teaches."""

import pytest

from forebay.adapters.memory.documents import MemoryLearnedModels
from forebay.application.documents.learn_from_corrections import KEPT_MODELS
from forebay.application.documents.show_documents import ListDocuments, ListDocumentsQuery
from forebay.domain.documents.document import DocumentStatus
from forebay.domain.documents.errors import CategoryNotFoundError, DocumentNotFoundError, NothingToLearnError
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.verdict import ClassifierName
from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.run import RunType
from tests.unit.documents.desk import Desk
from tests.unit.documents.scripted import ScriptedClassifier
from tests.unit.intake.archives import ScriptedArchives, entry
from tests.unit.processing.virtual_time import in_virtual_time


@in_virtual_time
async def test_a_correction_wins_over_every_model_and_stays_when_the_run_is_read_again() -> None:
    desk = Desk()
    await desk.category("invoice")
    letter = await desk.category("letter")
    await desk.rig.stored(data=b"an invoice", run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()
    corrected = await desk.correct(desk.document, category="LETTER", title=" A  letter ")
    assert corrected.verdict is not None
    assert (corrected.verdict.category_id, corrected.verdict.confidence) == (letter.id, 1.0)
    assert (corrected.title, corrected.status) == ("A letter", DocumentStatus.READY)
    await desk.rig.start_again()
    assert await desk.rig.worked_off() == "succeeded"
    document = desk.document
    assert document.verdict is not None
    assert (document.verdict.classified_by, document.verdict.category_id) == (ClassifierName.PERSON, letter.id)
    assert document.title == "A letter"
    assert await desk.found("letter") == ["app.tgz"]


@in_virtual_time
async def test_a_person_may_say_that_no_category_fits() -> None:
    desk = Desk()
    await desk.category("invoice")
    await desk.rig.stored(data=b"an invoice", run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()
    await desk.correct(desk.document, uncategorised=True)
    await desk.rig.start_again(kind="document_classification")
    assert await desk.rig.worked_off() == "succeeded"
    verdict = desk.document.verdict
    assert verdict is not None
    assert (verdict.category_id, verdict.classified_by) == (None, ClassifierName.PERSON)


@in_virtual_time
async def test_classifying_again_looks_at_what_is_ready() -> None:
    desk = Desk()
    await desk.rig.stored(data=b"an invoice", run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()
    assert desk.document.verdict is not None
    assert desk.document.verdict.category_id is None
    category = await desk.category("invoice")
    await desk.rig.start_again(kind="document_classification")
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.document.verdict is not None
    assert desk.document.verdict.category_id == category.id
    assert desk.extractor.read == ["app.tgz"], "it was not read again"


@in_virtual_time
async def test_a_category_is_found_however_its_name_is_typed() -> None:
    desk = Desk()
    await desk.category("Résumé")
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    await desk.correct(desk.document, category=" RE\u0301SUME\u0301 ")
    listed = ListDocuments(unit_of_work=desk.rig.units)
    page = await listed(ListDocumentsQuery(category="re\u0301sume\u0301"))
    assert [item.category for item in page.items] == ["Résumé"]


@in_virtual_time
async def test_what_makes_no_sense_is_refused() -> None:
    desk = Desk()
    await desk.category("invoice")
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    for said, error in (
        ({}, InvalidInputError),
        ({"category": "invoice", "uncategorised": True}, InvalidInputError),
        ({"category": "no such"}, CategoryNotFoundError),
        ({"title": "  "}, InvalidInputError),
    ):
        with pytest.raises(error):
            await desk.correct(desk.document, **said)
    gone = desk.document
    await desk.delete(gone)
    with pytest.raises(DocumentNotFoundError):
        await desk.correct(gone, title="late")


@in_virtual_time
async def test_corrections_teach_and_what_was_learned_is_used_by_who_did_not_learn_it() -> None:
    desk = Desk(classifiers=[ScriptedClassifier(ClassifierName.LOCAL)])
    await desk.category("invoice")
    with pytest.raises(NothingToLearnError):
        await desk.learn()
    await desk.rig.stored(data=b"a bill", run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()
    await desk.correct(desk.document, uncategorised=True)
    await desk.correct(desk.document, category="invoice")
    first = await desk.learn()
    assert (first.version, first.correction_count, first.category_count) == (1, 1, 1)
    assert desk.classifiers[0].learned == b"a bill=invoice"
    other = ScriptedClassifier(ClassifierName.LOCAL)
    elsewhere = desk.current_model_of(other)
    await elsewhere.refresh()
    assert (other.version, other.learned) == (1, b"a bill=invoice")
    assert (await desk.learn()).version == 2
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_two_who_learn_at_once_make_two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(classifiers=[ScriptedClassifier(ClassifierName.LOCAL)])
    await desk.category("invoice")
    await desk.rig.stored(data=b"a bill", run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()
    await desk.correct(desk.document, category="invoice")
    await desk.learn()
    newest, looks = MemoryLearnedModels.newest, iter([None])

    async def too_early(models: MemoryLearnedModels) -> LearnedModel | None:
        return next(looks, await newest(models))

    monkeypatch.setattr(MemoryLearnedModels, "newest", too_early)
    assert (await desk.learn()).version == 2
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_only_the_newest_models_are_kept() -> None:
    desk = Desk(classifiers=[ScriptedClassifier(ClassifierName.LOCAL)])
    await desk.category("invoice")
    for number in range(KEPT_MODELS + 2):
        await desk.rig.stored(data=b"bill %d" % number, run_type=RunType.DOCUMENT)
        await desk.rig.worked_off()
        await desk.correct(desk.documents_by_age[-1], category="invoice")
        await desk.learn()
    assert sorted(desk.rig.database.state.learned) == list(range(3, KEPT_MODELS + 3))
    await desk.rig.assert_tidy()


@in_virtual_time
async def test_documents_are_classified_without_a_learned_model_that_cannot_be_used() -> None:
    local = ScriptedClassifier(ClassifierName.LOCAL)
    desk = Desk(classifiers=[local])
    category = await desk.category("invoice")
    await desk.rig.stored(data=b"an invoice", run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()
    await desk.correct(desk.document, category="invoice")
    await desk.learn()
    local.refuses = True
    desk.forget_models()
    await desk.rig.stored(data=b"an invoice, too", run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "succeeded"
    assert (local.learned, local.version) == (None, 0)
    verdicts = [one.verdict for one in desk.rig.database.state.documents.values()]
    assert [verdict.category_id for verdict in verdicts if verdict is not None] == [category.id, category.id]
    step = desk.rig.steps(desk.rig.jobs[-1])[-1]
    assert "learn again" in str(step.metadata["learned_model"])


@in_virtual_time
async def test_deleting_a_document_within_an_archive_leaves_the_archive_whole() -> None:
    desk = Desk(archives=ScriptedArchives([entry("a.txt"), entry("b.txt")]))
    await desk.rig.stored(documents=True)
    await desk.rig.worked_off()
    await desk.delete(desk.documents["a.txt"])
    assert set(desk.documents) == {"b.txt"}
    assert [file.path for file in desk.rig.database.state.files.values()] == ["app.tgz"]
    assert await desk.found("a") == []
    await desk.rig.assert_tidy()

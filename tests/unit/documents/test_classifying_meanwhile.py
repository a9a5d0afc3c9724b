"""What changes while a document is classified: its category goes, it goes itself, it is read again."""

from collections.abc import Awaitable, Callable, Sequence

from forebay.application.ports.classification import Opinion, Sample
from forebay.domain.documents.category import Category
from forebay.domain.documents.document import DocumentStatus
from forebay.domain.intake.run import RunType
from tests.unit.documents.desk import Desk
from tests.unit.documents.scripted import ScriptedClassifier
from tests.unit.intake.archives import ScriptedArchives, entry
from tests.unit.processing.virtual_time import in_virtual_time


class Interrupted(ScriptedClassifier):
    """Something else happens once, while it thinks."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return await super().classify(sample, categories)


@in_virtual_time
async def test_a_category_that_is_deleted_meanwhile_is_given_to_nobody() -> None:
    classifier = Interrupted()
    desk = Desk(classifiers=[classifier])
    category = await desk.category("invoice")

    async def forget() -> None:
        async with desk.rig.units() as work:
            await work.categories.delete(category.id)
            await work.commit()

    classifier.meanwhile = forget
    await desk.rig.stored(data=b"an invoice", run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.document.status is DocumentStatus.READY
    assert desk.document.verdict is not None
    assert desk.document.verdict.category_id is None


@in_virtual_time
async def test_a_document_that_is_deleted_before_its_turn_is_passed_over() -> None:
    classifier = Interrupted()
    desk = Desk(classifiers=[classifier], archives=ScriptedArchives([entry("a.txt"), entry("b.txt")]))

    async def delete_the_other() -> None:
        (other,) = [one for one in desk.documents.values() if one.status is DocumentStatus.CLASSIFYING][1:]
        await desk.delete(other)

    classifier.meanwhile = delete_the_other
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.document.status is DocumentStatus.READY


@in_virtual_time
async def test_a_document_that_is_read_again_meanwhile_is_left_to_who_reads_it() -> None:
    classifier = Interrupted()
    desk = Desk(classifiers=[classifier])
    await desk.rig.stored(data=b"an invoice", run_type=RunType.DOCUMENT)
    await desk.rig.worked_off()

    async def find_again() -> None:
        async with desk.rig.units() as work:
            document = await work.documents.get(desk.document.id, for_update=True)
            file = await work.files.get(document.file_id)
            await work.documents.update(document.found_again(file, at=desk.clock.now()))
            await work.commit()

    classifier.meanwhile = find_again
    await desk.rig.start_again(kind="document_classification")
    assert await desk.rig.worked_off() == "succeeded"
    assert desk.document.status is DocumentStatus.UPLOADED, "it still waits to be read"

"""What is expected of categories, corrections and learned models. A database may begin with categories."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.application.ports.documents import DocumentFilter
from forebay.domain.documents.category import Category
from forebay.domain.documents.document import Document
from forebay.domain.documents.errors import CategoryExistsError, CategoryNotFoundError, DocumentNotFoundError
from forebay.domain.documents.verdict import ClassifierName, Correction
from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.testing.document_examples import (
    Library,
    a_category,
    a_correction,
    a_document,
    a_learned_model,
    a_verdict,
)
from forebay.testing.intake_examples import MORNING, a_blob
from forebay.testing.job_examples import a_model


class CategoriesContract:
    """Categories by id and by name."""

    async def test_a_category_comes_back_as_it_was_added(self, library: Library) -> None:
        category = a_category("Größe 名前")
        await library.categorise(category)
        async with library.open(write=False) as work:
            assert await work.categories.get(category.id) == category
            assert await work.categories.find("GRÖSSE 名前") == category
            assert await work.categories.find(" GRO\u0308SSE 名前 ") == category, "as it may be typed as well"
            assert await work.categories.find("größe") is None
            assert await work.categories.find("\0") is None

    async def test_a_name_is_taken_once_whatever_its_capitals(self, library: Library) -> None:
        first, second = a_category("straße"), a_category("other")
        await library.categorise(first, second)
        with pytest.raises(CategoryExistsError):
            await library.categorise(a_category("STRASSE"))
        with pytest.raises(CategoryExistsError):
            await self._update(library, replace(second, name="Straße"))
        with pytest.raises(ConflictError):
            await library.categorise(replace(first, name="another"))

    async def test_an_update_of_a_category_writes_what_may_change(self, library: Library) -> None:
        category = a_category()
        await library.categorise(category)
        later = MORNING + timedelta(days=1)
        changed = replace(
            category, name=category.name.upper(), description="", rules=(), examples=("a",), updated_at=later
        )
        await self._update(library, replace(changed, created_at=later))
        async with library.open(write=False) as work:
            assert await work.categories.get(category.id, for_update=False) == changed

    async def test_categories_are_listed_by_name(self, library: Library) -> None:
        mine = [a_category(f"{prefix} {uuid4()}") for prefix in ("Zz", "aa", "ä", "zz", "AA", "名")]
        await library.categorise(*mine)
        async with library.open(write=False) as work:
            listed = [one.name for one in await work.categories.list()]
        assert listed == sorted(listed)
        assert {one.name for one in mine} <= set(listed)

    async def test_a_category_that_is_not_there_is_not_found(self, library: Library) -> None:
        async with library.open(write=False) as work:
            with pytest.raises(CategoryNotFoundError):
                await work.categories.get(uuid4())
        with pytest.raises(CategoryNotFoundError):
            await self._update(library, a_category())
        with pytest.raises(CategoryNotFoundError):
            await self._delete(library, uuid4())

    async def test_what_cannot_be_stored_is_refused(self, library: Library) -> None:
        with pytest.raises(InvalidInputError):
            await library.categorise(a_category("a\0b"))
        with pytest.raises(InvalidInputError):
            await library.categorise(a_category(description="\ud800"))

    async def test_documents_of_a_deleted_category_are_uncategorised(self, library: Library) -> None:
        gone, kept = a_category(), a_category()
        await library.categorise(gone, kept)
        document, other = [await library.added(verdict=a_verdict(category)) for category in (gone, kept)]
        correction = a_correction(other, kept, number=3)
        taken_back = a_correction(other, gone, number=2)
        await library.correct(a_correction(document, gone, number=1), taken_back, correction)
        await self._delete(library, gone.id)
        verdict = (await library.document(document.id)).verdict
        assert verdict is None or verdict.category_id is None
        assert await library.ids(DocumentFilter(uncategorised=True)) == [document.id]
        assert await library.document(other.id) == other
        async with library.open(write=False) as work:
            assert await work.corrections.latest(document.id) is None
            assert await work.corrections.latest(other.id) == correction

    async def test_a_person_has_said_nothing_of_documents_whose_category_was_deleted(self, library: Library) -> None:
        gone = a_category()
        await library.categorise(gone)
        document = await library.added(verdict=a_verdict(gone, by=ClassifierName.PERSON))
        nothing_fits = await library.added(verdict=a_verdict(None, by=ClassifierName.PERSON))
        await self._delete(library, gone.id)
        assert (await library.document(document.id)).verdict is None, "models may be asked again"
        assert await library.document(nothing_fits.id) == nothing_fits

    async def test_names_are_those_of_all_categories(self, library: Library) -> None:
        categories = [a_category() for _ in range(3)]
        for category in categories:
            await library.categorise(category)
        async with library.open(write=False) as work:
            names = await work.categories.names()
        assert {one.id: one.name for one in categories}.items() <= names.items()

    async def _update(self, library: Library, category: Category) -> None:
        async with library.open() as work:
            await work.categories.update(category)
            await work.commit()

    async def _delete(self, library: Library, category_id: UUID) -> None:
        async with library.open() as work:
            await work.categories.get(category_id, for_update=True)
            await work.categories.delete(category_id)
            await work.commit()


class CorrectionsContract:
    """Corrections: the newest one of a document counts."""

    async def test_the_newest_correction_counts(self, library: Library) -> None:
        category, document = a_category(), await library.added()
        await library.categorise(category)
        corrections = [a_correction(document, category, number=n) for n in (3, 1)]
        corrections.append(a_correction(document, None, number=7))
        await library.correct(*corrections)
        async with library.open(write=False) as work:
            assert await work.corrections.latest(document.id) == corrections[2]
            assert await work.corrections.latest(uuid4()) is None

    async def test_of_each_document_the_newest_is_listed_in_pages(self, library: Library) -> None:
        category = a_category()
        await library.categorise(category)
        file = await library.uploaded()
        documents = [a_document(file) for _ in range(7)]
        await library.add(*documents)
        wanted: list[Correction] = []
        number = 0
        for document in documents:
            made = []
            for _ in range(2):
                number += 1
                made.append(a_correction(document, category, number=number))
            await library.correct(*made)
            wanted.insert(0, made[-1])
        seen: list[Correction] = []
        while True:
            async with library.open(write=False) as work:
                page = await work.corrections.list_latest(before=seen[-1].id if seen else None, limit=3)
            seen += page
            if len(page) < 3:
                break
        assert seen == wanted

    async def test_a_correction_needs_its_document_and_category(self, library: Library) -> None:
        document, category = await library.added(), a_category()
        await library.categorise(category)
        stranger: Document = a_document(await library.uploaded())
        with pytest.raises(DocumentNotFoundError):
            await library.correct(a_correction(stranger, category))
        with pytest.raises(CategoryNotFoundError):
            await library.correct(a_correction(document, a_category()))

    async def test_corrections_go_with_their_document(self, library: Library) -> None:
        document = await library.added()
        await library.correct(a_correction(document, None))
        await library.delete(document.id)
        async with library.open(write=False) as work:
            assert await work.corrections.latest(document.id) is None
            assert list(await work.corrections.list_latest(before=None, limit=10)) == []

    async def test_what_was_taken_back_does_not_come_back_with_a_deleted_category(self, library: Library) -> None:
        first, second = a_category(), a_category()
        for category in (first, second):
            await library.categorise(category)
        file = await library.uploaded()
        back, on = a_document(file), a_document(file)
        await library.add(back, on)
        await library.correct(a_correction(back, first, number=1), a_correction(back, second, number=2))
        await library.correct(a_correction(on, second, number=3), kept := a_correction(on, first, number=4))
        async with library.open() as work:
            await work.categories.get(second.id, for_update=True)
            await work.categories.delete(second.id)
            await work.commit()
        async with library.open(write=False) as work:
            assert await work.corrections.latest(back.id) is None
            assert await work.corrections.latest(on.id) == kept


class LearnedModelsContract:
    """Learned models by version."""

    async def test_all_but_the_newest_are_pruned_and_their_blobs_may_go(self, library: Library) -> None:
        blobs = [a_blob() for _ in range(3)]
        async with library.open() as work:
            model = await work.models.ensure(a_model())
            for version, blob in enumerate((*blobs, blobs[0]), 1):
                await work.blobs.claim(blob)
                await work.learned.add(a_learned_model(blob, model, version=version))
            await work.commit()
        async with library.open() as work:
            gone = await work.learned.prune(keep=2)
            assert set(gone) == {blobs[0].sha256, blobs[1].sha256}
            assert [await work.blobs.release(digest) for digest in (blobs[0].sha256, blobs[1].sha256)] == [
                None,
                blobs[1].object_key,
            ]
            assert list(await work.learned.prune(keep=2)) == []
            await work.commit()
        async with library.open(write=False) as work:
            assert [one.version for one in await work.learned.list()] == [4, 3]

    async def test_models_are_listed_newest_first(self, library: Library) -> None:
        async with library.open() as work:
            assert await work.learned.newest() is None
            assert list(await work.learned.list()) == []
            model = await work.models.ensure(a_model())
            learned = []
            for version in (2, 1, 10):
                blob = await work.blobs.claim(a_blob())
                learned.append(a_learned_model(blob, model, version=version))
                await work.learned.add(learned[-1])
            await work.commit()
        async with library.open(write=False) as work:
            assert list(await work.learned.list()) == [learned[2], learned[0], learned[1]]
            assert await work.learned.newest() == learned[2]

    async def test_a_version_is_taken_once_and_needs_its_blob_which_stays(self, library: Library) -> None:
        blob = a_blob()
        async with library.open() as work:
            model = await work.models.ensure(a_model())
            await work.blobs.claim(blob)
            await work.learned.add(a_learned_model(blob, model))
            await work.commit()
        for broken, error in (
            (a_learned_model(blob, model), ConflictError),
            (a_learned_model(a_blob(), model, version=2), BlobNotFoundError),
        ):
            async with library.open() as work:
                with pytest.raises(error):
                    await work.learned.add(broken)
        async with library.open() as work:
            assert await work.blobs.release(blob.sha256) is None

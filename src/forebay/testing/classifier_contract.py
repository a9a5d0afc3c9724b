"""The contract of classifiers. To hold an adapter to it:

    class TestMine(ClassifierContract):
        @pytest.fixture
        async def classifier(self) -> Classifier:
            return MyClassifier()

LearningClassifierContract is for one that learns besides; its fixture is called `learner`. The attributes are
tolerances; set them in the subclass. Needs pytest and pytest-asyncio.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from forebay.application.ports.classification import Classifier, LabelledSample, LearningClassifier, Opinion, Sample
from forebay.domain.documents.category import Category
from forebay.domain.documents.errors import ClassifierRefusedError, NothingToLearnError
from forebay.domain.documents.verdict import ReasonKind
from forebay.testing.classifier_examples import INVOICES, LETTERS, RECIPES, a_category, a_sample, corrections_of

__all__ = ["ClassifierContract", "LearningClassifierContract"]

_STRANGE = ["", " \n\t", "\x00", "e\u0301" * 50, "\u202e\u200d\ufeff", "😀" * 100, "𒀀" * 20, "\ud800", "%s{}<>&"]


class ClassifierContract:
    """An opinion is about the categories given, and always says why."""

    concurrent = 20
    characters = 5_000_000  # of an enormous text

    async def test_without_categories_it_abstains(self, classifier: Classifier) -> None:
        opinion = await _opinion(classifier, a_sample(INVOICES.texts[0]), [])
        assert opinion.category_id is None

    async def test_with_one_category_it_may_still_abstain(self, classifier: Classifier) -> None:
        opinion = await _opinion(classifier, a_sample(RECIPES.texts[0]), [a_category(INVOICES)])
        assert opinion.model.kind == "classifier"

    @pytest.mark.parametrize("text", _STRANGE, ids=ascii)
    async def test_any_text_will_do(self, classifier: Classifier, text: str) -> None:
        await _opinion(classifier, a_sample(text), _categories())
        await _opinion(classifier, a_sample(text, title=text), _categories())

    async def test_nothing_to_read_is_no_category(self, classifier: Classifier) -> None:
        opinion = await _opinion(classifier, a_sample("", title=""), _categories())
        assert opinion.category_id is None

    async def test_an_enormous_text(self, classifier: Classifier) -> None:
        for text in (INVOICES.texts[0] + " ", "a"):
            whole = text * (self.characters // len(text))
            await _opinion(classifier, a_sample(whole), _categories())

    async def test_categories_may_say_next_to_nothing(self, classifier: Classifier) -> None:
        bare = [a_category(INVOICES, name=name, bare=True) for name in ("x", "…", "請求書")]
        await _opinion(classifier, a_sample(INVOICES.texts[0]), bare)

    async def test_the_event_loop_goes_on_meanwhile(self, classifier: Classifier) -> None:
        text = INVOICES.texts[0] * 1_000
        work = asyncio.create_task(_opinion(classifier, a_sample(text), _categories()))
        turns = 0
        while not work.done():
            await asyncio.sleep(0)
            turns += 1
        await work
        assert turns > 2

    async def test_many_at_the_same_time_do_not_mix(self, classifier: Classifier) -> None:
        categories = _categories()
        samples = [a_sample(text) for topic in (INVOICES, LETTERS, RECIPES) for text in topic.texts]
        alone = [(await _opinion(classifier, sample, categories)).category_id for sample in samples]
        many = await asyncio.gather(
            *(_opinion(classifier, sample, categories) for _ in range(self.concurrent) for sample in samples)
        )
        assert [opinion.category_id for opinion in many] == alone * self.concurrent

    async def test_the_order_of_categories_does_not_matter(self, classifier: Classifier) -> None:
        categories = _categories()
        for text in (INVOICES.texts[0], LETTERS.texts[0], RECIPES.texts[0]):
            forth = await _opinion(classifier, a_sample(text), categories)
            back = await _opinion(classifier, a_sample(text), categories[::-1])
            assert forth.category_id == back.category_id

    async def test_what_is_plain_is_recognised(self, classifier: Classifier) -> None:
        categories = _categories()
        for topic, category in zip((INVOICES, LETTERS, RECIPES), categories, strict=True):
            opinion = await _opinion(classifier, a_sample(topic.plain), categories)
            assert opinion.category_id == category.id, opinion


class LearningClassifierContract(ClassifierContract):
    """What it learned is bytes: the same for the same corrections, refused when they are anything else."""

    @pytest.fixture
    async def classifier(self, learner: LearningClassifier) -> Classifier:
        return learner

    async def test_there_is_nothing_to_learn_from_nothing(self, learner: LearningClassifier) -> None:
        with pytest.raises(NothingToLearnError):
            await learner.learn([], _categories())

    async def test_corrections_to_categories_that_are_gone_teach_nothing(self, learner: LearningClassifier) -> None:
        gone, there = a_category(INVOICES), a_category(LETTERS)
        with pytest.raises(NothingToLearnError):
            await learner.learn(corrections_of(INVOICES, gone), [there])

    async def test_the_same_corrections_give_the_same_bytes(self, learner: LearningClassifier) -> None:
        samples, categories = _corrections()
        assert await learner.learn(samples, categories) == await learner.learn(samples, categories)

    async def test_it_learns_what_people_say_even_against_its_first_opinion(self, learner: LearningClassifier) -> None:
        categories = _categories()
        invoices, _, recipes = categories
        samples = corrections_of(INVOICES, recipes) + corrections_of(RECIPES, invoices)
        learned = await learner.learn(samples * 5, categories)
        await learner.use(learned, version=1)
        for topic, expected in ((INVOICES, recipes), (RECIPES, invoices)):
            opinion = await _opinion(learner, a_sample(topic.texts[0]), categories)
            assert opinion.category_id == expected.id, opinion

    async def test_it_forgets_when_told_to(self, learner: LearningClassifier) -> None:
        samples, categories = _corrections()
        before = [await _opinion(learner, labelled.sample, categories) for labelled in samples]
        await learner.use(await learner.learn(samples, categories), version=1)
        await learner.use(None, version=0)
        assert [await _opinion(learner, labelled.sample, categories) for labelled in samples] == before

    async def test_the_version_is_told(self, learner: LearningClassifier) -> None:
        samples, categories = _corrections()
        await learner.use(await learner.learn(samples, categories), version=42)
        assert (await _opinion(learner, samples[0].sample, categories)).model.version == "42"

    async def test_a_category_that_is_gone_is_never_named(self, learner: LearningClassifier) -> None:
        samples, categories = _corrections()
        await learner.use(await learner.learn(samples, categories), version=1)
        for labelled in samples:
            await _opinion(learner, labelled.sample, categories[1:])

    async def test_a_category_that_came_later_is_recognised_too(self, learner: LearningClassifier) -> None:
        categories = _categories()
        invoices, letters, recipes = categories
        samples = corrections_of(INVOICES, invoices) + corrections_of(LETTERS, letters)
        await learner.use(await learner.learn(samples, [invoices, letters]), version=1)
        opinion = await _opinion(learner, a_sample(RECIPES.plain), categories)
        assert opinion.category_id == recipes.id, opinion

    async def test_what_is_none_of_them_can_be_learned(self, learner: LearningClassifier) -> None:
        categories = _categories()[:2]
        samples = corrections_of(INVOICES, categories[0]) + corrections_of(LETTERS, categories[1])
        samples += corrections_of(RECIPES, None)
        await learner.use(await learner.learn(samples * 3, categories), version=1)
        assert (await _opinion(learner, a_sample(RECIPES.texts[0]), categories)).category_id is None

    @pytest.mark.parametrize("kept", [0, 1, 10, 100])
    async def test_a_part_of_what_was_learned_is_refused(self, learner: LearningClassifier, kept: int) -> None:
        learned = await learner.learn(*_corrections())
        with pytest.raises(ClassifierRefusedError):
            await learner.use(learned[:kept], version=1)
        with pytest.raises(ClassifierRefusedError):
            await learner.use(learned[: len(learned) - 1], version=1)

    @pytest.mark.parametrize("rubbish", [b"rubbish", bytes(1000), b"\x80\x04K*.", b"PK\x03\x04" + bytes(100), b"{}"])
    async def test_anything_else_is_refused(self, learner: LearningClassifier, rubbish: bytes) -> None:
        with pytest.raises(ClassifierRefusedError):
            await learner.use(rubbish, version=1)

    async def test_a_byte_that_was_changed_never_does_harm(self, learner: LearningClassifier) -> None:
        samples, categories = _corrections()
        learned = await learner.learn(samples, categories)
        for at in range(0, len(learned), max(len(learned) // 50, 1)):
            changed = learned[:at] + bytes([learned[at] ^ 0xFF]) + learned[at + 1 :]
            try:
                await learner.use(changed, version=2)
            except ClassifierRefusedError:
                continue
            await _opinion(learner, samples[0].sample, categories)

    async def test_what_was_refused_leaves_what_was_in_use(self, learner: LearningClassifier) -> None:
        samples, categories = _corrections()
        await learner.use(await learner.learn(samples, categories), version=7)
        with pytest.raises(ClassifierRefusedError):
            await learner.use(b"rubbish", version=8)
        assert (await _opinion(learner, samples[0].sample, categories)).model.version == "7"


def _categories() -> list[Category]:
    return [a_category(topic) for topic in (INVOICES, LETTERS, RECIPES)]


def _corrections() -> tuple[Sequence[LabelledSample], list[Category]]:
    categories = _categories()
    topics = (INVOICES, LETTERS, RECIPES)
    samples = [
        labelled
        for topic, category in zip(topics, categories, strict=True)
        for labelled in corrections_of(topic, category)
    ]
    return samples, categories


async def _opinion(classifier: Classifier, sample: Sample, categories: Sequence[Category]) -> Opinion:
    """What it says, once it is clear that it may say so."""
    opinion = await classifier.classify(sample, categories)
    allowed: set[UUID | None] = {None, *(category.id for category in categories)}
    assert opinion.category_id in allowed
    assert 0 <= opinion.confidence <= 1
    assert opinion.reasons
    assert all(reason.text.strip() for reason in opinion.reasons)
    if opinion.category_id is None:
        assert any(reason.kind is ReasonKind.ABSTAINED for reason in opinion.reasons)
    return opinion

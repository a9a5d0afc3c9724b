"""The classifier that learns on this machine: what it goes by, when it abstains, what it makes of corrections."""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load, save

from forebay.adapters.classification import embedding
from forebay.adapters.classification.local import LocalClassifier
from forebay.adapters.classification.regression import Samples, fit, softmax
from forebay.adapters.classification.terms import count_terms, vocabulary_of
from forebay.application.ports.classification import LabelledSample
from forebay.domain.documents.errors import ClassifierRefusedError, NothingToLearnError
from forebay.domain.documents.verdict import ReasonKind
from forebay.domain.errors import SettingError
from forebay.testing.classifier_examples import INVOICES, LETTERS, RECIPES, Topic, a_category, a_sample, corrections_of

TOPICS = (INVOICES, LETTERS, RECIPES)
CATEGORIES = [a_category(topic) for topic in TOPICS]


def corrections(topics: Sequence[Topic] = TOPICS) -> list[LabelledSample]:
    return [each for topic in topics for each in corrections_of(topic, a_category(topic))]


async def taught(samples: Sequence[LabelledSample], *, threshold: float = 0.6) -> LocalClassifier:
    classifier = LocalClassifier(threshold=threshold)
    await classifier.use(await classifier.learn(samples, CATEGORIES), version=1)
    return classifier


async def test_reasons_are_the_description_that_is_near_and_the_words_that_spoke_for_it() -> None:
    opinion = await LocalClassifier().classify(a_sample(INVOICES.plain), CATEGORIES)
    first, *others = opinion.reasons
    assert first.kind is ReasonKind.EXAMPLE
    assert first.text.startswith("like the description of Invoice: Invoice: Bills from suppliers")
    assert {reason.kind for reason in others} == {ReasonKind.TERM}
    assert "invoice" in [reason.text for reason in others]
    weights = [reason.weight or 0 for reason in others]
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0


async def test_an_example_that_is_nearer_than_the_description_is_named() -> None:
    invoices = replace(CATEGORIES[0], examples=("Quite another thing", INVOICES.texts[2]))
    opinion = await LocalClassifier().classify(a_sample(INVOICES.texts[2]), [invoices, *CATEGORIES[1:]])
    assert opinion.reasons[0].text.startswith("like example 2 of Invoice: Bill for electricity")


async def test_examples_help_a_category_that_has_no_description() -> None:
    bare = [a_category(topic, bare=True, name=f"Kind {number}") for number, topic in enumerate(TOPICS)]
    shown = [replace(each, examples=topic.texts) for each, topic in zip(bare, TOPICS, strict=True)]
    for topic, category in zip(TOPICS, shown, strict=True):
        assert (await LocalClassifier().classify(a_sample(topic.plain), bare)).category_id is None
        assert (await LocalClassifier().classify(a_sample(topic.plain), shown)).category_id == category.id


async def test_below_the_threshold_it_abstains_and_names_the_likeliest() -> None:
    sure = await LocalClassifier(threshold=0).classify(a_sample(INVOICES.plain), CATEGORIES)
    unsure = await LocalClassifier(threshold=1).classify(a_sample(INVOICES.plain), CATEGORIES)
    assert sure.category_id == CATEGORIES[0].id
    assert (unsure.category_id, unsure.confidence) == (None, sure.confidence)
    assert unsure.reasons[0].text == f"the likeliest is Invoice with {sure.confidence:.2f}, below 1.00"


async def test_a_text_that_is_like_nothing_is_no_category_even_if_one_is_nearest() -> None:
    text = "The orbit of the second moon was observed with a radio telescope."
    opinion = await LocalClassifier().classify(a_sample(text), CATEGORIES)
    assert opinion.category_id is None


async def test_no_text_is_said_to_be_none() -> None:
    opinion = await LocalClassifier(threshold=0).classify(a_sample("", title=""), CATEGORIES)
    assert opinion.category_id is None
    assert [reason.text for reason in opinion.reasons] == ["there is no text to judge"]


async def test_corrections_make_it_surer_of_texts_that_it_has_not_seen() -> None:
    unseen = [(topic.plain, category) for topic, category in zip(TOPICS, CATEGORIES, strict=True)]
    before, after = LocalClassifier(), await taught(corrections())
    for text, category in unseen:
        first, then = [await each.classify(a_sample(text), CATEGORIES) for each in (before, after)]
        assert then.category_id == category.id
        assert then.confidence > first.confidence


async def test_it_learns_a_word_that_it_could_not_know() -> None:
    """Categories whose descriptions say nothing, told apart by a code."""
    first, second = (a_category(INVOICES, bare=True, name=name) for name in ("Kind one", "Kind two"))
    samples = [
        LabelledSample(sample=a_sample(f"form {code} page {number}"), category_id=category.id)
        for number in range(10)
        for code, category in (("zqx", first), ("vkw", second))
    ]
    classifier = LocalClassifier()
    await classifier.use(await classifier.learn(samples, [first, second]), version=3)
    opinion = await classifier.classify(a_sample("form vkw page 99"), [first, second])
    assert opinion.category_id == second.id
    assert opinion.reasons[1].text == "vkw"
    assert (opinion.model.name, opinion.model.version) == ("forebay-local", "3")


async def test_nothing_is_learned_of_none_of_them_until_somebody_says_so() -> None:
    classifier = LocalClassifier()
    without = load(await classifier.learn(corrections(), CATEGORIES))["weights"]
    with_it = load(await classifier.learn([*corrections(), *corrections_of(RECIPES, None)], CATEGORIES))["weights"]
    assert without.shape[1] == with_it.shape[1] == len(CATEGORIES) + 1
    assert not without[:, -1].any()
    assert with_it[:, -1].any()


async def test_the_order_of_categories_does_not_change_what_is_learned() -> None:
    classifier = LocalClassifier()
    assert await classifier.learn(corrections(), CATEGORIES) == await classifier.learn(corrections(), CATEGORIES[::-1])


async def test_there_is_nothing_to_learn_without_categories() -> None:
    none = [LabelledSample(sample=a_sample("text"), category_id=None)]
    with pytest.raises(NothingToLearnError):
        await LocalClassifier().learn(none, [])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", 2),
        ("embedding", "another"),
        ("embedding_size", 255),
        ("embedding_size", "256"),
        ("classes", ["nonsense"]),
        ("classes", [None, None, None]),
        ("classes", 5),
        ("classes", [1, 2, None]),
        ("temperature", 0.0),
        ("temperature", float("nan")),
        ("temperature", "1"),
    ],
)
async def test_what_was_learned_is_refused_when_it_says_something_impossible(field: str, value: object) -> None:
    classifier = LocalClassifier()
    tensors = load(await classifier.learn(corrections(), CATEGORIES))
    about = json.loads(tensors["about"].tobytes()) | {field: value}
    tensors["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    with pytest.raises(ClassifierRefusedError, match="learn again"):
        await classifier.use(save(tensors), version=1)


@pytest.mark.parametrize("harm", ["nan", "huge", "shape", "type", "missing", "more"])
async def test_numbers_that_are_none_are_refused(harm: str) -> None:
    classifier = LocalClassifier()
    tensors = load(await classifier.learn(corrections(), CATEGORIES))
    weights = tensors["weights"].copy()
    weights[0, 0] = {"nan": np.nan, "huge": 1e9}.get(harm, 0)
    tensors["weights"] = {"shape": weights[:-1], "type": weights.astype(np.float64)}.get(harm, weights)
    if harm == "missing":
        del tensors["rarity"]
    if harm == "more":
        tensors["other"] = weights
    with pytest.raises(ClassifierRefusedError, match="damaged"):
        await classifier.use(save(tensors), version=1)


def test_without_the_package_it_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r"install forebay\[classify\]"):
        embedding.open_embedding()


def test_the_package_of_the_model_is_never_imported_and_the_root_logger_is_left_alone() -> None:
    """Its import would set up logging, and its loader would go to the network."""
    program = """
import asyncio, logging, sys
from forebay.adapters.classification.local import LocalClassifier
from forebay.testing.classifier_examples import INVOICES, a_category, a_sample
assert "numpy" not in sys.modules
asyncio.run(LocalClassifier().classify(a_sample(INVOICES.plain), [a_category(INVOICES)]))
assert "numpy" in sys.modules
assert not {"wordllama", "requests"} & set(sys.modules)
assert not logging.getLogger().handlers
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    assert logging.getLogger("wordllama").level == logging.NOTSET


def test_terms_are_words_with_letters_that_occur_in_two_documents() -> None:
    documents = [count_terms(text) for text in ("VAT 19 a 請求 VAT", "vat 19 b 請求", "once")]
    assert documents[0] == {"vat": 2, "請": 1, "求": 1}
    vocabulary = vocabulary_of(documents)
    assert vocabulary.terms == ("vat", "求", "請")
    assert np.linalg.norm(vocabulary.vector(documents[0])) == pytest.approx(1)
    assert not vocabulary.vector(documents[2]).any()


def test_a_regression_finds_the_minimum() -> None:
    """At the minimum the gradient vanishes: Xᵀ(P - Y) + penalty · W = 0."""
    dice = np.random.default_rng(1)
    features = dice.normal(size=(15, 6)).astype(np.float32)
    labels = np.concatenate([np.arange(3), dice.integers(0, 3, size=12)])
    prior = dice.normal(size=(15, 3)).astype(np.float32)
    fitted = fit(Samples(features=features, prior=prior, labels=labels))
    likely = softmax(prior + features @ fitted.weights)
    gradient = features.T @ (likely - np.eye(3)[labels]) + fitted.penalty * fitted.weights
    assert np.abs(gradient).max() < 5e-3


def test_labels_without_rhyme_or_reason_make_it_less_sure() -> None:
    dice = np.random.default_rng(2)
    prior = (6 * np.eye(3)[np.arange(200) % 3]).astype(np.float32)
    samples = Samples(
        features=dice.normal(size=(200, 4)).astype(np.float32), prior=prior, labels=dice.integers(0, 3, size=200)
    )
    assert fit(samples).temperature > 2
    agreed = replace(samples, labels=prior.argmax(axis=1))
    assert fit(agreed).temperature < 1

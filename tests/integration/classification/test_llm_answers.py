"""What language models answer, and what becomes of it."""

import msgspec
import pytest

from forebay.adapters.classification.llm import LlmClassifier
from forebay.domain.documents.errors import ClassifierRefusedError
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind
from forebay.testing.classifier_examples import INVOICES, LETTERS, a_category, a_sample
from tests.integration.classification.conftest import Opener
from tests.integration.classification.model_server import ModelServer, Reply
from tests.integration.classification.protocols import MODEL, Spoken

CATEGORIES = [a_category(INVOICES), a_category(LETTERS)]
INVOICE = CATEGORIES[0]
SAMPLE = a_sample(INVOICES.plain)


def answer(category: object = "Invoice", confidence: object = 0.9, rationale: object = "It bills.") -> str:
    return msgspec.json.encode({"category": category, "confidence": confidence, "rationale": rationale}).decode()


async def test_a_right_answer(classifier: LlmClassifier, models: ModelServer, spoken: Spoken) -> None:
    models.replies = [spoken.says(answer())]
    opinion = await classifier.classify(SAMPLE, CATEGORIES)
    assert classifier.name is ClassifierName.LLM
    assert (opinion.category_id, opinion.confidence) == (INVOICE.id, 0.9)
    assert opinion.reasons == (Reason(kind=ReasonKind.RATIONALE, text="It bills."),)
    assert (opinion.model.name, opinion.model.version) == (f"{spoken.name}/{MODEL}", "prompt-1")
    assert opinion.model.parameters["prompt_version"] == "1"
    assert (opinion.model.parameters["provider"], opinion.model.parameters["model"]) == (spoken.name, MODEL)


async def test_none_of_the_categories(classifier: LlmClassifier, models: ModelServer, spoken: Spoken) -> None:
    models.replies = [spoken.says(answer("none", 0.75, "A poem."))]
    opinion = await classifier.classify(SAMPLE, CATEGORIES)
    assert (opinion.category_id, opinion.confidence) == (None, 0.25)
    assert [reason.kind for reason in opinion.reasons] == [ReasonKind.ABSTAINED, ReasonKind.RATIONALE]


async def test_an_unsure_model_is_not_followed(open_classifier: Opener, models: ModelServer, spoken: Spoken) -> None:
    models.replies = [spoken.says(answer(confidence=0.69))]
    opinion = await open_classifier(threshold=0.7).classify(SAMPLE, CATEGORIES)
    assert (opinion.category_id, opinion.confidence) == (None, 0.69)
    assert "'Invoice' is 0.69, below 0.70" in opinion.reasons[0].text


async def test_a_category_called_none_can_be_meant(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken
) -> None:
    called_none = a_category(INVOICES, name="None")
    models.replies = [spoken.says(answer("none"))]
    assert (await classifier.classify(SAMPLE, [called_none])).category_id == called_none.id
    models.replies = [spoken.says(answer("none of these"))]
    assert (await classifier.classify(SAMPLE, [called_none])).category_id is None


async def test_without_categories_or_content_nobody_is_asked(classifier: LlmClassifier, models: ModelServer) -> None:
    assert (await classifier.classify(SAMPLE, [])).category_id is None
    assert (await classifier.classify(a_sample(" \n", title=""), CATEGORIES)).category_id is None
    assert models.requests == []


async def test_a_long_rationale_is_cut_and_put_on_one_line(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken
) -> None:
    models.replies = [spoken.says(answer(rationale="why\n\x00\u2028" * 1000))]
    text = (await classifier.classify(SAMPLE, CATEGORIES)).reasons[0].text
    assert text.startswith("why why why")
    assert len(text) <= 500


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(answer("Secret plans"), id="another category"),
        pytest.param(answer(["Invoice"]), id="a list"),
        pytest.param(answer(confidence=1.5), id="too sure"),
        pytest.param(answer(confidence=-0.1), id="less than unsure"),
        pytest.param(answer(confidence="secret"), id="no number"),
        pytest.param(answer(confidence=None), id="null"),
        pytest.param(answer(rationale={"secret": 1}), id="no text"),
        pytest.param('{"rationale": "secret"}', id="fields left out"),
        pytest.param("[]", id="no object"),
        pytest.param('"Secret"', id="a word"),
        pytest.param("{}", id="nothing"),
    ],
)
async def test_an_answer_of_another_form_is_refused(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, said: str
) -> None:
    models.replies = [spoken.says(said)]
    with pytest.raises(ClassifierRefusedError) as caught:
        await classifier.classify(SAMPLE, CATEGORIES)
    assert "ecret" not in caught.value.message
    assert len(models.requests) == 1


@pytest.mark.parametrize("said", ["I cannot tell.", '{"category": "Invoice", "conf', "", '{"confidence": NaN}'])
async def test_words_that_are_no_json_are_refused(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, said: str
) -> None:
    models.replies = [spoken.says(said, structured=False)]
    with pytest.raises(ClassifierRefusedError):
        await classifier.classify(SAMPLE, CATEGORIES)


@pytest.mark.parametrize("said", [f"```json\n{answer()}\n```", f"```\n{answer()}```", f"Gladly:\n{answer()}\nDone."])
async def test_words_around_the_json_do_no_harm(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, said: str
) -> None:
    models.replies = [spoken.says(said, structured=False)]
    assert (await classifier.classify(SAMPLE, CATEGORIES)).category_id == INVOICE.id


async def test_a_refusal(classifier: LlmClassifier, models: ModelServer, spoken: Spoken) -> None:
    models.replies = [spoken.refuses()]
    with pytest.raises(ClassifierRefusedError, match="refused to judge"):
        await classifier.classify(SAMPLE, CATEGORIES)
    assert len(models.requests) == 1


@pytest.mark.parametrize(
    "body", [b"<html>Welcome</html>", b"", b"{}", b"[]", b'{"choices": []}', b'{"content": []}', b"{", b"\xff\xfe{}"]
)
async def test_something_else_that_answers_is_told_from_a_model(
    classifier: LlmClassifier, models: ModelServer, body: bytes
) -> None:
    models.replies = [Reply(body=body, media_type="text/html")]
    with pytest.raises(ClassifierRefusedError):
        await classifier.classify(SAMPLE, CATEGORIES)


async def test_json_under_another_media_type_will_do(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken
) -> None:
    models.replies = [Reply(body=spoken.says(answer()).body, media_type="text/plain")]
    assert (await classifier.classify(SAMPLE, CATEGORIES)).category_id == INVOICE.id


@pytest.mark.parametrize("status", [200, 500])
async def test_an_enormous_answer_is_not_read(classifier: LlmClassifier, models: ModelServer, status: int) -> None:
    models.replies = [Reply(status=status, body=b" " * 8 * 1024 * 1024)]
    with pytest.raises(ClassifierRefusedError, match="longer than 1048576 bytes"):
        await classifier.classify(SAMPLE, CATEGORIES)


async def test_a_packed_answer_is_not_unpacked(classifier: LlmClassifier, models: ModelServer) -> None:
    models.replies = [Reply(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})]
    with pytest.raises(ClassifierRefusedError, match="packs its answers"):
        await classifier.classify(SAMPLE, CATEGORIES)
    assert models.requests[0].headers["accept-encoding"] == "identity"

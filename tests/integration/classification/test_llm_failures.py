"""Servers of language models that are slow, broken, busy or not to be trusted."""

import logging
import traceback

import pytest

from forebay.adapters.classification.llm import LlmClassifier
from forebay.domain.documents.errors import ClassifierRefusedError, ClassifierUnavailableError
from tests.integration.classification.conftest import Opener
from tests.integration.classification.model_server import ModelServer, Reply, Request, model_server
from tests.integration.classification.protocols import KEY, Spoken
from tests.integration.classification.test_llm_answers import CATEGORIES, INVOICE, SAMPLE, answer

BUSY = Reply(status=429, headers={"Retry-After": "7"})


async def test_a_server_that_never_answers(open_classifier: Opener, models: ModelServer) -> None:
    models.replies = [Reply(silent=True)]
    with pytest.raises(ClassifierUnavailableError, match=r"no answer within 0\.5 s.*attempts: 4"):
        await open_classifier(attempt_seconds=0.5).classify(SAMPLE, CATEGORIES)
    assert len(models.requests) == 4


async def test_a_slow_answer_is_followed_by_a_quick_one(
    open_classifier: Opener, models: ModelServer, spoken: Spoken
) -> None:
    models.replies = [Reply(silent=True), spoken.says(answer())]
    assert (await open_classifier(attempt_seconds=0.5).classify(SAMPLE, CATEGORIES)).category_id == INVOICE.id


async def test_a_connection_that_is_cut_is_made_again(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, waits: list[float]
) -> None:
    whole = spoken.says(answer())
    models.replies = [Reply(body=whole.body, cut=10), Reply(body=whole.body, cut=0), whole]
    assert (await classifier.classify(SAMPLE, CATEGORIES)).category_id == INVOICE.id
    assert len(waits) == 2


async def test_connections_that_are_always_cut(classifier: LlmClassifier, models: ModelServer) -> None:
    models.replies = [Reply(body=b"{}", cut=1)]
    with pytest.raises(ClassifierUnavailableError, match="hung up"):
        await classifier.classify(SAMPLE, CATEGORIES)


async def test_nobody_listens(spoken: Spoken, open_classifier: Opener, models: ModelServer) -> None:
    async with model_server() as gone:
        models.url = gone.url
    with pytest.raises(ClassifierUnavailableError, match="FOREBAY_LLM_URL"):
        await open_classifier().classify(SAMPLE, CATEGORIES)


async def test_a_busy_server_is_asked_again_when_it_says(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, waits: list[float]
) -> None:
    models.replies = [BUSY, spoken.says(answer())]
    assert (await classifier.classify(SAMPLE, CATEGORIES)).category_id == INVOICE.id
    assert waits == [7.0]


async def test_a_wait_that_is_too_long_is_not_begun(
    open_classifier: Opener, models: ModelServer, waits: list[float]
) -> None:
    models.replies = [BUSY]
    with pytest.raises(ClassifierUnavailableError, match="asks us to wait 7 s"):
        await open_classifier(total_seconds=5.0).classify(SAMPLE, CATEGORIES)
    assert (waits, len(models.requests)) == ([], 1)


async def test_waits_grow_and_differ(classifier: LlmClassifier, models: ModelServer, waits: list[float]) -> None:
    models.replies = [Reply(status=503)]
    with pytest.raises(ClassifierUnavailableError, match="HTTP 503"):
        await classifier.classify(SAMPLE, CATEGORIES)
    assert len(models.requests) == 4
    assert all(least <= wait <= 2 * least for wait, least in zip(waits, (0.25, 0.5, 1.0), strict=True))


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_what_may_pass_is_tried_again(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, status: int
) -> None:
    models.replies = [Reply(status=status), spoken.says(answer())]
    assert (await classifier.classify(SAMPLE, CATEGORIES)).category_id == INVOICE.id


async def test_a_server_that_says_not_to_try_again_is_heard(classifier: LlmClassifier, models: ModelServer) -> None:
    models.replies = [Reply(status=429, headers={"x-should-retry": "false"})]
    with pytest.raises(ClassifierUnavailableError, match="limits how often"):
        await classifier.classify(SAMPLE, CATEGORIES)
    assert len(models.requests) == 1


@pytest.mark.parametrize(
    ("status", "setting"),
    [(401, "LLM_API_KEY"), (402, "LLM_API_KEY"), (403, "LLM_API_KEY"), (413, "LLM_MAX_INPUT_TOKENS"), (418, "418")],
)
async def test_what_will_not_pass_is_not_tried_again(
    classifier: LlmClassifier, models: ModelServer, status: int, setting: str
) -> None:
    models.replies = [Reply(status=status)]
    with pytest.raises(ClassifierRefusedError, match=setting):
        await classifier.classify(SAMPLE, CATEGORIES)
    assert len(models.requests) == 1


@pytest.mark.parametrize("status", [400, 404, 422, 501])
async def test_a_server_without_structured_output_is_asked_in_words(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, status: int
) -> None:
    def plain_only(request: Request) -> Reply:
        return Reply(status=status) if spoken.is_structured(request) else spoken.says(answer(), structured=False)

    models.answer = plain_only
    for _ in range(2):
        assert (await classifier.classify(SAMPLE, CATEGORIES)).category_id == INVOICE.id
    assert [spoken.is_structured(request) for request in models.requests] == [True, False, False]


async def test_a_request_that_is_never_understood(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken
) -> None:
    models.replies = [Reply(status=400)]
    for _ in range(2):
        with pytest.raises(ClassifierRefusedError, match="FOREBAY_LLM_MODEL"):
            await classifier.classify(SAMPLE, CATEGORIES)
    assert [spoken.is_structured(request) for request in models.requests] == [True, False, True, False]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(
    classifier: LlmClassifier, models: ModelServer, spoken: Spoken, status: int
) -> None:
    async with model_server() as elsewhere:
        elsewhere.replies = [spoken.says(answer())]
        models.replies = [Reply(status=status, headers={"Location": elsewhere.url + spoken.path})]
        with pytest.raises(ClassifierRefusedError, match="sends us elsewhere"):
            await classifier.classify(SAMPLE, CATEGORIES)
        assert elsewhere.requests == []


@pytest.mark.parametrize("reply", [Reply(status=401), Reply(status=500), Reply(), Reply(silent=True), Reply(cut=1)])
async def test_neither_key_nor_document_are_told(
    open_classifier: Opener, models: ModelServer, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    for logger in ("", "openai", "anthropic", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=logger)
    echo = f'{{"error": {{"message": "bad key {KEY} for {SAMPLE.text}", "type": "{KEY}"}}}}'.encode()
    models.replies = [Reply(status=reply.status, body=echo, cut=reply.cut, silent=reply.silent)]
    with pytest.raises((ClassifierRefusedError, ClassifierUnavailableError)) as caught:
        await open_classifier(attempt_seconds=0.2).classify(SAMPLE, CATEGORIES)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert KEY not in told
    assert "4711" in SAMPLE.text
    assert "4711" not in told

"""The classifier that asks a language model."""

import asyncio
from collections.abc import Sequence

from forebay.adapters.classification.llm_answer import Answer, read_answer
from forebay.adapters.classification.llm_model import AttemptFailedError, ChatModel, Question
from forebay.adapters.classification.llm_prompt import VERSION, PromptOptions, compose, none_of
from forebay.adapters.classification.llm_retry import Patience, persist
from forebay.application.ports.classification import Classifier, Opinion, Sample
from forebay.domain.documents.category import Category
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind
from forebay.domain.processing.model import ModelSpec

_NOT_UNDERSTOOD = {400, 404, 422, 501}


class LlmClassifier:
    """A model's opinion, checked: it can only be one of the categories, or none of them.

    A server that does not understand a request for structured output is asked in plain words, from then on at once if
    that helped. `threshold`: the confidence below which no category is better.
    """

    name = ClassifierName.LLM

    def __init__(
        self,
        model: ChatModel,
        *,
        prompt: PromptOptions | None = None,
        patience: Patience | None = None,
        threshold: float = 0.5,
    ) -> None:
        self._model = model
        self._prompt = prompt or PromptOptions()
        self._patience = patience or Patience()
        self._threshold = threshold
        self._structured = True

    @property
    def spec(self) -> ModelSpec:
        """The prompt belongs to the model: with other words it is another one."""
        return ModelSpec(
            name=f"{self._model.provider}/{self._model.model}",
            kind="classifier",
            version=f"prompt-{VERSION}",
            parameters={
                "provider": self._model.provider,
                "model": self._model.model,
                "prompt_version": VERSION,
                "redacted": self._prompt.redacted,
                "max_input_tokens": self._prompt.max_input_tokens,
                "threshold": self._threshold,
            },
        )

    async def classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        if not categories:
            return self._abstained(0.0, "there are no categories")
        if not sample.text.strip() and not sample.title.strip():
            return self._abstained(0.0, "there is nothing to read")
        question = await asyncio.to_thread(compose, sample, categories, self._prompt)
        said = await persist(lambda: self._attempt(question), self._patience)
        answer = read_answer(said, [category.name for category in categories], none=none_of(categories))
        return self._opinion(answer, categories)

    async def _attempt(self, question: Question) -> str | bytes:
        if self._structured:
            try:
                return await self._model.ask(question, structured=True)
            except AttemptFailedError as failure:
                if failure.status not in _NOT_UNDERSTOOD:
                    raise
        said = await self._model.ask(question, structured=False)
        self._structured = False
        return said

    def _opinion(self, answer: Answer, categories: Sequence[Category]) -> Opinion:
        if answer.position is None:
            # Sure that none fits means unsure of the best that there is.
            return self._abstained(
                1.0 - answer.confidence, "the model says that none fits", *_rationale(answer.rationale)
            )
        if answer.confidence < self._threshold:
            name = categories[answer.position].name
            why = f"the confidence for {name!r} is {answer.confidence:.2f}, below {self._threshold:.2f}"
            return self._abstained(answer.confidence, why, *_rationale(answer.rationale))
        return Opinion(
            category_id=categories[answer.position].id,
            confidence=answer.confidence,
            reasons=_rationale(answer.rationale),
            model=self.spec,
        )

    def _abstained(self, confidence: float, why: str, *more: Reason) -> Opinion:
        reasons = (Reason(kind=ReasonKind.ABSTAINED, text=why), *more)
        return Opinion(category_id=None, confidence=confidence, reasons=reasons, model=self.spec)


def _rationale(text: str) -> tuple[Reason, ...]:
    return (Reason(kind=ReasonKind.RATIONALE, text=text or "the model gave no reason"),)


def _fits(classifier: LlmClassifier) -> Classifier:
    return classifier

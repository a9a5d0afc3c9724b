"""An extractor and classifiers that do what a script says."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from uuid import UUID

from forebay.application.ports.archives import RangeSource
from forebay.application.ports.classification import (
    Classifier,
    LabelledSample,
    LearningClassifier,
    Opinion,
    Sample,
)
from forebay.application.ports.text import Attachment, Extraction, TextExtractor, TextLimits
from forebay.domain.documents.category import Category
from forebay.domain.documents.errors import ClassifierRefusedError, NothingToLearnError, PreviewUnavailableError
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind
from forebay.domain.processing.model import ModelSpec

EXTRACTOR = ModelSpec(name="scripted-extractor", kind="extractor", version="3")
Act = str | Extraction | Exception | Callable[[], Awaitable[object]]


def extraction(text: str, **more: object) -> Extraction:
    fields: dict[str, object] = {
        "text": text,
        "page_starts": (),
        "page_count": None,
        "title": None,
        "language": "en",
        "needs_ocr": False,
        "attachments": (),
        "model": EXTRACTOR,
        **more,
    }
    return Extraction(**fields)  # type: ignore[arg-type] # tests name the fields that matter to them


class ScriptedExtractor:
    """What each document, by the name of its source, is read as; in order, the last one stays. Else its own bytes."""

    def __init__(self, script: Mapping[str, Sequence[Act]] | None = None) -> None:
        self._script = {name: list(acts) for name, acts in (script or {}).items()}
        self.attached: dict[tuple[str, int], bytes] = {}
        self.read: list[str] = []

    def reads(self, media_type: str) -> bool:
        return media_type.startswith(("text/", "message/")) or media_type == "application/pdf"

    async def extract(self, source: RangeSource, media_type: str, limits: TextLimits) -> Extraction:
        self.read.append(source.name)
        acts = self._script.get(source.name)
        if not acts:
            async with source.open() as chunks:
                return extraction(b"".join([chunk async for chunk in chunks]).decode())
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        if isinstance(act, Exception):
            raise act
        if isinstance(act, str):
            return extraction(act)
        if isinstance(act, Extraction):
            return act
        await act()
        return extraction("done")

    def open_attachment(
        self, source: RangeSource, media_type: str, attachment: Attachment, limits: TextLimits
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        content = self.attached[source.name, attachment.index]

        async def chunks() -> AsyncGenerator[bytes]:
            yield content[:3]
            yield content[3:]

        return aclosing(chunks())

    async def preview(self, source: RangeSource, media_type: str, limits: TextLimits, *, width: int) -> bytes:
        if media_type != "application/pdf":
            raise PreviewUnavailableError
        return f"{source.name} {width}".encode()


class ScriptedClassifier:
    """Gives the category whose name occurs in the text, if any; learns how often each was named."""

    def __init__(
        self, name: ClassifierName = ClassifierName.RULES, *, confidence: float = 0.8, error: Exception | None = None
    ) -> None:
        self._name = name
        self._confidence = confidence
        self._learned: bytes | None = None
        self.error = error
        self.refuses = False
        self.version: int | None = None
        self.samples: list[Sample] = []

    @property
    def name(self) -> ClassifierName:
        return self._name

    async def classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        self.samples.append(sample)
        if self.error is not None:
            raise self.error
        found = next((one for one in categories if one.name in sample.text), None)
        reason = Reason(kind=ReasonKind.TERM if found else ReasonKind.ABSTAINED, text=found.name if found else "none")
        return Opinion(
            category_id=found.id if found else None,
            confidence=self._confidence if found else self._confidence / 4,
            reasons=(reason,),
            model=ModelSpec(name=f"scripted-{self._name}", kind="classifier", version=str(self.version or 0)),
        )

    async def learn(self, samples: Sequence[LabelledSample], categories: Sequence[Category]) -> bytes:
        if not samples:
            raise NothingToLearnError
        names: dict[UUID | None, str] = {one.id: one.name for one in categories}
        return ";".join(f"{one.sample.text}={names.get(one.category_id)}" for one in samples).encode()

    async def use(self, learned: bytes | None, *, version: int) -> None:
        if self.refuses and learned is not None:
            raise ClassifierRefusedError("made for other vectors")
        self._learned, self.version = learned, version

    @property
    def learned(self) -> bytes | None:
        return self._learned


def _fit(extractor: ScriptedExtractor, classifier: ScriptedClassifier) -> tuple[TextExtractor, Classifier]:
    return extractor, classifier


def _learns(classifier: ScriptedClassifier) -> LearningClassifier:
    return classifier

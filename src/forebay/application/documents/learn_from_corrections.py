"""LearnFromCorrections: the local classifier learns what people said, as a new version."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from forebay.application.documents.current_model import CurrentModel
from forebay.application.documents.models import ensure_model
from forebay.application.documents.read_sample import ReadSample
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.classification import LabelledSample, LearningClassifier
from forebay.application.ports.clock import Clock
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.application.ports.ids import IdGenerator
from forebay.domain.documents.document import Document
from forebay.domain.documents.errors import DocumentNotFoundError, NothingToLearnError
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.verdict import Correction
from forebay.domain.errors import ConflictError, UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.domain.processing.model import ModelSpec

_PAGE = 100
_TRIES = 5  # at a version
KEPT_MODELS = 10  # versions; verdicts of older ones still name them
MAX_SAMPLES = 5_000  # the newest corrections count


class LearnFromCorrections:
    """Reads what the corrected documents say, learns, stores the result and uses it from now on, here and elsewhere.

    NothingToLearnError when there are too few corrections, or no classifier that learns is in use.
    """

    def __init__(
        self,
        *,
        unit_of_work: DocumentsUnitOfWorkFactory,
        blobs: BlobStore,
        learners: Sequence[LearningClassifier],
        read_sample: ReadSample,
        current_model: CurrentModel,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._learners = tuple(learners)
        self._read_sample = read_sample
        self._current_model = current_model
        self._clock = clock
        self._ids = ids

    async def __call__(self) -> LearnedModel:
        if not self._learners:
            raise NothingToLearnError("no classifier that learns is in use; add local to FOREBAY_CLASSIFIERS")
        learner = self._learners[0]
        async with self._unit_of_work(write=False) as work:
            categories = await work.categories.list()
        samples = await self._samples()
        learned = await learner.learn(samples, categories)
        sha256 = Sha256(hashlib.sha256(learned).hexdigest())
        owner_run = self._ids.new_id()  # object keys have a run in them; a model is of none
        key = ObjectKey.build(owner=None, run_id=owner_run, name=self._ids.random_id(), extension=".model")
        await self._blobs.put(key, learned)
        model, spare = await self._record_next(learner, samples, len(learned), sha256, key)
        with suppress(UnavailableError):  # then they are orphans, and the sweep removes them
            for unused in spare:
                await self._blobs.delete(unused)
        await self._current_model.refresh()
        return model

    async def _samples(self) -> list[LabelledSample]:
        """Those of the newest corrections, the oldest of them first."""
        samples: list[LabelledSample] = []
        before: UUID | None = None
        while True:
            found: list[tuple[Correction, Document, ObjectKey | None]] = []
            async with self._unit_of_work(write=False) as work:
                page = await work.corrections.list_latest(before=before, limit=_PAGE)
                for correction in page:
                    with suppress(DocumentNotFoundError, BlobNotFoundError):  # deleted meanwhile
                        document = await work.documents.get(correction.document_id)
                        found.append((correction, document, await self._read_sample.locate(work.blobs, document)))
            for correction, document, key in found:
                with suppress(BlobNotFoundError):
                    sample = await self._read_sample(document, key)
                    samples.append(LabelledSample(sample=sample, category_id=correction.category_id))
            if len(page) < _PAGE or len(samples) >= MAX_SAMPLES:
                return samples[:MAX_SAMPLES][::-1]
            before = page[-1].id

    async def _record_next(
        self,
        learner: LearningClassifier,
        samples: Sequence[LabelledSample],
        size_bytes: int,
        sha256: Sha256,
        key: ObjectKey,
    ) -> tuple[LearnedModel, list[ObjectKey]]:
        """As the version behind the newest, also when somebody else records one at the same time."""
        tries_left = _TRIES
        while True:
            try:
                return await self._record(learner, samples, size_bytes, sha256, key)
            except ConflictError:
                tries_left -= 1
                if not tries_left:
                    raise

    async def _record(
        self,
        learner: LearningClassifier,
        samples: Sequence[LabelledSample],
        size_bytes: int,
        sha256: Sha256,
        key: ObjectKey,
    ) -> tuple[LearnedModel, list[ObjectKey]]:
        """And the objects that nothing refers to any more."""
        async with self._unit_of_work() as work:
            now = self._clock.now()
            newest = await work.learned.newest()
            version = newest.version + 1 if newest is not None else 1
            blob = await work.blobs.claim(Blob(sha256=sha256, size_bytes=size_bytes, object_key=key, created_at=now))
            labels = {sample.category_id for sample in samples}
            spec = ModelSpec(
                name=f"forebay-{learner.name}",
                kind="classifier",
                version=str(version),
                parameters={"corrections": len(samples), "categories": len(labels), "sha256": sha256.hex},
            )
            model = LearnedModel(
                version=version,
                model_id=await ensure_model(work.models, spec, ids=self._ids, at=now),
                sha256=sha256,
                size_bytes=size_bytes,
                correction_count=len(samples),
                category_count=len(labels),
                created_at=now,
            )
            await work.learned.add(model)
            released = [await work.blobs.release(digest) for digest in await work.learned.prune(keep=KEPT_MODELS)]
            await work.commit()
        spare = [unused for unused in released if unused is not None]
        return model, spare if blob.object_key == key else [*spare, key]


class ListLearnedModels:
    """What was learned, newest first."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self) -> Sequence[LearnedModel]:
        async with self._unit_of_work(write=False) as work:
            return await work.learned.list()

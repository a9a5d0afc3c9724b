"""A blob store behaves as it did when it is traced, and its operations are spans."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.tracing.blobs import TracedBlobStore
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.testing.blob_contract import BlobContract
from tests.unit.tracing.recorded import Recorded, attributes_of, parent_of


def a_key() -> ObjectKey:
    return ObjectKey.build(owner="somebody", run_id=uuid4(), name=uuid4(), extension=".bin")


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def store(recorded: Recorded) -> TracedBlobStore:
    return TracedBlobStore(MemoryBlobStore(), recorded.tracer, backend="memory")


@pytest.mark.adapter("memory")
class TestTraced(BlobContract):
    @pytest.fixture
    def blobs(self, store: TracedBlobStore, recorded: Recorded) -> Iterator[TracedBlobStore]:
        with recorded.tracer.start_as_current_span("a request"):
            yield store


async def test_operations_are_spans_that_say_how_much_and_not_which(recorded: Recorded, store: TracedBlobStore) -> None:
    key, other = a_key(), a_key()
    with recorded.tracer.start_as_current_span("a request"):
        await store.put(key, b"12345")
        writer = await store.create(other)
        await writer.write(b"123")
        await writer.write(b"4")
        await writer.commit()
        await writer.abort()
        async with store.open(key, start=1) as chunks:
            assert await _whole(chunks) == b"2345"
        await store.stat(key)
        await store.delete(key)
    spans = recorded.spans
    assert {name: attributes_of(span).get("forebay.blob.size") for name, span in spans.items()} == {
        "blob put": 5,
        "blob write": 4,
        "blob read": 4,
        "blob stat": None,
        "blob delete": None,
        "a request": None,
    }
    assert attributes_of(spans["blob write"])["forebay.blob.outcome"] == "committed"
    request = spans.pop("a request")
    assert {parent_of(span) for span in spans.values()} == {request.context.span_id}
    assert {attributes_of(span)["forebay.blob.backend"] for span in spans.values()} == {"memory"}
    told = " ".join(span.to_json() for span in spans.values())
    assert "somebody" not in told
    assert str(key) not in told


async def test_an_error_is_told_by_its_code(recorded: Recorded, store: TracedBlobStore) -> None:
    with recorded.tracer.start_as_current_span("a request"), pytest.raises(BlobNotFoundError):
        async with store.open(a_key()):
            pass
    span = recorded.spans["blob read"]
    assert attributes_of(span)["error.type"] == BlobNotFoundError.code
    assert (span.status.is_ok, span.status.description, span.events) == (False, None, ())


async def test_what_was_given_up_says_so(recorded: Recorded, store: TracedBlobStore) -> None:
    with recorded.tracer.start_as_current_span("a request"):
        writer = await store.create(a_key())
        await writer.write(b"123")
        await writer.abort()
    assert attributes_of(recorded.spans["blob write"])["forebay.blob.outcome"] == "aborted"


async def test_outside_of_a_span_there_are_none(recorded: Recorded, store: TracedBlobStore) -> None:
    key = a_key()
    await store.put(key, b"12345")
    async with store.open(key) as chunks:
        assert await _whole(chunks) == b"12345"
    assert recorded.spans == {}


async def _whole(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])

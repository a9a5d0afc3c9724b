"""A process that a document has taken over: whatever it sends, its document fails alone, in time and in few words."""

import dataclasses
from collections.abc import AsyncIterator

import msgspec
import pytest

from forebay.adapters.confinement.pool import ProcessPool
from forebay.adapters.confinement.session import session_of
from forebay.adapters.text.messages import DUTY, TEXT
from forebay.domain.documents.errors import DocumentBrokenError, DocumentTimeoutError
from forebay.testing.archive_examples import BytesSource
from tests.integration.text.turned_child import failed


@pytest.fixture
async def pool() -> AsyncIterator[ProcessPool]:
    pool = ProcessPool(
        dataclasses.replace(DUTY, module="tests.integration.text.turned_child"),
        size=1,
        memory_bytes=256 << 20,
        spool_bytes=1 << 20,
        jobs_per_process=1,
        patience_seconds=None,
    )
    yield pool
    await pool.close()


async def answer(pool: ProcessPool, job: bytes, *, seconds: float = 30.0) -> None:
    source = BytesSource(b"content")
    async with session_of(pool, source, job, results=TEXT, timeout_seconds=seconds) as session:
        async for _ in session.frames():
            pass


async def test_a_process_that_never_stops_talking_runs_into_its_time_limit(pool: ProcessPool) -> None:
    with pytest.raises(DocumentTimeoutError, match="FOREBAY_DOCUMENT_TIMEOUT_SECONDS"):
        await answer(pool, b"flood", seconds=0.3)


@pytest.mark.parametrize(
    "said", [b"E", b"X\xc1", b"X" + msgspec.msgpack.encode([1]), b"R", b"R1", b"R" + b"1" * 9, b"?"]
)
async def test_what_does_not_keep_to_the_protocol_breaks_the_document(pool: ProcessPool, said: bytes) -> None:
    with pytest.raises(DocumentBrokenError, match="does not keep to the protocol"):
        await answer(pool, said)


async def test_a_process_that_closes_its_end_and_goes_on_is_not_one_that_was_killed(pool: ProcessPool) -> None:
    with pytest.raises(DocumentBrokenError, match="closed its end"):
        await answer(pool, b"silence")
    assert pool.pids == ()


async def test_what_it_says_of_an_error_is_made_fit_to_be_kept(pool: ProcessPool) -> None:
    with pytest.raises(DocumentBrokenError) as caught:
        await answer(pool, failed("it\0is\n" + "long" * 1_000_000))
    assert caught.value.message.startswith("it is longlong")
    assert len(caught.value.message) == 2_000

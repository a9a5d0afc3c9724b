"""The processes that read documents: how they end, and that a document never takes more than itself along."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop

from forebay.adapters.text.extractor import ProcessTextExtractor, TextOptions, open_text_extractor
from forebay.application.ports.text import TextLimits
from forebay.domain.documents.errors import (
    DocumentBrokenError,
    DocumentMemoryError,
    DocumentTimeoutError,
    ExtractionError,
)
from forebay.domain.errors import UnavailableError
from forebay.testing.archive_examples import BytesSource
from forebay.testing.text_examples import MAIL, PDF, Stalled, encrypted_pdf, extract, mail_of, pdf_of

LIMITS = TextLimits()


@pytest.fixture
async def texts() -> AsyncIterator[ProcessTextExtractor]:
    async with open_text_extractor(TextOptions(processes=1, preview_processes=1)) as extractor:
        yield extractor


def is_gone(pid: int) -> bool:
    """A zombie is not gone: it was not waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def only_pid(texts: ProcessTextExtractor) -> int:
    (pid,) = texts.pids
    return pid


def names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


async def test_no_process_is_started_before_it_is_needed_and_it_is_used_again(texts: ProcessTextExtractor) -> None:
    assert len(texts.pids) == 0
    await extract(texts, b"one")
    pid = only_pid(texts)
    await extract(texts, pdf_of([["two"]]), PDF)
    with pytest.raises(ExtractionError):
        await extract(texts, encrypted_pdf(), PDF)
    await extract(texts, b"three")
    assert only_pid(texts) == pid


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (signal.SIGSEGV, DocumentBrokenError, "SIGSEGV"),
        (signal.SIGXCPU, DocumentTimeoutError, "processor"),
    ],
)
async def test_a_process_that_dies_fails_its_document_alone(
    texts: ProcessTextExtractor, number: signal.Signals, error: type[ExtractionError], words: str
) -> None:
    source = Stalled(b"x" * 1000)
    task = asyncio.create_task(texts.extract(source, "text/plain", LIMITS))
    await source.reached.wait()
    pid = only_pid(texts)
    os.kill(pid, number)
    with pytest.raises(error, match=words):
        await task
    assert is_gone(pid)
    assert (await extract(texts, b"the next one")).text == "the next one"


async def kill_reader(texts: ProcessTextExtractor, source: Stalled) -> int:
    """Once it waits for bytes of the source."""
    await source.reached.wait()
    source.reached.clear()
    pid = only_pid(texts)
    os.kill(pid, signal.SIGKILL)
    return pid


async def test_a_process_that_somebody_kills_is_not_the_fault_of_the_document(texts: ProcessTextExtractor) -> None:
    """Its own limits do not end it by SIGKILL, so another one reads the document, once."""
    source = Stalled(b"the text")
    task = asyncio.create_task(texts.extract(source, "text/plain", LIMITS))
    pid = await kill_reader(texts, source)
    await source.reached.wait()
    source.go_on.set()
    assert (await task).text == "the text"
    assert is_gone(pid)
    assert only_pid(texts) != pid
    assert source.open_now == 0


async def test_a_document_whose_process_is_killed_again_takes_too_much_memory(texts: ProcessTextExtractor) -> None:
    source = Stalled(b"x" * 1000)
    task = asyncio.create_task(texts.extract(source, "text/plain", LIMITS))
    pids = [await kill_reader(texts, source) for _ in range(2)]
    with pytest.raises(DocumentMemoryError, match=r"killed twice.*want of memory"):
        await task
    assert all(map(is_gone, pids))
    assert len(set(pids)) == 2
    assert (await extract(texts, b"the next one")).text == "the next one"


async def test_a_picture_is_drawn_although_somebody_kills_the_process(texts: ProcessTextExtractor) -> None:
    source = Stalled(b"the text")
    task = asyncio.create_task(texts.preview(source, "text/plain", LIMITS, width=100))
    await kill_reader(texts, source)
    await source.reached.wait()
    source.go_on.set()
    assert (await task).startswith(b"\x89PNG")


async def test_an_attachment_goes_on_where_it_was_when_somebody_kills_the_process(texts: ProcessTextExtractor) -> None:
    content = os.urandom(9 << 20)  # more than is under way to somebody who does not read it
    source = BytesSource(mail_of("Attached.", files={"data.bin": content}))
    (attachment,) = (await texts.extract(source, MAIL, LIMITS)).attachments
    async with texts.open_attachment(source, MAIL, attachment, LIMITS) as chunks:
        received = await anext(aiter(chunks))
        os.kill(only_pid(texts), signal.SIGKILL)
        async for chunk in chunks:
            received += chunk
    assert received == content
    assert source.open_now == 0


async def test_a_cancelled_extraction_ends_its_process(texts: ProcessTextExtractor) -> None:
    source = Stalled(b"x" * 1000)
    task = asyncio.create_task(texts.extract(source, "text/plain", LIMITS))
    await source.reached.wait()
    pid = only_pid(texts)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_gone(pid)
    assert source.open_now == 0


async def test_a_source_that_stalls_is_a_timeout(texts: ProcessTextExtractor) -> None:
    with pytest.raises(DocumentTimeoutError, match="FOREBAY_DOCUMENT_TIMEOUT_SECONDS"):
        await texts.extract(Stalled(b"x" * 1000), "text/plain", TextLimits(timeout_seconds=0.2))
    assert (await extract(texts, b"the next one")).text == "the next one"


async def test_a_document_larger_than_memory_holds_is_kept_in_a_file_without_a_name(tmp_path: Path) -> None:
    large = pdf_of([["a page"]], extra={2000: b"(" + b"x" * (40 << 20) + b")"})
    async with open_text_extractor(TextOptions(spool_dir=tmp_path)) as texts:
        assert (await extract(texts, large, PDF)).text == "a page\f"
        assert names_in(tmp_path) == []


async def test_no_room_for_that_file_is_not_the_fault_of_the_document(tmp_path: Path) -> None:
    async with open_text_extractor(TextOptions(spool_dir=tmp_path / "missing")) as texts:
        with pytest.raises(UnavailableError, match="missing"):
            await extract(texts, b"x" * (33 << 20), limits=TextLimits(max_text_bytes=64 << 20))


async def test_processes_end_with_the_extractor() -> None:
    async with open_text_extractor() as texts:
        await extract(texts, b"text")
        await texts.preview(BytesSource(b"text"), "text/plain", LIMITS, width=100)
        pids = texts.pids
        assert len(pids) == 2
    assert all(map(is_gone, pids))
    with pytest.raises(UnavailableError, match="closed"):
        await extract(texts, b"text")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only /proc shows what a process was given")
async def test_a_process_gets_no_secrets(texts: ProcessTextExtractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_DATABASE_URL", "postgresql://user:secret@host/db")
    await extract(texts, b"text")
    pid = only_pid(texts)
    folder = Path(f"/proc/{pid}")
    assert b"secret" not in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
    assert f"Max data size             {(512 - 32) << 20}" in (folder / "limits").read_text()


def test_on_uvloop() -> None:
    async def both() -> str:
        async with open_text_extractor() as texts:
            return (await extract(texts, pdf_of([["on uvloop"]]), PDF)).text

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(both()) == "on uvloop\f"

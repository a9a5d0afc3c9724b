"""The text extractor: every document is opened in a process of its own kind, with nothing of ours but its bytes."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from forebay.adapters.confinement.frames import Outcome
from forebay.adapters.confinement.pool import ProcessPool
from forebay.adapters.confinement.session import Session, session_of
from forebay.adapters.text.formats import bare_type, format_of
from forebay.adapters.text.messages import DATA, DUTY, FINDINGS, TEXT, Findings, Job, Ocr
from forebay.adapters.text.plausible import plausible
from forebay.adapters.text.second_try import resumed, twice
from forebay.application.ports.archives import RangeSource
from forebay.application.ports.text import Attachment, Extraction, TextExtractor, TextLimits
from forebay.domain.documents.errors import DocumentBrokenError, DocumentTextTooLargeError, DocumentTypeError
from forebay.domain.processing.model import ModelSpec

MEMORY_BYTES = 512 << 20
_ADAPTER_VERSION = "1"
_MAX_PICTURE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOptions:
    """Processes that read documents, processes that draw previews, and what each may use.

    `spool_bytes`: of each temporary file, in which a large document is kept; they are in `spool_dir` and have no name.
    `patience_seconds`: how long a preview waits for a process before it is refused; the rest waits on.
    """

    processes: int = 2
    preview_processes: int = 2
    memory_bytes: int = MEMORY_BYTES
    jobs_per_process: int = 200
    patience_seconds: float = 30.0
    spool_bytes: int = 16 << 30
    spool_dir: Path | None = None
    ocr: Ocr | None = None


def _ignore(outcome: Outcome) -> None:
    del outcome


class ProcessTextExtractor:
    """For one event loop. `on_outcome` is told how each job of a process ended, for tests and metrics."""

    def __init__(self, readers: ProcessPool, previews: ProcessPool, options: TextOptions,
                 on_outcome: Callable[[Outcome], None]) -> None:  # fmt: skip
        self._readers = readers
        self._previews = previews
        self._ocr = options.ocr
        self._spool_dir = None if options.spool_dir is None else str(options.spool_dir)
        self._on_outcome = on_outcome

    @property
    def pids(self) -> tuple[int, ...]:
        """Of its processes at present."""
        return self._readers.pids + self._previews.pids

    def reads(self, media_type: str) -> bool:
        return format_of(media_type) is not None

    async def extract(self, source: RangeSource, media_type: str, limits: TextLimits) -> Extraction:
        job = self._job(source, media_type, limits)
        return await twice(lambda: self._extract(source, job))

    async def _extract(self, source: RangeSource, job: Job) -> Extraction:
        limits = job.limits
        findings: Findings | None = None
        data = bytearray()
        async with self._session(self._readers, source, job) as session, aclosing(session.frames()) as frames:
            async for kind, content in frames:
                if kind == FINDINGS:
                    findings = _findings(content)
                    continue
                data += content
                if len(data) > limits.max_text_bytes:  # it counts itself, but it may no longer be what it was
                    raise DocumentTextTooLargeError("the document holds more text than allowed")
        if findings is None:
            raise _stranger()
        return _extraction(data, findings, limits, source.size_bytes)

    @asynccontextmanager
    async def open_attachment(
        self, source: RangeSource, media_type: str, attachment: Attachment, limits: TextLimits
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        job = self._job(source, media_type, limits, attachment=attachment.index)
        async with (
            aclosing(resumed(lambda: self._chunks(self._readers, source, job))) as chunks,
            aclosing(_at_most(attachment.size_bytes, chunks)) as announced,
        ):
            yield announced

    async def preview(self, source: RangeSource, media_type: str, limits: TextLimits, *, width: int) -> bytes:
        job = self._job(source, media_type, limits, width=width)
        return await twice(lambda: self._draw(source, job))

    async def _draw(self, source: RangeSource, job: Job) -> bytes:
        picture = bytearray()
        async with self._chunks(self._previews, source, job) as chunks:
            async for chunk in chunks:
                picture += chunk
                if len(picture) > _MAX_PICTURE_BYTES:
                    raise DocumentBrokenError("the picture of the document's first page is larger than can be")
        return bytes(picture)

    def _job(self, source: RangeSource, media_type: str, limits: TextLimits, *,
             attachment: int | None = None, width: int | None = None) -> Job:  # fmt: skip
        if not self.reads(media_type):
            raise DocumentTypeError(f"documents of the media type {media_type!r} cannot be read")
        return Job(
            source.name, source.size_bytes, bare_type(media_type), limits, self._spool_dir, self._ocr, attachment, width
        )

    @asynccontextmanager
    async def _chunks(self, pool: ProcessPool, source: RangeSource, job: Job) -> AsyncIterator[AsyncIterator[bytes]]:
        async with self._session(pool, source, job) as session, aclosing(_chunks(session)) as chunks:
            yield chunks

    @asynccontextmanager
    async def _session(self, pool: ProcessPool, source: RangeSource, job: Job) -> AsyncIterator[Session]:
        async with session_of(
            pool,
            source,
            msgspec.msgpack.encode(job),
            results=TEXT + FINDINGS if job.attachment is None and job.width is None else DATA,
            timeout_seconds=job.limits.timeout_seconds,
            on_outcome=self._on_outcome,
        ) as session:
            yield session


async def _chunks(session: Session) -> AsyncGenerator[bytes]:
    async with aclosing(session.frames()) as frames:
        async for _, content in frames:
            yield bytes(content)


async def _at_most(size: int, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Storage is not filled by a process that sends without end."""
    async for chunk in chunks:
        size -= len(chunk)
        if size < 0:
            raise DocumentBrokenError("what is attached to the message is larger than it was")
        yield chunk


def _findings(content: memoryview) -> Findings:
    try:
        return msgspec.msgpack.decode(content, type=Findings)
    except msgspec.DecodeError:
        raise _stranger() from None


def _stranger() -> DocumentBrokenError:
    return DocumentBrokenError("the process that reads the document does not keep to the protocol")


def _extraction(data: bytearray, findings: Findings, limits: TextLimits, size_bytes: int) -> Extraction:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise DocumentBrokenError("the process that read the document gave text that is not UTF-8") from None
    findings = plausible(findings, text, limits, size_bytes=size_bytes)
    starts = findings.page_starts
    return Extraction(
        text=text,
        page_starts=starts or (),
        page_count=None if starts is None else len(starts),
        title=findings.title,
        language=findings.language,
        needs_ocr=findings.needs_ocr,
        attachments=findings.attachments,
        model=ModelSpec(
            name=findings.reader,
            kind="extractor",
            version=f"{_ADAPTER_VERSION}+{findings.version}",
            parameters=findings.parameters,
        ),
    )


@asynccontextmanager
async def open_text_extractor(
    options: TextOptions | None = None, *, on_outcome: Callable[[Outcome], None] = _ignore
) -> AsyncIterator[ProcessTextExtractor]:
    """An extractor for the event loop that runs. Its processes start when they are needed and end with it."""
    options = options or TextOptions()
    readers = _pool(options, options.processes, None)
    previews = _pool(options, options.preview_processes, options.patience_seconds)
    try:
        yield ProcessTextExtractor(readers, previews, options, on_outcome)
    finally:
        await readers.close()
        await previews.close()


def _pool(options: TextOptions, size: int, patience_seconds: float | None) -> ProcessPool:
    return ProcessPool(
        DUTY,
        size=size,
        memory_bytes=options.memory_bytes,
        spool_bytes=options.spool_bytes,
        jobs_per_process=options.jobs_per_process,
        patience_seconds=patience_seconds,
    )


def _fits(extractor: ProcessTextExtractor) -> TextExtractor:
    return extractor

"""The process that reads documents: opens what nobody trusts, one at a time, with bounds on memory, time and output."""

import errno
import sys
from collections.abc import Iterator

import msgspec

from forebay.adapters.confinement.frames import ChildSocket
from forebay.adapters.confinement.remote import RemoteExtent
from forebay.adapters.confinement.serving import answer, serve
from forebay.adapters.text.content import Content, content_of
from forebay.adapters.text.formats import format_of, reader_of
from forebay.adapters.text.language import language_of
from forebay.adapters.text.messages import DATA, FINDINGS, MAX_DATA, TEXT, Job
from forebay.adapters.text.output import TextOutput
from forebay.adapters.text.programs import forbid
from forebay.domain.documents.errors import (
    DocumentBrokenError,
    DocumentEncryptedError,
    DocumentMemoryError,
    DocumentTextTooLargeError,
    DocumentTooManyPagesError,
    DocumentTypeError,
    PreviewUnavailableError,
)
from forebay.domain.errors import UnavailableError

_jobs = msgspec.msgpack.Decoder(Job)
_HARMLESS = (  # what libraries and we say of documents, with nothing left open
    DocumentBrokenError,
    DocumentEncryptedError,
    DocumentTextTooLargeError,
    DocumentTooManyPagesError,
    DocumentTypeError,
    PreviewUnavailableError,
)


def main(memory_bytes: int, spool_bytes: int) -> None:
    forbid()
    serve(memory_bytes, spool_bytes, _serve)


def _serve(parent: ChildSocket, message: bytes) -> None:
    job = _jobs.decode(message)
    source = RemoteExtent(parent, job.size)
    answer(parent, source, job.limits.timeout_seconds, lambda: _run(parent, job, source), _fault, harmless=_HARMLESS)


def _run(parent: ChildSocket, job: Job, source: RemoteExtent) -> None:
    found = format_of(job.media_type)
    if found is None:
        raise DocumentTypeError(f"documents of the media type {job.media_type!r} cannot be read")
    with content_of(source, job.spool_dir) as content:
        if job.attachment is not None:
            for piece in _attachment(content, job, job.attachment):
                parent.send(DATA, piece)
            return
        if job.width is not None:
            picture = _preview(content, job, job.width)
            for at in range(0, len(picture), MAX_DATA):
                parent.send(DATA, picture[at : at + MAX_DATA])
            return
        output = TextOutput(lambda text: parent.send(TEXT, text), job.limits)
        findings = reader_of(found).extract(content, job, output)
        output.flush()
    findings = msgspec.structs.replace(findings, language=language_of(output.sample))
    parent.send(FINDINGS, msgspec.msgpack.encode(findings))


def _attachment(content: Content, job: Job, index: int) -> Iterator[bytes]:
    if job.media_type != "message/rfc822":
        raise DocumentTypeError(f"documents of the media type {job.media_type!r} have no attachments")
    from forebay.adapters.text import mail  # noqa: PLC0415 - a process that never reads mail does without

    return mail.attachment(content, job, index)


def _preview(content: Content, job: Job, width: int) -> bytes:
    try:
        from forebay.adapters.text.preview import preview  # noqa: PLC0415 - as above, of pictures
    except ImportError as error:
        raise PreviewUnavailableError(
            f"to draw documents a library is missing ({error.name}): pip install '{error.name or 'pillow'}'"
        ) from None
    return preview(content, job, width)


def _fault(error: Exception) -> tuple[str, str]:
    if isinstance(error, MemoryError):
        return (
            DocumentMemoryError.code,
            "reading the document needed more memory than allowed (FOREBAY_DOCUMENT_MEMORY_BYTES)",
        )
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.ENOENT}:
        return UnavailableError.code, f"there is no room for a temporary copy of the document: {error}"
    return DocumentBrokenError.code, f"the document cannot be read ({error!r:.500})"


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""The process that reads documents: opens what nobody trusts, one at a time, with bounds on memory, time and output."""

import errno
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

import msgspec

from forebay.adapters.confinement.frames import ChildSocket
from forebay.adapters.confinement.remote import RemoteExtent
from forebay.adapters.confinement.serving import answer, serve
from forebay.adapters.text.content import Content, content_of
from forebay.adapters.text.formats import Format, format_of
from forebay.adapters.text.messages import DATA, FINDINGS, TEXT, Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.domain.documents.errors import (
    DocumentBrokenError,
    DocumentMemoryError,
    DocumentTypeError,
)
from forebay.domain.errors import UnavailableError

_jobs = msgspec.msgpack.Decoder(Job)


class Reader(Protocol):
    """A module that reads a format."""

    def extract(self, content: Content, job: Job, output: TextOutput) -> Findings: ...


def main(memory_bytes: int, spool_bytes: int) -> None:
    serve(memory_bytes, spool_bytes, _serve)


def _serve(parent: ChildSocket, message: bytes) -> None:
    job = _jobs.decode(message)
    source = RemoteExtent(parent, job.size)
    answer(parent, source, job.limits.timeout_seconds, lambda: _run(parent, job, source), _fault)


def _run(parent: ChildSocket, job: Job, source: RemoteExtent) -> None:
    found = format_of(job.media_type)
    if found is None:
        raise DocumentTypeError(f"documents of the media type {job.media_type!r} cannot be read")
    reader = _reader(found)
    with content_of(source, job.spool_dir) as content:
        if job.attachment is not None:
            for piece in _attachment(content, job, job.attachment):
                parent.send(DATA, piece)
            return
        output = TextOutput(lambda text: parent.send(TEXT, text), job.limits)
        findings = reader.extract(content, job, output)
        output.flush()
    parent.send(FINDINGS, msgspec.msgpack.encode(findings))


def _attachment(content: Content, job: Job, index: int) -> Iterator[bytes]:
    if job.media_type != "message/rfc822":
        raise DocumentTypeError(f"documents of the media type {job.media_type!r} have no attachments")
    from forebay.adapters.text import mail  # noqa: PLC0415 - a process that never reads mail does without

    return mail.attachment(content, job, index)


def _reader(found: Format) -> Reader:
    try:
        return cast(Reader, import_module(found.module))
    except ImportError as error:
        package = f"forebay[{found.extra}]" if found.extra else error.name or "forebay"
        raise DocumentTypeError(
            f"to read {found.name} a library is missing ({error.name}): pip install '{package}'"
        ) from None


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

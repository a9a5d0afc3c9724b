"""The process that reads archives: opens what nobody trusts, one archive at a time, with bounds on memory and time.

It is started with its end of a socket as standard input and the bytes of memory that it may use as its argument, and
ends when the parent closes the other end or is gone. The second argument is how large its temporary files may get.
"""

import errno
import sys

import msgspec

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.catalogue import Cataloguer
from forebay.adapters.archives.feeds import Extent
from forebay.adapters.archives.member import located, send_range
from forebay.adapters.archives.messages import COUNTS, DATA, ENTRIES, Job
from forebay.adapters.archives.one_pass import OnePass
from forebay.adapters.archives.sink import EntrySink
from forebay.adapters.confinement.frames import ChildSocket
from forebay.adapters.confinement.remote import RemoteExtent
from forebay.adapters.confinement.serving import answer, serve
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveMemoryError, ArchiveTooLargeError

_jobs = msgspec.msgpack.Decoder(Job)


def main(memory_bytes: int, spool_bytes: int) -> None:
    serve(memory_bytes, spool_bytes, _serve)


def _serve(parent: ChildSocket, message: bytes) -> None:
    job = _jobs.decode(message)
    source = RemoteExtent(parent, job.size)
    answer(parent, source, job.limits.timeout_seconds, lambda: _run(parent, job, source), _fault)


def _run(parent: ChildSocket, job: Job, source: RemoteExtent) -> None:
    budget = Budget(job.limits, lambda: min(source.received, source.size))
    member = job.member
    if job.members:
        OnePass(job.members, budget, parent.send, job.spool_dir).over(source, job.name)
        return
    if member is None:
        sink = EntrySink(
            lambda entries: parent.send(ENTRIES, COUNTS.pack(source.received, budget.unpacked), entries), job.spool_dir
        )
        Cataloguer(budget, sink, job.spool_dir).catalogue(source, job.name)
        return
    with located(source, job.name, member.location, budget, job.spool_dir) as found:
        send_range(
            found, size=member.size, sha256=member.sha256, start=member.start, stop=member.stop,
            budget=budget, send=lambda data: parent.send(DATA, data),
        )  # fmt: skip


def _fault(error: Exception) -> tuple[str, str]:
    if isinstance(error, MemoryError):
        return ArchiveMemoryError.code, "reading the archive needed more memory than allowed"
    if isinstance(error, OSError):  # temporary files: nothing else is opened here
        return spool_fault(error)
    return ArchiveBrokenError.code, f"the archive cannot be read ({error!r:.500})"


def spool_fault(error: OSError) -> tuple[str, str]:
    """Code and message of what went wrong with a temporary file."""
    if error.errno == errno.EFBIG:
        message = (
            "a temporary copy of an archive within the archive, or of the list of its members, is larger than allowed "
            "(FOREBAY_ARCHIVE_MAX_BYTES, at least 1 GiB)"
        )
        return ArchiveTooLargeError.code, message
    message = (
        f"temporary copies of archives within the archive cannot be kept: {error}; free space in the folder for "
        "temporary files, or name another one in FOREBAY_SPOOL_DIR"
    )
    return UnavailableError.code, message


def _fits(source: RemoteExtent) -> Extent:
    return source


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

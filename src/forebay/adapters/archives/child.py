"""The reader process: opens what nobody trusts, one archive at a time, with bounds on memory and time.

It is started with its end of a socket as standard input and the bytes of memory that it may use as its argument, and
ends when the parent closes the other end or is gone. The second argument is how large its temporary files may get.
"""

import errno
import math
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.catalogue import Cataloguer
from forebay.adapters.archives.member import located, send_range
from forebay.adapters.archives.messages import (
    COUNTS,
    DATA,
    DONE,
    ENTRIES,
    FAILED,
    HELLO,
    ChildSocket,
    Job,
    Outcome,
    ParentGoneError,
)
from forebay.adapters.archives.remote import RemoteExtent
from forebay.adapters.archives.sink import EntrySink
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveMemoryError, ArchiveTooLargeError

_SHARED_BYTES = 32 << 20  # code and libraries, which count as resident but not as data
_GRACE_SECONDS = 5.0


def main(memory_bytes: int, spool_bytes: int) -> None:
    _limit(memory_bytes, spool_bytes)
    # Ends with its parent, which decides what a signal to all of them means.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    parent = ChildSocket(socket.socket(fileno=0))
    with suppress(ParentGoneError):
        parent.send(HELLO)
        decoder = msgspec.msgpack.Decoder(Job)
        while True:
            _serve(parent, decoder.decode(parent.receive()))


def _serve(parent: ChildSocket, job: Job) -> None:
    """One job. What went wrong is an answer; after it the parent ends this process."""
    _limit_time(job.limits.timeout_seconds)
    source = RemoteExtent(parent, job.size)
    try:
        _run(parent, job, source)
    except ParentGoneError:
        raise
    except ForebayError as error:
        outcome = Outcome(peak_bytes(), error.code, error.message)
    except OSError as error:  # temporary files: nothing else is opened here
        outcome = Outcome(peak_bytes(), *_no_room(error))
    except MemoryError:
        outcome = Outcome(peak_bytes(), ArchiveMemoryError.code, "reading the archive needed more memory than allowed")
    except Exception as error:  # noqa: BLE001 - bytes that break the reader must not look like a reader that broke down
        outcome = Outcome(peak_bytes(), ArchiveBrokenError.code, f"the archive cannot be read ({error!r:.500})")
    else:
        source.settle()
        parent.send(DONE, msgspec.msgpack.encode(Outcome(peak_bytes())))
        return
    parent.send(FAILED, msgspec.msgpack.encode(outcome))


def _run(parent: ChildSocket, job: Job, source: RemoteExtent) -> None:
    budget = Budget(job.limits, lambda: min(source.received, source.size))
    member = job.member
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


def _no_room(error: OSError) -> tuple[str, str]:
    if error.errno == errno.EFBIG:
        return (
            ArchiveTooLargeError.code,
            "an archive within the archive is larger than the temporary file that it may take",
        )
    return UnavailableError.code, f"there is no room for temporary copies of archives within the archive: {error}"


def _limit(memory_bytes: int, spool_bytes: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = max(memory_bytes - _SHARED_BYTES, _SHARED_BYTES)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with suppress(ValueError, OSError):  # not every system has each of them
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, wanted))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (spool_bytes, spool_bytes))


def _limit_time(seconds: float) -> None:
    """The parent watches the clock; should it be stuck, the system ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds + _GRACE_SECONDS)
    with suppress(ValueError, OSError, OverflowError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def peak_bytes() -> int | None:
    """Not from getrusage(), where Linux counts the memory of the parent that started this process as well."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

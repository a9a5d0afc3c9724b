"""The child's own side of its limits: what it may use, and what it used."""

import math
import resource
from contextlib import suppress
from pathlib import Path

_SHARED_BYTES = 32 << 20  # code and libraries, which count as resident but not as data
_GRACE_SECONDS = 5.0


def limit_process(memory_bytes: int, spool_bytes: int) -> None:
    """`spool_bytes`: how large a file that it writes may get."""
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


def limit_time(seconds: float) -> None:
    """The parent watches the clock; should it be stuck, the system ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds + _GRACE_SECONDS)
    with suppress(ValueError, OSError, OverflowError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def peak_bytes() -> int | None:
    """Not from getrusage(), where Linux counts the memory of the parent that started this process as well."""
    with suppress(OSError, MemoryError):
        for line in Path("/proc/self/status").read_bytes().splitlines():
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    return None

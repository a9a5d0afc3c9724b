"""The limits of an upload."""

from dataclasses import dataclass
from datetime import timedelta

SMALL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """`max_bytes`: of one file. `heartbeat`: how often a run under way shows that it is alive.

    It must beat a few times within the shortest grace period that a sweep may be given, which is a minute.
    """

    max_bytes: int
    heartbeat: timedelta = timedelta(seconds=15)

"""The limits of an upload."""

from dataclasses import dataclass
from datetime import timedelta

SMALL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """`max_bytes`: of one file. `heartbeat`: how often a run under way shows that it is alive."""

    max_bytes: int
    heartbeat: timedelta = timedelta(seconds=60)

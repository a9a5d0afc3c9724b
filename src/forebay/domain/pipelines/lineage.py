"""What OpenLineage says of jobs and runs. https://openlineage.io/docs/spec/object-model"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageJob:
    """A job as OpenLineage names it, and the pipeline that it is here, for good: also when that is renamed."""

    namespace: str
    name: str
    pipeline_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageEvent:
    """An event as it came. `sha256`: of its canonical JSON, hexadecimal; the same event is kept once.

    `kind`: run, job or dataset. `pipeline_id`: None for events of datasets. `event_type`: START, COMPLETE, …; None when
    it has none. `document`: the whole event as canonical JSON.
    """

    sha256: str
    kind: str
    event_type: str | None
    event_time: datetime | None
    pipeline_id: UUID | None
    external_run_id: str | None
    document: str
    received_at: datetime

"""What a copy is told, and what it tells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from forebay.domain.intake.blob import ObjectKey, Sha256


class CopyStage(StrEnum):
    """What is going on: blobs are counted in bytes, records and texts in pieces."""

    BLOBS = "blobs"
    RECORDS = "records"
    INDEX = "index"
    VERIFY = "verify"


class BlobFault(StrEnum):
    """What is wrong with a blob of the source."""

    MISSING = "missing"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFinding:
    """A blob that could not be copied, and the reason in words."""

    sha256: Sha256
    key: ObjectKey
    fault: BlobFault
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCommand:
    """`check`: hash also what is in the target already. `live`: although somebody is at work on the source.

    `despite_damage`: copy the records although blobs are missing or damaged. `on_progress` is told the stage, how much
    is done and how much there is (0: not known); `on_finding` hears in the end of each blob that could not be copied.
    """

    check: bool = False
    live: bool = False
    despite_damage: bool = False
    on_progress: Callable[[CopyStage, int, int], None] | None = None
    on_finding: Callable[[CopyFinding], None] | None = None

    def tell(self, stage: CopyStage, done: int, total: int) -> None:
        if self.on_progress is not None:
            self.on_progress(stage, done, total)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTable:
    """`sha256`: over its records in order, the same on both sides."""

    name: str
    records: int
    sha256: str


@dataclass(slots=True, kw_only=True)
class CopiedBlobs:
    """`present`: were in the target already. Every copied one was hashed on the way."""

    copied: int = 0
    copied_bytes: int = 0
    present: int = 0
    present_bytes: int = 0
    faults: list[CopyFinding] = field(default_factory=list)

    @property
    def bytes_seen(self) -> int:
        return self.copied_bytes + self.present_bytes


@dataclass(slots=True, kw_only=True)
class CopyReport:
    """`blobs`, `tables`: None where they were not to be copied, `tables` also where faults kept them from it.

    `already_there`: the target held the same records before. `indexed`: documents that can be found by their text;
    `not_indexed`: those whose text could not be read. `changed`: tables of the source that records came
    to, or went from, since the copy was begun.
    """

    source: str
    target: str | None
    blobs: CopiedBlobs | None = None
    tables: list[CopiedTable] | None = None
    already_there: bool = False
    indexed: int = 0
    not_indexed: int = 0
    changed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    records_held_back: bool = False

    @property
    def ok(self) -> bool:
        """Everything that was to be copied is there and intact."""
        return not self.records_held_back and not self.not_indexed and not (self.blobs and self.blobs.faults)

"""What verifying tells: each damage, and the sum of it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forebay.application.intake.verify_judging import Outcome, Verdict
from forebay.application.intake.verify_reading import Look
from forebay.application.ports.fixity import BlobReference
from forebay.domain.intake.fixity import DamageKind

NAMED_REFERENCES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedBlob:
    """A blob that is not what it was, and what needs it: the first ten, `more_references` if there are others.

    `actual_…`: of the bytes that are there instead. `verified_at`: when it was read last and sound.
    """

    kind: DamageKind
    sha256: str
    size_bytes: int
    object_key: str
    reason: str
    actual_sha256: str | None
    actual_size_bytes: int | None
    created_at: datetime
    verified_at: datetime | None
    references: tuple[BlobReference, ...]
    more_references: bool

    @classmethod
    def of(cls, look: Look, references: Sequence[BlobReference]) -> "DamagedBlob":
        """`references`: may be more than are named."""
        blob = look.blob
        return cls(
            kind=look.problem or DamageKind.CORRUPT,
            sha256=blob.sha256.hex,
            size_bytes=blob.size_bytes,
            object_key=blob.object_key.value,
            reason=look.reason,
            actual_sha256=look.sha256.hex if look.sha256 is not None else None,
            actual_size_bytes=look.size_bytes,
            created_at=blob.created_at,
            verified_at=blob.verified_at,
            references=tuple(references[:NAMED_REFERENCES]),
            more_references=len(references) > NAMED_REFERENCES,
        )


@dataclass(slots=True, kw_only=True)
class VerifyReport:
    """So far, and at the end. `due`: how many were to be looked at; `read_bytes`: with what was read twice.

    `recovered`: sound, but not at first sight. `gone`: deleted meanwhile. `is_finished`: none is left.
    """

    due: int = 0
    due_bytes: int = 0
    verified: int = 0
    verified_bytes: int = 0
    recovered: int = 0
    gone: int = 0
    missing: int = 0
    corrupt: int = 0
    unreadable: int = 0
    read_bytes: int = 0
    is_finished: bool = False

    @property
    def damaged(self) -> int:
        return self.missing + self.corrupt + self.unreadable

    def count(self, verdict: Verdict) -> None:
        problem = verdict.look.problem
        self.gone += verdict.outcome is Outcome.GONE
        if verdict.outcome is Outcome.DAMAGED:
            self.missing += problem is DamageKind.MISSING
            self.corrupt += problem is DamageKind.CORRUPT
            self.unreadable += problem is DamageKind.UNREADABLE
        if verdict.is_sound:
            self.verified += 1
            self.verified_bytes += verdict.look.blob.size_bytes
            self.recovered += verdict.outcome is Outcome.RECOVERED

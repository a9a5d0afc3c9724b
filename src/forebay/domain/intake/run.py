"""The ingestion run: one upload and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.errors import ForebayError
from forebay.domain.intake.errors import InvalidTransitionError, UnknownRunTypeError


class RunType(StrEnum):
    """What a person says the upload is; the first bytes must fit it."""

    DS_ETC = "ds_etc"
    INSTANCE_ETC = "instance_etc"
    APP_BUNDLE = "app_bundle"
    SINGLE_CONF = "single_conf"
    DOCUMENT = "document"
    ARCHIVE = "archive"

    @classmethod
    def parse(cls, value: str) -> "RunType":
        try:
            return cls(value)
        except ValueError:
            raise UnknownRunTypeError(
                f"type {value[:100]!r} is not known; expected one of {', '.join(cls)}", field="type"
            ) from None


class RunStatus(StrEnum):
    """pending → stored → parsing → normalized → resolved → complete; failed from any that is not final.

    Processing may be repeated: that leads from any status behind pending back to parsing.
    """

    PENDING = "pending"
    STORED = "stored"
    PARSING = "parsing"
    NORMALIZED = "normalized"
    RESOLVED = "resolved"
    COMPLETE = "complete"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in {RunStatus.COMPLETE, RunStatus.FAILED}


_ORDER = (
    RunStatus.PENDING,
    RunStatus.STORED,
    RunStatus.PARSING,
    RunStatus.NORMALIZED,
    RunStatus.RESOLVED,
    RunStatus.COMPLETE,
)


def can_move(origin: RunStatus, target: RunStatus) -> bool:
    """Forward only; stages that a type does not have may be skipped, but bytes must be stored before any work."""
    if origin.is_final:
        return False
    if target is RunStatus.FAILED:
        return True
    if origin is RunStatus.PENDING:
        return target is RunStatus.STORED
    return _ORDER.index(target) > _ORDER.index(origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunError:
    """Why a run failed: a stable code and a sentence for a person."""

    code: str
    detail: str

    @classmethod
    def of(cls, error: ForebayError) -> "RunError":
        return cls(code=error.code, detail=error.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestionRun:
    """One upload. A failed run says why; a run that is not failed has no error.

    `documents`: of an archive, whether the documents within are wanted as documents.
    """

    id: UUID
    type: RunType
    status: RunStatus
    label: str | None
    notes: str | None
    owner: str | None
    parent_run_id: UUID | None
    error: RunError | None
    created_at: datetime
    updated_at: datetime
    documents: bool = False

    def moved(self, target: RunStatus, *, at: datetime) -> "IngestionRun":
        if target is RunStatus.FAILED:
            raise InvalidTransitionError("a run fails with a reason: use failed()")
        self._check(target)
        return replace(self, status=target, updated_at=at)

    def processed_anew(self, *, at: datetime) -> "IngestionRun":
        """Work on its stored bytes begins, for the first time or once more: what came of it before is over."""
        if self.status is RunStatus.PENDING:
            raise InvalidTransitionError(f"run {self.id} is {self.status}: there are no bytes to work on yet")
        if self.status is RunStatus.PARSING:
            return self
        return replace(self, status=RunStatus.PARSING, error=None, updated_at=at)

    def failed(self, error: RunError, *, at: datetime) -> "IngestionRun":
        self._check(RunStatus.FAILED)
        return replace(self, status=RunStatus.FAILED, error=error, updated_at=at)

    def _check(self, target: RunStatus) -> None:
        if not can_move(self.status, target):
            raise InvalidTransitionError(f"run {self.id} is {self.status} and cannot become {target}")

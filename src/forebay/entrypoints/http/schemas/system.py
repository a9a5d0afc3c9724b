"""Health."""

from typing import Annotated

import msgspec
from msgspec import Meta

from forebay.application.system.check_health import HealthReport


class PartBody(msgspec.Struct, kw_only=True, frozen=True):
    """One part of Forebay."""

    status: Annotated[str, Meta(description="ok or failing")]
    detail: str


class HealthBody(msgspec.Struct, kw_only=True, frozen=True):
    """Each part of Forebay by name (db, storage, …)."""

    status: Annotated[str, Meta(description="ok or failing")]
    version: str
    parts: dict[str, PartBody]

    @classmethod
    def of(cls, report: HealthReport, version: str) -> "HealthBody":
        return cls(
            status=_word(report.ok),
            version=version,
            parts={part.name: PartBody(status=_word(part.ok), detail=part.detail) for part in report.parts},
        )


class AliveBody(msgspec.Struct, kw_only=True, frozen=True):
    """The process answers."""

    status: str = "ok"


def _word(ok: bool) -> str:
    return "ok" if ok else "failing"

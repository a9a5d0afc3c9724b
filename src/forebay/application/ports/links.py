"""Links to bytes that need no further permission, for a while."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.domain.intake.blob import ObjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTarget:
    """What a link leads to, and until when."""

    file_id: UUID
    expires_at: datetime


class PresignedReads(Protocol):
    """Optional ability of a blob store: a URL from which anybody can read an object until it expires."""

    async def presign(self, key: ObjectKey, *, file_name: str, media_type: str, seconds: int) -> str:
        """The answer at that URL has this media type and is an attachment of this name."""
        ...


class LinkSigner(Protocol):
    """Links of our own, for stores that have none."""

    def sign(self, target: LinkTarget) -> str:
        """URL-safe text."""
        ...

    def verify(self, token: str, *, at: datetime) -> LinkTarget:
        """LinkInvalidError for one that was not signed with our key, or has expired."""
        ...

"""MakeLink and OpenLink: a file's bytes for whoever holds the link, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forebay.application.intake.read_file import ReadFile
from forebay.application.ports.clock import Clock
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.application.ports.links import LinkSigner, LinkTarget, PresignedReads
from forebay.domain.errors import InvalidInputError

LONGEST_SECONDS = 7 * 24 * 3600  # what Signature Version 4 allows


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeLinkCommand:
    """`seconds`: how long it works; None: as long as the settings say."""

    file_id: UUID
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Exactly one of `url` (of the store) and `token` (for OpenLink) is there. Neither belongs in a log."""

    url: str | None
    token: str | None
    expires_at: datetime


class MakeLink:
    """From the store if it can and has the file as an object of its own; else signed by us. Errors of ReadFile.

    What is inside an archive is unpacked on its way, so only we can serve it.
    """

    def __init__(
        self,
        *,
        read_file: ReadFile,
        unit_of_work: IntakeUnitOfWorkFactory,
        presigned: PresignedReads | None,
        signer: LinkSigner,
        clock: Clock,
        default_seconds: int,
    ) -> None:
        self._read_file = read_file
        self._unit_of_work = unit_of_work
        self._presigned = presigned
        self._signer = signer
        self._clock = clock
        self._default_seconds = default_seconds

    async def __call__(self, command: MakeLinkCommand) -> Link:
        seconds = self._default_seconds if command.seconds is None else command.seconds
        if not 1 <= seconds <= LONGEST_SECONDS:
            raise InvalidInputError(f"{seconds}: expected 1 to {LONGEST_SECONDS}", field="seconds")
        found = await self._read_file(command.file_id)
        expires_at = self._clock.now().replace(microsecond=0) + timedelta(seconds=seconds)
        if self._presigned is None or found.member is not None:
            token = self._signer.sign(LinkTarget(file_id=command.file_id, expires_at=expires_at))
            return Link(url=None, token=token, expires_at=expires_at)
        async with self._unit_of_work(write=False) as work:
            key = (await work.blobs.get(found.file.sha256)).object_key
        url = await self._presigned.presign(
            key, file_name=found.file.path, media_type=found.file.media_type, seconds=seconds
        )
        return Link(url=url, token=None, expires_at=expires_at)


class OpenLink:
    """Which file a token leads to. LinkInvalidError for one that we never gave, or that has expired."""

    def __init__(self, *, signer: LinkSigner, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock

    async def __call__(self, token: str) -> UUID:
        return self._signer.verify(token, at=self._clock.now()).file_id

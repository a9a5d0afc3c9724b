"""What an entrypoint hands to ReceiveUpload: bytes and what is known about them so far."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.run import RunType

Room = Callable[[], memoryview]  # lends memory, which is never empty


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDetails:
    """The fields of an upload, already checked one by one. `documents`: of an archive, those within it are wanted."""

    type: RunType | None = None
    label: str | None = None
    notes: str | None = None
    owner: str | None = None
    parent_run_id: UUID | None = None
    sha256: Sha256 | None = None
    documents: bool = False


class UploadSource(Protocol):
    """A file that arrives. Fields may come before or after its bytes; errors that it raises end the upload."""

    @property
    def file_name(self) -> str:
        """Checked by parse_file_name."""
        ...

    @property
    def size_hint(self) -> int | None:
        """About how many bytes will come, when known. Never below the true size unless the client lied."""
        ...

    @property
    def details(self) -> UploadDetails:
        """What is known so far; final once read() has returned 0."""
        ...

    async def read(self, room: Room) -> int | None:
        """Puts bytes into what room() lends and says how many; 0 at the end, when all fields are known as well.

        room() is called when bytes are there, so that who waits for them holds no memory; called again it lends the
        same. When read() returns the memory is the caller's again. None: nothing came of it yet, call again.
        """
        ...

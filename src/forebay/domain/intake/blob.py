"""Content-addressed bytes: the digest, the object key and the blob row."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.domain.intake.errors import InvalidFieldError

_HEX = re.compile(r"[0-9a-f]{64}")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(rf"(?P<owner>[A-Za-z0-9._@-]+)/(?P<run>{_UUID})/(?P<name>{_UUID})(?P<ext>(\.[a-z0-9]+){{0,2}})")


@dataclass(frozen=True, slots=True)
class Sha256:
    """A SHA-256 digest (FIPS 180-4) as 64 lower-case hexadecimal digits."""

    hex: str

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.hex):
            raise InvalidFieldError("expected a SHA-256 as 64 hexadecimal digits", field="sha256")

    @classmethod
    def parse(cls, value: str) -> "Sha256":
        return cls(value.strip().lower())

    def __str__(self) -> str:
        return self.hex

    @property
    def digest(self) -> bytes:
        return bytes.fromhex(self.hex)


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """`{owner or "_"}/{run id}/{uuid4}{extension}`: nothing that a user typed but checked characters gets in.

    What a job without a run makes has the job's id in its place.
    """

    value: str

    def __post_init__(self) -> None:
        match = _KEY.fullmatch(self.value)
        if match is None or match["owner"].strip(".") == "":
            raise InvalidFieldError("not an object key of Forebay", field="object_key")

    @classmethod
    def build(cls, *, owner: str | None, run_id: UUID, name: UUID, extension: str) -> "ObjectKey":
        return cls(f"{owner or '_'}/{run_id}/{name}{extension}")

    def __str__(self) -> str:
        return self.value

    @property
    def run_id(self) -> UUID:
        return UUID(self.value.split("/")[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes that exist in the store once, however many files refer to them."""

    sha256: Sha256
    size_bytes: int
    object_key: ObjectKey
    created_at: datetime
    verified_at: datetime | None = None

    @property
    def proven_at(self) -> datetime:
        """When its bytes were hashed last: read again, or as they came."""
        return self.verified_at or self.created_at

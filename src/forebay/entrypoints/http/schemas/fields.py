"""Fields that several bodies have."""

from typing import Annotated

from msgspec import Meta

Digest = Annotated[str, Meta(description="SHA-256 of the bytes, hexadecimal", pattern="^[0-9a-f]{64}$")]
Cursor = Annotated[str | None, Meta(description="Pass as `cursor` for the next page; null on the last one.")]

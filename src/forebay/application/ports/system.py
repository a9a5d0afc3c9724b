"""What parts may be able to say of themselves."""

from typing import Protocol


class SchemaVersion(Protocol):
    """Optional ability of a database."""

    async def revision(self) -> str | None:
        """The revision of its schema; None when no migration has touched it. DatabaseUnavailableError."""
        ...

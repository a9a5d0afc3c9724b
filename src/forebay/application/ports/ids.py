"""Identity."""

from typing import Protocol
from uuid import UUID


class IdGenerator(Protocol):
    """Makes ids that nobody else makes. Safe to call from any task or thread."""

    def new_id(self) -> UUID:
        """A UUIDv7 (RFC 9562): later ids of one process sort after earlier ones."""
        ...

    def random_id(self) -> UUID:
        """A UUIDv4: says nothing about when it was made."""
        ...

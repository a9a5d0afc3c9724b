"""Ids from the machine's clock and randomness."""

from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from forebay.application.ports.ids import IdGenerator


class SystemIds:
    """UUIDv7 and UUIDv4."""

    def new_id(self) -> UUID:
        return uuid7()

    def random_id(self) -> UUID:
        return uuid4()


_fits: IdGenerator = SystemIds()

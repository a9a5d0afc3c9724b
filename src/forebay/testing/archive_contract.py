"""The contract of archive readers. To hold an adapter to it:

    class TestMine(ArchiveContract):
        @pytest.fixture
        async def archives(self) -> AsyncIterator[MyReader]:
            async with my_reader() as reader:
                yield reader

Needs pytest and pytest-asyncio.
"""

from forebay.testing.archive_catalogue_contract import CatalogueContract
from forebay.testing.archive_member_contract import MemberContract
from forebay.testing.archive_pass_contract import PassContract
from forebay.testing.archive_refusal_contract import RefusalContract

__all__ = ["ArchiveContract"]


class ArchiveContract(CatalogueContract, MemberContract, PassContract, RefusalContract):
    """Everything of the port."""

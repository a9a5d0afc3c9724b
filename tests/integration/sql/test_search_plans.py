"""PostgreSQL finds documents along the index of their words: searching does not look through all of them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.documents import IndexEntry
from forebay.testing.document_examples import Library, a_document
from forebay.testing.intake_examples import MORNING
from tests.integration.sql.plans import PostgresPlans

DOCUMENTS = 3_000
TEXT = " ".join(f"word{number}" for number in range(150))


@pytest.fixture
async def plans(migrated_postgres_url: str) -> AsyncIterator[PostgresPlans]:
    plans = PostgresPlans(migrated_postgres_url)
    yield plans
    await plans.database.dispose()


async def filled(plans: PostgresPlans) -> Library:
    """Every document has the same words, and one of its own; every hundredth has its number in its title."""
    library = Library(SqlUnitOfWorkFactory(plans.database))
    file = await library.uploaded()
    async with library.open() as work:
        for number in range(DOCUMENTS):
            title = f"Minutes {number}" if number % 100 == 0 else "Untitled"
            document = a_document(file, title=title, created_at=MORNING + timedelta(seconds=number))
            await work.documents.add(document)
            text = f"{TEXT} own{number}"
            await work.index.put(IndexEntry(document_id=document.id, title=title, text=text, language=None))
        await work.commit()
    plans.analyse()
    return library


@pytest.mark.adapter("postgres")
async def test_words_are_looked_up_in_their_index(plans: PostgresPlans) -> None:
    library = await filled(plans)
    for query in ("own1234", "own1234 word7", "own12*", '"word149 own1234"', "own1234 -own7", "minutes 1200"):
        plans.seen.clear()
        assert await library.search(query), query
        asked = next(one for one in plans.seen if "ts_rank" in one[0])
        plans.seen.append(asked)
        plan = plans.of_last()
        assert '"Index Name": "ix_document_vectors_vector"' in plan, query
        scans = [part.partition("}")[0] for part in plan.split('"Seq Scan"')[1:]]
        assert not any("@@" in scan for scan in scans), query  # rows of what was found may be joined as it likes

"""Verifying walks along the digests, and finds what needs a blob along indexes, however much there is."""

from datetime import UTC, datetime

import pytest

from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.testing.intake_examples import a_blob
from tests.integration.sql.plans import SqlitePlans

NOW = datetime(2025, 1, 1, tzinfo=UTC)
INDEXES = ("ix_files_sha256", "ix_artifacts_sha256", "ix_documents_text_sha256", "ix_learned_models_sha256")


@pytest.mark.adapter("sqlite")
@pytest.mark.parametrize("limit", [None, 2], ids=["all", "sample"])
async def test_the_walk_goes_along_the_digests(sqlite_url: str, limit: int | None) -> None:
    plans = SqlitePlans(sqlite_url)
    open_work = SqlUnitOfWorkFactory(plans.database)
    blobs = [a_blob() for _ in range(3)]
    try:
        async with open_work() as work:
            for blob in blobs:
                await work.blobs.claim(blob)
            await work.commit()
        async with open_work(write=False) as work:
            due = await work.fixity.due(unproven_since=NOW, limit=limit)
            await work.fixity.list_due(due, after=blobs[0].sha256, limit=100)
        plan = plans.of_last("ORDER BY blobs.sha256")
        assert "SEARCH blobs USING INDEX sqlite_autoindex_blobs_1 (sha256>?)" in plan
        assert "TEMP B-TREE" not in plan
    finally:
        await plans.database.dispose()


@pytest.mark.adapter("sqlite")
async def test_what_needs_a_blob_is_found_along_indexes(sqlite_url: str) -> None:
    plans = SqlitePlans(sqlite_url)
    try:
        async with SqlUnitOfWorkFactory(plans.database)(write=False) as work:
            await work.fixity.references(a_blob().sha256, limit=11)
        for table, index in zip(("files", "artifacts", "documents", "learned_models"), INDEXES, strict=True):
            assert f"USING INDEX {index}" in plans.of_last(f"FROM {table}")
    finally:
        await plans.database.dispose()

"""A rig for each test, tidy when the test is over."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.intake.rig import Rig
from tests.unit.intake.verify_bench import Bench, Store


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    rig.blocks.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    store = Store()
    rig = Rig(memory=store)
    yield Bench(rig, store)
    rig.blocks.close()

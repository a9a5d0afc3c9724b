"""A rig for each test, tidy when the test is over."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.intake.rig import Rig


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    rig.blocks.close()

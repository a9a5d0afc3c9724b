"""A partner for each test."""

from collections.abc import Iterator

import pytest

from tests.pipelines_partner.api import PartnerApi, run_of, running_api


@pytest.fixture
def api() -> Iterator[PartnerApi]:
    """It knows one pipeline with five runs."""
    with running_api() as running:
        running.records["nightly"] = [run_of(number) for number in range(5)]
        yield running

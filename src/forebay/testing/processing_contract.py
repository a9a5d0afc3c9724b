"""The contract of the unit of work of processing, and of the change signals that go with it. To hold an adapter to it:

    class TestMine(ProcessingContract):
        @pytest.fixture
        def open_work(self) -> ProcessingUnitOfWorkFactory:
            return my_factory_on_an_empty_database

    class TestMySignals(SignalsSuite):
        the same, and fixtures `signals` and `elsewhere`: units of work of another process on the same database

The attributes are tolerances; set them in the subclass. Needs pytest and pytest-asyncio.
"""

import pytest

from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.signals import ChangeSignals
from forebay.testing.claims_contract import ClaimsContract
from forebay.testing.events_contract import EventsContract
from forebay.testing.job_examples import JobRecords
from forebay.testing.job_results_contract import ArtifactsContract, ModelsContract, StepsContract
from forebay.testing.jobs_contract import JobsContract
from forebay.testing.members_contract import MembersContract
from forebay.testing.signals_contract import SignalsContract
from forebay.testing.subjects_contract import SubjectsContract


class _OnFactory:
    @pytest.fixture
    def open_work(self) -> ProcessingUnitOfWorkFactory:
        raise NotImplementedError("the subclass overrides this fixture")

    @pytest.fixture
    def jobs(self, open_work: ProcessingUnitOfWorkFactory) -> JobRecords:
        return JobRecords(open_work)


@pytest.mark.asyncio
class ProcessingContract(
    _OnFactory,
    JobsContract,
    SubjectsContract,
    ClaimsContract,
    StepsContract,
    ArtifactsContract,
    ModelsContract,
    EventsContract,
    MembersContract,
):
    """Everything that is expected of an adapter; `open_work` gives it a factory on an empty database."""


@pytest.mark.asyncio
class SignalsSuite(_OnFactory, SignalsContract):
    """Everything that is expected of change signals."""

    @pytest.fixture
    def signals(self) -> ChangeSignals:
        raise NotImplementedError("the subclass overrides this fixture")

    @pytest.fixture
    def elsewhere(self) -> JobRecords:
        raise NotImplementedError("the subclass overrides this fixture")

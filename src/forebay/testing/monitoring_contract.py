"""The contract of the unit of work of pipelines but for runs and figures, and of change signals about alerts. To hold

an adapter to it:

    class TestMine(MonitoringContract):
        @pytest.fixture
        def open_work(self) -> PipelinesUnitOfWorkFactory:
            return my_factory_on_an_empty_database

    class TestMySignals(AlertSignalsSuite):
        the same, and fixtures `signals` and `elsewhere`: units of work of another process on the same database

The attributes are tolerances; set them in the subclass. Needs pytest and pytest-asyncio.
"""

import pytest

from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.signals import ChangeSignals
from forebay.testing.alert_rules_contract import AlertRulesContract
from forebay.testing.alert_signals_contract import AlertSignalsContract
from forebay.testing.alerts_contract import AlertsContract
from forebay.testing.clients_contract import ClientsContract
from forebay.testing.deliveries_contract import DeliveriesContract
from forebay.testing.pipeline_checks_contract import PipelineChecksContract
from forebay.testing.pipeline_examples import Monitor
from forebay.testing.pipeline_sources_contract import LineageContract, SyncStatesContract
from forebay.testing.pipelines_contract import PipelinesContract


class _OnFactory:
    @pytest.fixture
    def open_work(self) -> PipelinesUnitOfWorkFactory:
        raise NotImplementedError("the subclass overrides this fixture")

    @pytest.fixture
    def monitor(self, open_work: PipelinesUnitOfWorkFactory) -> Monitor:
        return Monitor(open_work)


@pytest.mark.asyncio
class MonitoringContract(
    _OnFactory,
    ClientsContract,
    PipelinesContract,
    SyncStatesContract,
    LineageContract,
    AlertRulesContract,
    AlertsContract,
    DeliveriesContract,
    PipelineChecksContract,
):
    """Everything that is expected of an adapter but runs and figures; `open_work` is on an empty database."""


@pytest.mark.asyncio
class AlertSignalsSuite(_OnFactory, AlertSignalsContract):
    """Change signals about alerts."""

    @pytest.fixture
    def signals(self) -> ChangeSignals:
        raise NotImplementedError("the subclass overrides this fixture")

    @pytest.fixture
    def elsewhere(self) -> Monitor:
        raise NotImplementedError("the subclass overrides this fixture")

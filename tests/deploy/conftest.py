"""What checks of what is deployed compare it with."""

from collections.abc import Iterator

import pytest

from tests.deploy.exposed import Exposed, exposed
from tests.deploy.kubectl import Kubectl, kubectl
from tests.deploy.promtool import Promtool, promtool
from tests.services.plugin import SESSION


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Exposed:
    """The metrics that this program really shows."""
    return exposed(tmp_path_factory.mktemp("exposed"))


@pytest.fixture(scope="session")
def prometheus_tool(pytestconfig: pytest.Config) -> Iterator[Promtool]:
    with pytestconfig.stash[SESSION].provide("promtool", promtool()) as found:
        yield found


@pytest.fixture(scope="session")
def kubectl_tool(pytestconfig: pytest.Config) -> Iterator[Kubectl]:
    with pytestconfig.stash[SESSION].provide("kubectl", kubectl()) as found:
        yield found

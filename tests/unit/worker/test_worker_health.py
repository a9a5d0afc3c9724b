"""Where a worker answers for itself."""

import pytest

from forebay.bootstrap.settings import Settings
from forebay.bootstrap.worker_health import bind_health
from forebay.domain.errors import SettingError


def test_a_port_that_another_worker_has_is_refused_at_once() -> None:
    with bind_health(Settings(worker_port=0)) as first:
        taken = first.getsockname()[1]
        with pytest.raises(SettingError, match="FOREBAY_WORKER_PORT") as caught:
            bind_health(Settings(worker_port=taken))
        assert caught.value.field == "FOREBAY_WORKER_PORT"

"""What every test may use: the services, and a summary that says what ran on what."""

import gc
import signal

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.services.plugin", "tests.side_by_side"]
pytest.register_assert_rewrite("forebay.testing")  # before any test takes its examples or suites from there

# Whoever starts the tests in the background (`&` in a script, nohup) has them inherit signals that are ignored, and so
# would every process that a test starts and then interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

if settings.default is not None and settings.default.deadline is not None:  # with CI=true there is none by itself
    settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("tests")


def pytest_collection_finish() -> None:
    """Leave what thousands of collected tests are made of out of garbage collections: each would look at all of it."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    gc.unfreeze()  # pytest collects once more at the end and reports what could not be closed

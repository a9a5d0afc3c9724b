"""What every test may use: the services, and a summary that says what ran on what."""

import signal

import pytest

pytest_plugins = ["tests.services.plugin", "tests.side_by_side"]
pytest.register_assert_rewrite("forebay.testing")  # before any test takes its examples or suites from there

# Whoever starts the tests in the background (`&` in a script, nohup) has them inherit signals that are ignored, and so
# would every process that a test starts and then interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

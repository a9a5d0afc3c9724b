"""What the log says, and what it must not."""

import subprocess
import sys

import pytest

_PROGRAM = """
import sys
import structlog
from forebay.bootstrap.logs import configure_logs

configure_logs(sys.argv[1], "info")

def fails(secret: str) -> None:
    raise ValueError("it broke")

try:
    fails("hunter" + "2")
except ValueError:
    structlog.get_logger().exception("request_failed")
"""


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_traceback_shows_where_it_broke_and_no_values(log_format: str) -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM, log_format], capture_output=True, text=True, check=True)
    assert "it broke" in done.stderr
    assert "request_failed" in done.stderr
    assert "hunter2" not in done.stderr

"""What is wrong with temporary files is told with the setting that helps."""

import errno
import os

import pytest

from forebay.adapters.archives.child import spool_fault
from forebay.bootstrap.archives import reader_options
from forebay.bootstrap.settings import Settings


@pytest.mark.parametrize(
    ("number", "code", "setting"),
    [
        (errno.EFBIG, "archive_too_large", "FOREBAY_ARCHIVE_MAX_BYTES"),
        (errno.ENOSPC, "unavailable", "FOREBAY_SPOOL_DIR"),
        (errno.EACCES, "unavailable", "FOREBAY_SPOOL_DIR"),
    ],
)
def test_errors_of_temporary_files_name_a_setting(number: int, code: str, setting: str) -> None:
    given, message = spool_fault(OSError(number, os.strerror(number)))
    assert given == code
    assert setting in message
    if setting == "FOREBAY_SPOOL_DIR":
        assert os.strerror(number) in message


@pytest.mark.parametrize(("most", "spooled"), [(100 << 30, 100 << 30), (1, 1 << 30)])
def test_temporary_files_may_have_what_an_archive_may_unpack_to(most: int, spooled: int) -> None:
    assert reader_options(Settings(archive_max_bytes=most)).spool_bytes == spooled

"""What an OSError means to the callers of the store."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from forebay.domain.errors import ForebayError, StorageFullError, StorageUnavailableError

# EFBIG: the process's or the file system's limit on one file; to the one who uploads it is the same as no space.
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def as_storage_error(error: OSError) -> ForebayError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in _NO_SPACE:
        return StorageFullError(
            f"the blob folder has no space left ({reason}); free some, or set FOREBAY_BLOB_URL to another folder"
        )
    return StorageUnavailableError(
        f"the blob folder does not work ({reason}); check the folder that FOREBAY_BLOB_URL names and its disk"
    )


@contextmanager
def storage_errors() -> Iterator[None]:
    """No OSError leaves the block: it becomes StorageFullError or StorageUnavailableError."""
    try:
        yield
    except OSError as error:
        raise as_storage_error(error) from error

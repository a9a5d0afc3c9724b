"""What the exceptions of the SDK and of the spool folder mean to the callers of the store."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from forebay.adapters.s3.address import SETTING
from forebay.adapters.s3.sdk import (
    BotoCoreError,
    ClientError,
    ConnectionBrokenError,
    CredentialRetrievalError,
    HTTPClientError,
    MetadataRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
)
from forebay.domain.errors import ForebayError, SettingError, StorageFullError, StorageUnavailableError

_MISSING = {"NoSuchKey", "NotFound", "404"}
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "403"}
_FULL = {"InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "507"}
_NO_CREDENTIALS = (CredentialRetrievalError, MetadataRetrievalError, HTTPClientError, SSOError, ClientError)
_LOGIN = re.compile(r"//\S*@")
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


# The store catches these where they mean something; elsewhere they are one more way in which the server fails us.
class NoSuchObjectError(StorageUnavailableError):
    """The S3 server says that there is no such object."""


class NoSuchUploadError(StorageUnavailableError):
    """What was written so far was swept away; send it again."""


class RangeBeyondEndError(StorageUnavailableError):
    """The S3 server says that the range starts behind the object's end."""


@contextmanager
def client_errors() -> Iterator[None]:
    """For making a client, when nothing but credentials has been asked for.

    SettingError for what the SDK does not take of the address, of AWS's files and variables; StorageUnavailableError
    when nobody gives credentials.
    """
    try:
        yield
    except _NO_CREDENTIALS as error:  # whose words may be those of a program that knows them
        raise StorageUnavailableError(
            f"nobody gives credentials for the S3 server ({type(error).__name__}); check AWS's variables and files"
        ) from error
    except (BotoCoreError, ValueError, OSError) as error:
        said = _LOGIN.sub("//", str(error))
        raise SettingError(f"{SETTING}, or AWS's own files and variables: {said}", field=SETTING) from error


@contextmanager
def s3_errors() -> Iterator[None]:
    """No exception of the SDK, of its HTTP client or of a socket leaves the block."""
    try:
        yield
    except ClientError as error:
        raise _answer(error) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise StorageUnavailableError(
            "no credentials for the S3 server; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile"
        ) from error
    except (BotoCoreError, ConnectionBrokenError, OSError) as error:
        raise StorageUnavailableError(
            f"the S3 server does not answer ({type(error).__name__}); check FOREBAY_BLOB_URL and that the server is up"
        ) from error


@contextmanager
def spool_errors() -> Iterator[None]:
    """No OSError of the folder for parts on their way leaves the block."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        if error.errno in _NO_SPACE:
            raise StorageFullError(
                f"the folder for parts on their way to S3 has no space left ({reason}); free some, or set"
                " FOREBAY_SPOOL_DIR to another folder"
            ) from error
        raise StorageUnavailableError(
            f"the folder for parts on their way to S3 does not work ({reason}); check FOREBAY_SPOOL_DIR"
        ) from error


def _answer(error: ClientError) -> ForebayError:
    code = str(error.response.get("Error", {}).get("Code", "an error without a code"))
    if code in _MISSING:
        return NoSuchObjectError()
    if code == "NoSuchUpload":
        return NoSuchUploadError()
    if code in {"InvalidRange", "416"}:
        return RangeBeyondEndError()
    if code == "NoSuchBucket":
        return StorageUnavailableError("the S3 bucket is gone; check FOREBAY_BLOB_URL, and restart to create it")
    return _trouble(code)


def _trouble(code: str) -> ForebayError:
    if code in _FULL:
        return StorageFullError(f"the S3 server has no space left ({code}); free some or raise the quota")
    if code in _REFUSED:
        return StorageUnavailableError(
            f"the S3 server refused us ({code}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile, and"
            " what they may do"
        )
    return StorageUnavailableError(f"the S3 server answered {code}; check FOREBAY_BLOB_URL and the server's log")

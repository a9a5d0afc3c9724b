"""The AWS SDK, which only those who keep objects in S3 install. All imports of it stand here.

Raised while this module is imported, so before anything else can go wrong: SettingError when the extra is missing.
"""

from forebay.domain.errors import SettingError

try:
    from aioboto3 import Session
    from aiobotocore.config import AioConfig
    from aiohttp import ClientError as ConnectionBrokenError
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        CredentialRetrievalError,
        HTTPClientError,
        MetadataRetrievalError,
        NoCredentialsError,
        PartialCredentialsError,
        SSOError,
    )
except ImportError as error:
    raise SettingError(
        f"a blob store in S3 needs the package {error.name}; install it with: pip install 'forebay[s3]'",
        field="FOREBAY_BLOB_URL",
    ) from error

__all__ = [
    "AioConfig",
    "BotoCoreError",
    "ClientError",
    "ConnectionBrokenError",
    "CredentialRetrievalError",
    "HTTPClientError",
    "MetadataRetrievalError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "SSOError",
    "Session",
]

"""Real servers for tests and benchmarks: `with postgres() as server:`, and the same with s3() and redis().

The pytest fixtures are in `tests.services.plugin`; DEV.md says where the servers come from and how to choose.
"""

from tests.services.browser import Browser, browser
from tests.services.postgres import PostgresServer, postgres
from tests.services.redis import RedisServer, redis
from tests.services.s3 import S3Server, s3
from tests.services.sources import UnavailableError

__all__ = [
    "Browser",
    "PostgresServer",
    "RedisServer",
    "S3Server",
    "UnavailableError",
    "browser",
    "postgres",
    "redis",
    "s3",
]

"""Which of Celery's pools a worker may have."""

from celery.concurrency import get_implementation

from forebay.domain.errors import SettingError

_SUPPORTED = ("celery.concurrency.prefork", "celery.concurrency.solo")


def check_pool(pool: str | type) -> None:
    """SettingError unless a job has a process to itself. `pool`: Celery's name for it, or its class."""
    module = get_implementation(pool).__module__
    if module not in _SUPPORTED:
        raise SettingError(
            f"the pool {module} is not supported; use --pool prefork (Celery's default), which gives each job a "
            "process of its own, or --pool solo for one job at a time",
            field="--pool",
        )

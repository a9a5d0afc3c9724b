"""What `celery -A forebay.entrypoints.worker.celery_app` finds: `app`, made when it is asked for.

Celery imports a module to get at a program, so this one module is to Celery what __main__ is to Python, and may reach
into bootstrap. import-linter knows of it.
"""

import sys
from functools import cache

from celery import Celery

from forebay.domain.errors import ForebayError


@cache
def make_app() -> Celery:
    from forebay.bootstrap.celery_worker import create_worker_app  # noqa: PLC0415 - importing the module reads no settings

    try:
        return create_worker_app()
    except ForebayError as error:
        sys.exit(f"forebay: {error.message}")  # else Celery would say it with a traceback around it


def __getattr__(name: str) -> Celery:
    if name == "app":
        return make_app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

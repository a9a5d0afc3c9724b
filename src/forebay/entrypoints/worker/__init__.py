"""Celery workers: `celery -A forebay.entrypoints.worker.celery_app worker`."""

"""The tasks. They are synchronous and hand their work to the event loop of their process."""

import socket
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from celery import Celery, Task
from celery.utils.log import get_task_logger
from kombu.exceptions import OperationalError

from forebay.application.system.check_health import HealthReport
from forebay.application.use_cases import UseCases
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.entrypoints.worker.job_process import JobProcess
from forebay.entrypoints.worker.names import HEALTH, RECOVER_JOBS, WATCH_ALERTS, WORK_ON_JOB
from forebay.entrypoints.worker.one_job import work_on_message
from forebay.entrypoints.worker.outcomes import worth_another_attempt
from forebay.entrypoints.worker.services import WorkerServices

_TROUBLE = timedelta(seconds=10)
_log = get_task_logger("forebay.worker")


def add_tasks(app: Celery, services: WorkerServices, process: JobProcess) -> None:
    """Registers the tasks, and recovery and the watch over alerts in the schedule of `celery beat`."""

    @app.task(name=WORK_ON_JOB, bind=True)
    def work_on_job(task: "Task[Any, Any]", job_id: str) -> None:
        """Works on the job if it can be claimed now."""
        again = _work(task, UUID(job_id), services, process)
        if again is not None:
            _announce_again(task, job_id, again)

    @app.task(name=RECOVER_JOBS)
    def recover_jobs() -> None:
        """Announces again what a lost message or a dead worker left behind."""
        grace = timedelta(seconds=services.recovery_interval_seconds)
        report = process.run(lambda use_cases: use_cases.processing.recover_jobs(grace=grace))
        if report.announced:
            _log.warning("announced %d jobs again", report.announced)

    @app.task(name=WATCH_ALERTS)
    def watch_alerts() -> None:
        """Looks at all pipelines that have to be looked at, and sends what is due. Safe beside servers that do so."""
        try:
            process.run(lambda use_cases: use_cases.alerts.watch.once(stopping=process.stopping))
        except UnavailableError as error:
            _log.warning("alerts have to wait: %s", error.message)

    @app.task(name=HEALTH, ignore_result=False)
    def health() -> dict[str, Any]:
        """What CheckHealth says in a process of the pool."""
        report = process.run(lambda use_cases: use_cases.system.check_health())
        return _as_json(report, services.version)

    interval = services.recovery_interval_seconds
    app.conf.beat_schedule = {
        "recover jobs": {"task": RECOVER_JOBS, "schedule": interval, "options": {"expires": max(1.0, interval)}},
    }
    alerts = services.alert_interval_seconds
    if alerts:
        options = {"expires": max(1.0, alerts)}
        app.conf.beat_schedule["watch alerts"] = {"task": WATCH_ALERTS, "schedule": alerts, "options": options}
    app.conf.beat_scheduler = "celery.beat:Scheduler"  # the schedule is all here: no need of a file to remember it


def _work(task: "Task[Any, Any]", job_id: UUID, services: WorkerServices, process: JobProcess) -> timedelta | None:
    redelivered = bool((task.request.delivery_info or {}).get("redelivered"))

    async def work(use_cases: UseCases) -> timedelta | None:
        return await work_on_message(
            use_cases.processing,
            job_id,
            worker=services.name_worker(),
            stopping=process.stopping,
            grace_seconds=services.grace_seconds,
            now=datetime.now(UTC),
            redelivered=redelivered,
        )

    try:
        return process.run(work)
    except ForebayError as error:
        if not worth_another_attempt(error):
            raise
        _log.warning("job %s has to wait: %s", job_id, error.message)
        return _TROUBLE


def _announce_again(task: "Task[Any, Any]", job_id: str, delay: timedelta) -> None:
    """What the broker does not take now is announced by RecoverJobs."""
    try:
        task.apply_async(args=(job_id,), countdown=delay.total_seconds(), retry=False)
    except OperationalError as error:
        _log.warning("job %s could not be announced again: %s", job_id, error)


def _as_json(report: HealthReport, version: str) -> dict[str, Any]:
    """As /health has it, and which host says so."""
    parts = {part.name: {"status": _word(part.ok), "detail": part.detail} for part in report.parts}
    return {"status": _word(report.ok), "version": version, "host": socket.gethostname(), "parts": parts}


def _word(ok: bool) -> str:
    return "ok" if ok else "failing"

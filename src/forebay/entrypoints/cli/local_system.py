"""What a Forebay right here says of itself."""

from forebay.application.system.describe_system import SeenWorker, SystemActivity, SystemReport
from forebay.entrypoints.cli.system_views import (
    ActivityView,
    HeldJobView,
    OptionalPartView,
    OwnWorkerView,
    SeenWorkerView,
    SettingView,
    SystemView,
)


def system_view(report: SystemReport) -> SystemView:
    about = report.installation
    own = about.worker
    return SystemView(
        version=about.version,
        python_version=about.python_version,
        platform=about.platform,
        started_at=about.started_at,
        database=about.database,
        blobs=about.blobs,
        queue=about.queue,
        worker=OwnWorkerView(name=own.name, concurrency=own.concurrency) if own is not None else None,
        activity=_activity(report.activity) if report.activity is not None else None,
        settings=[
            SettingView(name=one.name, value=one.value, origin=one.origin.value, description=one.description)
            for one in about.settings
        ],
        optional_parts=[
            OptionalPartView(name=one.name, purpose=one.purpose, installed=one.installed, hint=one.hint)
            for one in about.optional_parts
        ],
    )


def _activity(activity: SystemActivity) -> ActivityView:
    return ActivityView(
        schema_revision=activity.schema_revision,
        queued=activity.depth.queued,
        running=activity.depth.running,
        due=activity.depth.due,
        waited_seconds=activity.waited_seconds,
        workers=[_worker(worker) for worker in activity.workers],
    )


def _worker(worker: SeenWorker) -> SeenWorkerView:
    return SeenWorkerView(
        name=worker.name,
        since=worker.since,
        is_silent=worker.is_silent,
        jobs=[
            HeldJobView(
                id=job.id,
                kind=job.kind,
                run_id=job.run_id,
                subject=job.subject,
                attempt=job.attempt,
                started_at=job.started_at,
                lease_expires_at=job.lease_expires_at,
            )
            for job in worker.jobs
        ],
    )

"""Jobs, events, artifacts and models as tables for people."""

from datetime import datetime

from forebay.entrypoints.cli.job_views import ArtifactView, EventView, JobView, JobWithStepsView, ModelView, StepView
from forebay.entrypoints.cli.output import local_time, one_line, print_line, size
from forebay.entrypoints.cli.tabular import add_row, new_table, print_facts, print_more, print_page, print_table
from forebay.entrypoints.cli.views import PageView


def print_jobs(page: PageView[JobView]) -> None:
    table = new_table("JOB", "KIND", "STATUS", "ATTEMPTS", "CREATED", "ABOUT")
    for job in page.items:
        attempts = f"{job.attempts}/{job.max_attempts}"
        add_row(table, str(job.id), job.kind, job.status, attempts, local_time(job.created_at), job.about)
    print_page(table, page, "no jobs")


def print_job(job: JobView) -> None:
    waits = job.status == "queued"
    print_facts(
        {
            "job": str(job.id),
            "run": str(job.run_id) if job.run_id is not None else None,
            "subject": job.subject,
            "kind": job.kind,
            "status": f"{job.status}, to be cancelled" if job.cancel_requested and not job.is_final else job.status,
            "error": f"{job.error.detail} ({job.error.code})" if job.error else None,
            "attempts": f"{job.attempts} of {job.max_attempts}",
            "not before": local_time(job.run_after) if waits else None,
            "worker": job.lease_owner,
            "created": local_time(job.created_at),
            "started": _when(job.started_at),
            "finished": _when(job.finished_at),
        }
    )


def print_job_with_steps(job: JobWithStepsView) -> None:
    print_job(job)
    if not job.steps:
        return
    print_line("")
    table = new_table("STEP", "STATUS", "STARTED", "TOOK", "RESULT")
    for step in job.steps:
        results = ", ".join(f"{name} {value}" for name, value in step.metadata.items() if isinstance(value, int | str))
        if step.error is not None:
            results = f"{step.error.detail} ({step.error.code})"
        add_row(table, step.name, step.status, _when(step.started_at) or "", _took(step), results)
    print_table(table)


def print_events(page: PageView[EventView]) -> None:
    for event in page.items:
        print_event(event)
    print_more(page.next_cursor, option="--after")


def print_event(event: EventView) -> None:
    """A line that says all in the order in which it matters; it does not wait for others to find its columns."""
    level = "" if event.level == "info" else f"{event.level}: "
    print_line(one_line(f"{local_time(event.at)}  {event.code:<20}  {level}{event.message}"))


def print_artifacts(page: PageView[ArtifactView]) -> None:
    table = new_table("ARTIFACT", "KIND", "SIZE", "MEDIA TYPE", "SHA-256", "NAME")
    for artifact in page.items:
        cells = (str(artifact.id), artifact.kind, size(artifact.size_bytes), artifact.media_type, artifact.sha256)
        add_row(table, *cells, artifact.name)
    print_page(table, page, "no artifacts")


def print_models(page: PageView[ModelView]) -> None:
    table = new_table("MODEL", "NAME", "KIND", "VERSION", "SINCE", "PARAMETERS")
    for model in page.items:
        parameters = ", ".join(f"{name}={value}" for name, value in model.parameters.items())
        add_row(table, str(model.id), model.name, model.kind, model.version, local_time(model.created_at), parameters)
    print_page(table, page, "no models")


def _when(value: datetime | None) -> str | None:
    return local_time(value) if value is not None else None


def _took(step: StepView) -> str:
    if step.started_at is None or step.finished_at is None:
        return ""
    return f"{(step.finished_at - step.started_at).total_seconds():.1f} s"

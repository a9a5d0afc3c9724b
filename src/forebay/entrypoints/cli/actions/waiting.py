"""Waiting for a job to end."""

from uuid import UUID

from forebay.application.ports.jobs import JobFilter
from forebay.entrypoints.cli.errors import Failure
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway, JobsQuery
from forebay.entrypoints.cli.job_views import JobView, JobWithStepsView
from forebay.entrypoints.cli.watching import watching


async def newest_job(gateway: Gateway, run_id: UUID) -> JobView | None:
    """None for a run whose type nothing is done with."""
    page = await gateway.list_jobs(JobsQuery(where=JobFilter(run_id=run_id), limit=1))
    return page.items[0] if page.items else None


async def ended(gateway: Gateway, job: JobView, *, name: str, show_progress: bool) -> JobWithStepsView:
    """The job once it is final."""
    if not job.is_final:
        with watching(name, shown=show_progress) as on_event:
            async with gateway.accompany_job(job.id) as events:
                async for event in events:
                    on_event(event)
    return await gateway.get_job(job.id)


def failure_in(job: JobView) -> Failure | None:
    """What to tell when the job did not succeed."""
    if job.status == "succeeded":
        return None
    code = job.error.code if job.error is not None else "job_cancelled"
    detail = job.error.detail if job.error is not None else f"job {job.id} was {job.status}"
    return Failure(code=code, message=detail, ends_with=ExitCode.PROCESSING)

"""The tasks' names: part of the interface between versions, so none is ever reused."""

WORK_ON_JOB = "forebay.work_on_job"
RECOVER_JOBS = "forebay.recover_jobs"
WATCH_ALERTS = "forebay.watch_alerts"
HEALTH = "forebay.health"

"""The one table from error codes to what becomes of a job: another attempt, or its end."""

from enum import StrEnum

from forebay.domain.errors import ForebayError, UnavailableError


class Outcome(StrEnum):
    """`retry`: it may go better later, by itself. `fail`: it would go wrong again until somebody changes something."""

    RETRY = "retry"
    FAIL = "fail"


OUTCOMES: dict[str, Outcome] = {
    # of Forebay
    "internal_error": Outcome.FAIL,
    "invalid_input": Outcome.FAIL,
    "not_found": Outcome.FAIL,
    "conflict": Outcome.FAIL,
    "unavailable": Outcome.RETRY,
    "database_unavailable": Outcome.RETRY,
    "storage_unavailable": Outcome.RETRY,
    "storage_full": Outcome.RETRY,
    "schema_outdated": Outcome.RETRY,  # a worker of another version may have it, or this one after the migration
    "invalid_setting": Outcome.FAIL,
    "invalid_cursor": Outcome.FAIL,
    "copy_target_not_empty": Outcome.FAIL,
    "copy_source_busy": Outcome.FAIL,
    "copy_differs": Outcome.FAIL,
    # of intake
    "run_not_found": Outcome.FAIL,
    "file_not_found": Outcome.FAIL,
    "blob_not_found": Outcome.FAIL,
    "range_not_satisfiable": Outcome.FAIL,
    "invalid_transition": Outcome.FAIL,
    "run_in_progress": Outcome.FAIL,
    "unknown_type": Outcome.FAIL,
    "missing_field": Outcome.FAIL,
    "invalid_field": Outcome.FAIL,
    "duplicate_field": Outcome.FAIL,
    "unknown_field": Outcome.FAIL,
    "invalid_file_name": Outcome.FAIL,
    "empty_file": Outcome.FAIL,
    "wrong_content": Outcome.FAIL,
    "parent_run_not_found": Outcome.FAIL,
    "digest_mismatch": Outcome.FAIL,
    "upload_too_large": Outcome.FAIL,
    "upload_interrupted": Outcome.FAIL,
    "upload_stalled": Outcome.FAIL,
    "upload_cancelled": Outcome.FAIL,
    "upload_abandoned": Outcome.FAIL,
    "malformed_multipart": Outcome.FAIL,
    "unsupported_media_type": Outcome.FAIL,
    "idempotency_key_reused": Outcome.FAIL,
    "idempotency_replay": Outcome.FAIL,
    # of archives: the same bytes under the same limits fail again
    "archive_unreadable": Outcome.FAIL,
    "archive_broken": Outcome.FAIL,
    "archive_truncated": Outcome.FAIL,
    "archive_checksum_mismatch": Outcome.FAIL,
    "archive_too_large": Outcome.FAIL,
    "archive_ratio_exceeded": Outcome.FAIL,
    "archive_too_many_members": Outcome.FAIL,
    "archive_path_too_long": Outcome.FAIL,
    "archive_nested_too_deep": Outcome.FAIL,
    "archive_timeout": Outcome.FAIL,
    "archive_memory_exceeded": Outcome.FAIL,
    "member_unreadable": Outcome.FAIL,
    "member_without_content": Outcome.FAIL,
    # of processing
    "job_not_found": Outcome.FAIL,
    "artifact_not_found": Outcome.FAIL,
    "unknown_job_kind": Outcome.FAIL,
    "job_kind_mismatch": Outcome.FAIL,
    "job_active": Outcome.FAIL,
    "invalid_job_transition": Outcome.FAIL,
    "run_not_stored": Outcome.FAIL,
    "job_key_reused": Outcome.FAIL,
    "lease_lost": Outcome.RETRY,
    "worker_lost": Outcome.FAIL,  # said only when no attempt is left
    "job_cancelled": Outcome.FAIL,
    "step_failed": Outcome.RETRY,  # whatever was not foreseen may have been an accident
    "no_such_step": Outcome.FAIL,
    "steps_failed": Outcome.FAIL,  # whether it is worth another attempt is for the steps' own errors to say
    "blob_corrupt": Outcome.FAIL,
    "queue_unavailable": Outcome.RETRY,
    # of documents
    "document_not_found": Outcome.FAIL,
    "category_not_found": Outcome.FAIL,
    "category_exists": Outcome.FAIL,
    "invalid_rule": Outcome.FAIL,
    "invalid_query": Outcome.FAIL,
    "document_not_ready": Outcome.FAIL,
    "preview_unavailable": Outcome.FAIL,
    "nothing_to_learn": Outcome.FAIL,
    "link_invalid": Outcome.FAIL,
    "classifier_unavailable": Outcome.RETRY,
    "classifier_refused": Outcome.FAIL,
    "document_unreadable": Outcome.FAIL,
    "document_broken": Outcome.FAIL,
    "document_encrypted": Outcome.FAIL,
    "document_type_unsupported": Outcome.FAIL,
    "document_memory_exceeded": Outcome.FAIL,
    "document_timeout": Outcome.FAIL,
    "document_text_too_large": Outcome.FAIL,
    "document_too_many_pages": Outcome.FAIL,
    # of pipelines
    "client_not_found": Outcome.FAIL,
    "client_exists": Outcome.FAIL,
    "pipeline_not_found": Outcome.FAIL,
    "pipeline_exists": Outcome.FAIL,
    "pipeline_run_not_found": Outcome.FAIL,
    "no_run_yet": Outcome.FAIL,
    "invalid_report": Outcome.FAIL,
    "alert_rule_not_found": Outcome.FAIL,
    "alert_rule_exists": Outcome.FAIL,
    "invalid_alert_rule": Outcome.FAIL,
    "alert_not_found": Outcome.FAIL,
    "alert_closed": Outcome.FAIL,
    "revision_mismatch": Outcome.FAIL,
    "unknown_run_source": Outcome.FAIL,
    "run_source_unavailable": Outcome.RETRY,
    "run_source_refused": Outcome.FAIL,
    "notification_unavailable": Outcome.RETRY,
    "notification_refused": Outcome.FAIL,
}


def worth_another_attempt(error: ForebayError) -> bool:
    """By its code; an error with a code of its own, as processors of other packages have, by what it derives from."""
    outcome = OUTCOMES.get(error.code)
    return isinstance(error, UnavailableError) if outcome is None else outcome is Outcome.RETRY

"""The one table from error codes to exit codes, and the words that explain it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell sees. The numbers are part of the interface: never reuse one."""

    OK = 0
    INTERNAL = 1
    INVALID = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNAVAILABLE = 5
    DAMAGED = 6
    BROKEN_OFF = 7
    SETUP = 8
    PROCESSING = 9
    REJECTED = 10
    ATTENTION = 11
    FIXITY = 12
    HANGUP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


MEANING: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.INTERNAL: "a defect in Forebay, or an answer that is not Forebay's",
    ExitCode.INVALID: "wrong use or input: an argument, a field, a file that cannot be read",
    ExitCode.NOT_FOUND: (
        "there is no such run, file, job, artifact, document, category, client, pipeline, rule or alert"
    ),
    ExitCode.CONFLICT: "the present state does not allow it",
    ExitCode.UNAVAILABLE: "server, database or blob store do not answer or are full; try again later",
    ExitCode.DAMAGED: "the bytes do not have the SHA-256 they should have",
    ExitCode.BROKEN_OFF: "the transfer broke off; send it again",
    ExitCode.SETUP: "a setting is not valid, or the database needs `forebay migrate`",
    ExitCode.PROCESSING: "the file is stored, but processing it failed or was cancelled; the run says why",
    ExitCode.REJECTED: "some of the records were rejected; the others have landed",
    ExitCode.ATTENTION: "a pipeline is stuck, missing, late or failing, and the exit code was to say so",
    ExitCode.FIXITY: "stored bytes are missing, unreadable or not those that were stored; the answer says which",
    ExitCode.HANGUP: "the terminal went away",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C",
    ExitCode.BROKEN_PIPE: "whoever read the output stopped reading",
    ExitCode.TERMINATED: "stopped by SIGTERM",
}

EXIT_CODES: dict[str, ExitCode] = {
    # of Forebay
    "internal_error": ExitCode.INTERNAL,
    "invalid_input": ExitCode.INVALID,
    "not_found": ExitCode.NOT_FOUND,
    "conflict": ExitCode.CONFLICT,
    "unavailable": ExitCode.UNAVAILABLE,
    "database_unavailable": ExitCode.UNAVAILABLE,
    "storage_unavailable": ExitCode.UNAVAILABLE,
    "storage_full": ExitCode.UNAVAILABLE,
    "schema_outdated": ExitCode.SETUP,
    "invalid_setting": ExitCode.SETUP,
    "invalid_cursor": ExitCode.INVALID,
    "copy_target_not_empty": ExitCode.CONFLICT,
    "copy_source_busy": ExitCode.CONFLICT,
    "copy_differs": ExitCode.DAMAGED,
    # of intake
    "run_not_found": ExitCode.NOT_FOUND,
    "file_not_found": ExitCode.NOT_FOUND,
    "blob_not_found": ExitCode.NOT_FOUND,
    "range_not_satisfiable": ExitCode.INVALID,
    "invalid_transition": ExitCode.CONFLICT,
    "run_in_progress": ExitCode.CONFLICT,
    "unknown_type": ExitCode.INVALID,
    "missing_field": ExitCode.INVALID,
    "invalid_field": ExitCode.INVALID,
    "duplicate_field": ExitCode.INVALID,
    "unknown_field": ExitCode.INVALID,
    "invalid_file_name": ExitCode.INVALID,
    "empty_file": ExitCode.INVALID,
    "wrong_content": ExitCode.INVALID,
    "parent_run_not_found": ExitCode.INVALID,
    "digest_mismatch": ExitCode.DAMAGED,
    "upload_too_large": ExitCode.INVALID,
    "upload_interrupted": ExitCode.BROKEN_OFF,
    "upload_stalled": ExitCode.BROKEN_OFF,
    "upload_cancelled": ExitCode.BROKEN_OFF,
    "upload_abandoned": ExitCode.BROKEN_OFF,
    "malformed_multipart": ExitCode.INVALID,
    "idempotency_key_reused": ExitCode.CONFLICT,
    "idempotency_replay": ExitCode.INTERNAL,
    # of processing
    "archive_unreadable": ExitCode.PROCESSING,
    "archive_broken": ExitCode.PROCESSING,
    "archive_truncated": ExitCode.PROCESSING,
    "archive_checksum_mismatch": ExitCode.PROCESSING,
    "archive_too_large": ExitCode.PROCESSING,
    "archive_ratio_exceeded": ExitCode.PROCESSING,
    "archive_too_many_members": ExitCode.PROCESSING,
    "archive_path_too_long": ExitCode.PROCESSING,
    "archive_nested_too_deep": ExitCode.PROCESSING,
    "archive_timeout": ExitCode.PROCESSING,
    "archive_memory_exceeded": ExitCode.PROCESSING,
    "member_unreadable": ExitCode.CONFLICT,
    "member_without_content": ExitCode.CONFLICT,
    "job_not_found": ExitCode.NOT_FOUND,
    "artifact_not_found": ExitCode.NOT_FOUND,
    "unknown_job_kind": ExitCode.INVALID,
    "job_kind_mismatch": ExitCode.INVALID,
    "job_active": ExitCode.CONFLICT,
    "invalid_job_transition": ExitCode.CONFLICT,
    "run_not_stored": ExitCode.CONFLICT,
    "job_key_reused": ExitCode.CONFLICT,
    "lease_lost": ExitCode.PROCESSING,
    "worker_lost": ExitCode.PROCESSING,
    "job_cancelled": ExitCode.PROCESSING,
    "step_failed": ExitCode.PROCESSING,
    "no_such_step": ExitCode.PROCESSING,
    "steps_failed": ExitCode.PROCESSING,
    "blob_corrupt": ExitCode.DAMAGED,
    "queue_unavailable": ExitCode.UNAVAILABLE,
    # of documents
    "document_not_found": ExitCode.NOT_FOUND,
    "category_not_found": ExitCode.NOT_FOUND,
    "category_exists": ExitCode.CONFLICT,
    "invalid_rule": ExitCode.INVALID,
    "invalid_query": ExitCode.INVALID,
    "document_not_ready": ExitCode.CONFLICT,
    "preview_unavailable": ExitCode.NOT_FOUND,
    "nothing_to_learn": ExitCode.CONFLICT,
    "link_invalid": ExitCode.NOT_FOUND,
    "classifier_unavailable": ExitCode.UNAVAILABLE,
    "classifier_refused": ExitCode.PROCESSING,
    "document_unreadable": ExitCode.PROCESSING,
    "document_broken": ExitCode.PROCESSING,
    "document_encrypted": ExitCode.PROCESSING,
    "document_type_unsupported": ExitCode.PROCESSING,
    "document_memory_exceeded": ExitCode.PROCESSING,
    "document_timeout": ExitCode.PROCESSING,
    "document_text_too_large": ExitCode.PROCESSING,
    "document_too_many_pages": ExitCode.PROCESSING,
    # of pipelines
    "client_not_found": ExitCode.NOT_FOUND,
    "client_exists": ExitCode.CONFLICT,
    "pipeline_not_found": ExitCode.NOT_FOUND,
    "pipeline_exists": ExitCode.CONFLICT,
    "pipeline_run_not_found": ExitCode.NOT_FOUND,
    "no_run_yet": ExitCode.NOT_FOUND,
    "invalid_report": ExitCode.INVALID,
    "alert_rule_not_found": ExitCode.NOT_FOUND,
    "alert_rule_exists": ExitCode.CONFLICT,
    "invalid_alert_rule": ExitCode.INVALID,
    "alert_not_found": ExitCode.NOT_FOUND,
    "alert_closed": ExitCode.CONFLICT,
    "revision_mismatch": ExitCode.CONFLICT,
    "unknown_run_source": ExitCode.INVALID,
    "run_source_unavailable": ExitCode.UNAVAILABLE,
    "run_source_refused": ExitCode.PROCESSING,
    "notification_unavailable": ExitCode.UNAVAILABLE,
    "notification_refused": ExitCode.PROCESSING,
    # of the CLI itself
    "usage": ExitCode.INVALID,
    "local_only": ExitCode.INVALID,
    "unreadable_file": ExitCode.INVALID,
    "unwritable_file": ExitCode.INVALID,
    "file_changed": ExitCode.BROKEN_OFF,
    "file_exists": ExitCode.CONFLICT,
    "content_damaged": ExitCode.DAMAGED,
    "server_unreachable": ExitCode.UNAVAILABLE,
    "connection_lost": ExitCode.BROKEN_OFF,
    "unexpected_answer": ExitCode.INTERNAL,
    # of the HTTP API alone
    "route_not_found": ExitCode.INTERNAL,
    "method_not_allowed": ExitCode.INTERNAL,
    "not_acceptable": ExitCode.INTERNAL,
    "request_too_large": ExitCode.INVALID,
    "unsupported_media_type": ExitCode.INTERNAL,
    "not_implemented": ExitCode.INTERNAL,
    "invalid_parameter": ExitCode.INVALID,
    "invalid_request": ExitCode.INVALID,
    "head_too_large": ExitCode.INVALID,
    "precondition_required": ExitCode.INVALID,
    "unauthorized": ExitCode.INVALID,
}


def exit_code_of(code: str) -> ExitCode:
    """INTERNAL for a code that this version does not know."""
    return EXIT_CODES.get(code, ExitCode.INTERNAL)


def epilog() -> str:
    """The exit codes as a block of --help; the first character keeps its lines as they are."""
    lines = (f"  {int(code):>3}  {meaning}" for code, meaning in MEANING.items())
    return "\b\nExit codes:\n" + "\n".join(lines)

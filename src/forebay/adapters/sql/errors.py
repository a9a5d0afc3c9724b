"""What the drivers raise, as errors of the domain. No exception of SQLAlchemy leaves this package."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import SQLITE_CONSTRAINT_FOREIGNKEY
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, exc

from forebay.adapters.sql.pipelines_errors import OF_PIPELINES
from forebay.adapters.sql.tables import metadata
from forebay.domain.documents.errors import CategoryExistsError, CategoryNotFoundError, DocumentNotFoundError
from forebay.domain.errors import (
    ConflictError,
    DatabaseUnavailableError,
    ForebayError,
    InternalStateError,
    InvalidInputError,
    SchemaOutdatedError,
)
from forebay.domain.intake.errors import (
    BlobNotFoundError,
    FileNotFoundInRunError,
    ParentRunNotFoundError,
    RunNotFoundError,
)
from forebay.domain.pipelines.errors import PipelineNotFoundError
from forebay.domain.processing.errors import JobActiveError, JobNotFoundError

Values = Mapping[str, object]

_HELD_UP = frozenset({"40P01", "55P03"})  # deadlock_detected, lock_not_available: the server is up

_BY_CONSTRAINT: dict[str, Callable[[Values], ForebayError]] = {
    "pk_ingestion_runs": lambda row: ConflictError(f"there is a run {row.get('id')} already"),
    "pk_files": lambda row: ConflictError(f"there is a file {row.get('id')} already"),
    "uq_blobs_object_key": lambda row: ConflictError(f"there is an object {row.get('object_key')} already"),
    "fk_ingestion_runs_parent_run_id": lambda row: ParentRunNotFoundError(
        f"parent_run_id is {row.get('parent_run_id')}; there is no such run", field="parent_run_id"
    ),
    "fk_files_run_id": lambda row: RunNotFoundError(f"there is no run {row.get('run_id')}"),
    "fk_files_sha256": lambda row: BlobNotFoundError(f"there is no blob {row.get('sha256')}"),
    "fk_idempotency_keys_run_id": lambda row: RunNotFoundError(f"there is no run {row.get('run_id')}"),
    "ix_files_run_id": lambda row: ConflictError(f"there is a file {row.get('id')} already"),
    "pk_members": lambda row: ConflictError(f"there is a member {row.get('id')} already"),
    "fk_members_file_id": lambda row: FileNotFoundInRunError(
        f"there is no file {row.get('file_id')} in run {row.get('run_id')}"
    ),
    "fk_catalogues_run_id": lambda row: RunNotFoundError(f"there is no run {row.get('run_id')}"),
    "pk_jobs": lambda row: ConflictError(f"there is a job {row.get('id')} already"),
    "fk_jobs_run_id": lambda row: RunNotFoundError(f"there is no run {row.get('run_id')}"),
    "uq_jobs_active_run_kind": lambda row: JobActiveError(UUID(str(row.get("run_id"))), str(row.get("kind"))),
    "uq_jobs_active_subject_kind": lambda row: JobActiveError(
        None, str(row.get("kind")), subject=str(row.get("subject"))
    ),
    "uq_jobs_idempotency_key_hash": lambda _: ConflictError("the idempotency key was used for another job"),
    "pk_steps": lambda row: ConflictError(f"there is a step {row.get('id')} already"),
    "uq_steps_job_id_ordinal": lambda row: ConflictError(
        f"job {row.get('job_id')} has a step {row.get('ordinal')} already"
    ),
    "fk_steps_job_id": lambda row: JobNotFoundError(f"there is no job {row.get('job_id')}"),
    "fk_events_job_id": lambda row: JobNotFoundError(f"there is no job {row.get('job_id')}"),
    "pk_artifacts": lambda row: ConflictError(f"there is an artifact {row.get('id')} already"),
    "fk_artifacts_job_id": lambda row: JobNotFoundError(f"there is no job {row.get('job_id')}"),
    "fk_artifacts_sha256": lambda row: BlobNotFoundError(f"there is no blob {row.get('sha256')}"),
    "pk_documents": lambda row: ConflictError(f"there is a document {row.get('id')} already"),
    "uq_documents_run_id_path": lambda row: ConflictError(
        f"run {row.get('run_id')} has a document at {row.get('path')} already"
    ),
    "fk_documents_run_id": lambda row: RunNotFoundError(f"there is no run {row.get('run_id')}"),
    "fk_documents_parent_id": lambda row: DocumentNotFoundError(f"there is no document {row.get('parent_id')}"),
    "fk_documents_category_id": lambda row: CategoryNotFoundError(f"there is no category {row.get('category_id')}"),
    "fk_documents_text_sha256": lambda row: BlobNotFoundError(f"there is no blob {row.get('text_sha256')}"),
    "pk_categories": lambda row: ConflictError(f"there is a category {row.get('id')} already"),
    "uq_categories_name_folded": lambda row: CategoryExistsError(
        f"there is a category {row.get('name')} already; names are the same in capitals and small letters"
    ),
    "pk_corrections": lambda row: ConflictError(f"there is a correction {row.get('id')} already"),
    "fk_corrections_document_id": lambda row: DocumentNotFoundError(f"there is no document {row.get('document_id')}"),
    "fk_corrections_category_id": lambda row: CategoryNotFoundError(f"there is no category {row.get('category_id')}"),
    "fk_document_texts_document_id": lambda row: DocumentNotFoundError(
        f"there is no document {row.get('document_id')}"
    ),
    "fk_document_vectors_document_id": lambda row: DocumentNotFoundError(
        f"there is no document {row.get('document_id')}"
    ),
    "pk_pipeline_runs": lambda row: ConflictError(f"there is a run {row.get('id')} already"),
    "fk_pipeline_runs_pipeline_id": lambda row: PipelineNotFoundError(f"there is no pipeline {row.get('pipeline_id')}"),
    "pk_learned_models": lambda row: ConflictError(f"there is a learned model of version {row.get('version')} already"),
    "fk_learned_models_sha256": lambda row: BlobNotFoundError(f"there is no blob {row.get('sha256')}"),
    **OF_PIPELINES,
}
_UNDEFINED = {"42P01", "42703"}  # PostgreSQL: undefined_table, undefined_column
_SQLITE_UNDEFINED = ("no such table", "no such column", "has no column")
_SQLITE_UNIQUE = "UNIQUE constraint failed: "
_KEY_OF_ONE_COLUMN = re.compile(r"\((\w+)\)=\((.*?)\) ")  # the words around it are in the server's language
_SQLITE_CHECK = "CHECK constraint failed: "


@contextmanager
def domain_errors(values: Values | None = None) -> Iterator[None]:
    """Lets nothing of SQLAlchemy or a driver out. `values`: the row being written, to name what was wrong."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise domain_error(error, values or {}) from error
    except UnicodeError as error:
        raise _unstorable() from error


def domain_error(error: exc.SQLAlchemyError, values: Values) -> ForebayError:
    cause = error.orig if isinstance(error, exc.StatementError) else None
    if isinstance(error, exc.IntegrityError):
        return constraint_error(violated_constraint(error), {**values, **_named_key(error)})
    if isinstance(error, exc.DataError) or isinstance(cause, UnicodeError):
        return _unstorable()
    if _schema_lacks(cause):
        return SchemaOutdatedError(f"the database schema lacks something ({_first_line(cause)}); run `forebay migrate`")
    if isinstance(error, exc.DBAPIError | exc.TimeoutError):
        return unavailable(error)
    return InternalStateError(f"the database layer failed: {type(error).__name__}: {_first_line(error)}")


def unavailable(error: BaseException) -> DatabaseUnavailableError:
    cause = (error.orig if isinstance(error, exc.StatementError) else None) or error
    if getattr(cause, "sqlstate", None) in _HELD_UP:
        return DatabaseUnavailableError(
            f"The database is busy: others held what was needed here for too long; try again ({_first_line(cause)})."
        )
    return DatabaseUnavailableError(
        "The database does not answer; check FOREBAY_DATABASE_URL and that the server is up"
        f" ({_first_line(cause) or type(cause).__name__})."
    )


def constraint_error(name: str | None, values: Values) -> ForebayError:
    """The domain's error for a broken constraint; one that is not foreseen is a defect."""
    make = _BY_CONSTRAINT.get(name or "")
    return make(values) if make else InternalStateError(f"the database refused a row: constraint {name or 'unknown'}")


def is_unnamed_foreign_key(error: exc.IntegrityError) -> bool:
    """SQLite says that a foreign key is broken, but not which."""
    return getattr(error.orig, "sqlite_errorcode", None) == SQLITE_CONSTRAINT_FOREIGNKEY


def violated_constraint(error: exc.IntegrityError) -> str | None:
    """The constraint's name: PostgreSQL says it; SQLite says a CHECK's name but only the columns of a unique key."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return getattr(diagnosis, "constraint_name", None)
    message = str(error.orig)
    if message.startswith(_SQLITE_CHECK):
        return message.removeprefix(_SQLITE_CHECK)
    if message.startswith(_SQLITE_UNIQUE):
        return _UNIQUE_KEYS.get(message.removeprefix(_SQLITE_UNIQUE))
    return None


def _named_key(error: exc.IntegrityError) -> Values:
    """The column and its value, when PostgreSQL names one: with many rows nothing else says which it was."""
    diagnosis = getattr(error.orig, "diag", None)
    named = _KEY_OF_ONE_COLUMN.search(getattr(diagnosis, "message_detail", None) or "")
    return {named[1]: named[2]} if named is not None else {}


def _unique_keys() -> dict[str, str]:
    """Names of constraints and unique indexes by what SQLite calls them: `table.column, table.column`."""
    keys: dict[str, str] = {}
    for table in metadata.tables.values():
        constraints = [key for key in table.constraints if isinstance(key, PrimaryKeyConstraint | UniqueConstraint)]
        for unique in (*constraints, *(index for index in table.indexes if index.unique)):
            keys[", ".join(f"{table.name}.{column.name}" for column in unique.columns)] = str(unique.name)
    return keys


def _schema_lacks(cause: BaseException | None) -> bool:
    if cause is None:
        return False
    return getattr(cause, "sqlstate", None) in _UNDEFINED or any(part in str(cause) for part in _SQLITE_UNDEFINED)


def _unstorable() -> InvalidInputError:
    return InvalidInputError("a text holds characters that cannot be stored (NUL or half of a surrogate pair)")


def _first_line(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines() if error is not None else []
    return lines[0][:300] if lines else ""


_UNIQUE_KEYS = _unique_keys()

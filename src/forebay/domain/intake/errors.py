"""What can go wrong with an upload."""

from uuid import UUID

from forebay.domain.errors import ConflictError, ForebayError, InvalidInputError, NotFoundError


class RunNotFoundError(NotFoundError):
    """There is no run with this id."""

    code = "run_not_found"


class FileNotFoundInRunError(NotFoundError):
    """There is no file with this id."""

    code = "file_not_found"


class BlobNotFoundError(NotFoundError):
    """The blob store holds no object under this key."""

    code = "blob_not_found"


class RangeNotSatisfiableError(InvalidInputError):
    """The range starts behind the end of the file."""

    code = "range_not_satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__(f"the range starts behind the end of the file, which has {size} bytes", field="Range")
        self.size = size


class InvalidTransitionError(ConflictError):
    """The run cannot go from its present status to the one asked for."""

    code = "invalid_transition"


class RunInProgressError(ConflictError):
    """The run is still being received; wait until its upload has ended."""

    code = "run_in_progress"


class UnknownRunTypeError(InvalidInputError):
    """The type is not one that Forebay knows."""

    code = "unknown_type"


class MissingFieldError(InvalidInputError):
    """A field that is required is missing."""

    code = "missing_field"


class InvalidFieldError(InvalidInputError):
    """A field has a value that is not allowed."""

    code = "invalid_field"


class DuplicateFieldError(InvalidInputError):
    """A field that may come once came twice."""

    code = "duplicate_field"


class UnknownFieldError(InvalidInputError):
    """The form has a field that this operation does not know."""

    code = "unknown_field"


class InvalidFileNameError(InvalidInputError):
    """The file name is not allowed."""

    code = "invalid_file_name"


class EmptyFileError(InvalidInputError):
    """The file is empty."""

    code = "empty_file"


class WrongContentError(InvalidInputError):
    """The file's first bytes do not fit the type."""

    code = "wrong_content"


class ParentRunNotFoundError(InvalidInputError):
    """The parent run does not exist."""

    code = "parent_run_not_found"


class DigestMismatchError(InvalidInputError):
    """The bytes that arrived do not have the digest that the client gave."""

    code = "digest_mismatch"


class UploadTooLargeError(ForebayError):
    """The upload is larger than the limit."""

    code = "upload_too_large"


class UploadInterruptedError(ForebayError):
    """The client went away before the upload was complete."""

    code = "upload_interrupted"


class UploadStalledError(ForebayError):
    """The client sent too slowly or not at all, and was cut off."""

    code = "upload_stalled"


class UploadCancelledError(ForebayError):
    """The server stopped before the upload was complete; send it again."""

    code = "upload_cancelled"


class UploadAbandonedError(ForebayError):
    """Nothing was heard of this upload for longer than the grace period; send it again."""

    code = "upload_abandoned"


class MalformedUploadError(InvalidInputError):
    """The request body is not well-formed multipart/form-data."""

    code = "malformed_multipart"


class UnsupportedMediaTypeError(InvalidInputError):
    """The upload came in a form that is not understood."""

    code = "unsupported_media_type"


class IdempotencyKeyReusedError(ConflictError):
    """This Idempotency-Key was used before for an upload with other content."""

    code = "idempotency_key_reused"


class IdempotencyReplayError(ForebayError):
    """Raised inside a unit of work when the key is taken: the first run's id, to answer with."""

    code = "idempotency_replay"

    def __init__(self, run_id: UUID, fingerprint: str) -> None:
        super().__init__()
        self.run_id = run_id
        self.fingerprint = fingerprint

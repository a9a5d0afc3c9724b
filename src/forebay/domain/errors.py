"""The error tree. Every error has a stable ``code``; its docstring is the default message.

Entrypoints map codes to their own vocabulary (HTTP status, exit code, retry or fail) in one table each.
"""

from typing import ClassVar


class ForebayError(Exception):
    """Something went wrong in Forebay."""

    code: ClassVar[str] = "internal_error"

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or self.code).strip())
        self.field = field

    @property
    def message(self) -> str:
        return str(self.args[0])


class InvalidInputError(ForebayError):
    """The input is not valid."""

    code = "invalid_input"


class NotFoundError(ForebayError):
    """There is nothing with this id."""

    code = "not_found"


class ConflictError(ForebayError):
    """The request conflicts with the present state."""

    code = "conflict"


class UnavailableError(ForebayError):
    """A part that is needed does not answer at present; try again later."""

    code = "unavailable"


class DatabaseUnavailableError(UnavailableError):
    """The database does not answer; check FOREBAY_DATABASE_URL and that the server is up."""

    code = "database_unavailable"


class StorageUnavailableError(UnavailableError):
    """The blob store does not answer; check FOREBAY_BLOB_URL and that the store is up."""

    code = "storage_unavailable"


class StorageFullError(UnavailableError):
    """The blob store has no space left."""

    code = "storage_full"


class SchemaOutdatedError(ForebayError):
    """The database schema is not at the version of this program; run `forebay migrate`."""

    code = "schema_outdated"


class SettingError(ForebayError):
    """A setting is not valid."""

    code = "invalid_setting"


class CursorError(InvalidInputError):
    """The cursor is not one that this list gave; leave it out to start at the first page."""

    code = "invalid_cursor"


class InternalStateError(ForebayError):
    """The stored state contradicts itself; this is a defect, please report it."""

    code = "internal_error"

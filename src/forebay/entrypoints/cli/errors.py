"""What can go wrong in the command line itself, and the one form in which every error is told."""

from dataclasses import dataclass

from forebay.domain.errors import ConflictError, ForebayError, InvalidInputError, UnavailableError
from forebay.entrypoints.cli.exit_codes import ExitCode, exit_code_of


class LocalOnlyError(InvalidInputError):
    """This command works on the database and blob store directly; leave out --server and FOREBAY_SERVER."""

    code = "local_only"


class UnreadableFileError(InvalidInputError):
    """The file cannot be read."""

    code = "unreadable_file"


class UnwritableFileError(InvalidInputError):
    """The file cannot be written."""

    code = "unwritable_file"


class FileChangedError(ForebayError):
    """The file changed while it was read; upload it again when nobody writes to it."""

    code = "file_changed"


class OutputExistsError(ConflictError):
    """The file exists already; use --force to replace it."""

    code = "file_exists"


class ContentDamagedError(ForebayError):
    """The bytes that arrived do not have the SHA-256 that is recorded for them."""

    code = "content_damaged"


class ServerUnreachableError(UnavailableError):
    """The server does not answer; check --server or FOREBAY_SERVER and that it is up."""

    code = "server_unreachable"


class ConnectionLostError(ForebayError):
    """The connection to the server was lost."""

    code = "connection_lost"


class UnexpectedAnswerError(ForebayError):
    """The server's answer is not one of Forebay's; check --server or FOREBAY_SERVER."""

    code = "unexpected_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error as it is told, wherever it happened."""

    code: str
    message: str
    field: str | None = None
    ends_with: ExitCode | None = None  # where it happened tells more than the code

    @property
    def exit_code(self) -> ExitCode:
        return exit_code_of(self.code) if self.ends_with is None else self.ends_with

    @property
    def sentence(self) -> str:
        """The message, behind the field it is about unless it begins with that anyway."""
        if self.field is None or self.message.startswith(self.field):
            return self.message
        return f"{self.field}: {self.message}"


class RemoteError(ForebayError):
    """The server refused. `failure` is what its problem detail says."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message, field=failure.field)
        self.failure = failure


def failure_of(error: ForebayError) -> Failure:
    if isinstance(error, RemoteError):
        return error.failure
    return Failure(code=error.code, message=error.message, field=error.field)

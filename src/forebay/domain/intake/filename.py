"""File names as clients send them, and the rules for keeping one."""

import re
import unicodedata

from forebay.domain.intake.errors import InvalidFileNameError, MissingFieldError

MAX_NAME_BYTES = 255
_EXTENSION = re.compile(r"(\.tar)?\.[a-z0-9]{1,10}\Z")


def parse_file_name(value: str | None, *, field: str = "file") -> str:
    """The name in NFC, or an error that says what is wrong with it. Never repaired in silence: a path is refused."""
    if not value:
        raise MissingFieldError(
            f'{field} has no file name; expected one, for instance filename="app.tar.gz"', field=field
        )
    # What is far too long stays as it is: to order the marks of a letter takes time by the square of their number.
    name = unicodedata.normalize("NFC", value) if len(value) <= 4 * MAX_NAME_BYTES else value
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise InvalidFileNameError("the file name is not valid UTF-8", field=field) from None
    if size > MAX_NAME_BYTES:
        raise InvalidFileNameError(f"the file name has {size} bytes; at most {MAX_NAME_BYTES} are allowed", field=field)
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in name):
        raise InvalidFileNameError("the file name has control or invisible formatting characters", field=field)
    if "/" in name or "\\" in name:
        raise InvalidFileNameError("the file name has a path in it; expected a name without / or \\", field=field)
    if not name.replace(".", "").strip():  # "." and "..", also in the guises that some systems strip to them
        raise InvalidFileNameError(f"{name!r} is not a file name", field=field)
    return name


def key_extension(name: str) -> str:
    """The checked extension for an object key: lower case, ASCII letters and digits, `.tar.x` kept whole, or none."""
    match = _EXTENSION.search(name.lower())
    return match.group() if match and match.start() > 0 else ""

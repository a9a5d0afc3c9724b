"""How answers and errors reach the terminal, a file or a pipe."""

import sys
import traceback
from datetime import datetime
from typing import TextIO

import msgspec

from forebay.entrypoints.cli.errors import Failure


def print_line(text: str) -> None:
    sys.stdout.write(text + "\n")


def print_json(value: object) -> None:
    """One document on one line; indented for a person at a terminal."""
    text = msgspec.json.encode(value)
    if sys.stdout.isatty():
        text = msgspec.json.format(text, indent=2)
    print_line(text.decode())


def print_failure(failure: Failure, *, as_json: bool, about: str | None = None) -> None:
    """To standard error: a sentence, or a JSON document on a line. `about`: the argument that it concerns."""
    about = None if about is None else printable(about)
    if not as_json:
        where = f"{about}: " if about is not None else ""
        _to_stderr(f"forebay: {where}{printable(failure.sentence)}")
        return
    document = {
        "code": failure.code,
        "detail": printable(failure.message),
        "field": failure.field,
        "exit_code": int(failure.exit_code),
    }
    if about is not None:
        document["argument"] = about
    _to_stderr(msgspec.json.encode(document).decode())


def print_note(text: str) -> None:
    """Something beside the answer, which must not get into a pipe."""
    _to_stderr(printable(text))


def print_defect(error: BaseException, *, as_json: bool) -> None:
    """A defect is the one thing whose traceback somebody needs."""
    words = f"{type(error).__name__}: {error}".rstrip(": ")
    if not as_json:
        _to_stderr("".join(traceback.format_exception(error)).rstrip())
    print_failure(
        Failure(code="internal_error", message=f"a defect in Forebay, please report it: {words}"), as_json=as_json
    )


def printable(text: str) -> str:
    """Nothing that a terminal would obey, and no half characters: what is not printable becomes an escape."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)


def local_time(value: datetime) -> str:
    return value.astimezone().isoformat(sep=" ", timespec="seconds")


def size(count: float) -> str:
    """Bytes for people: three digits and a binary unit."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def make_forgiving(stream: TextIO | None) -> None:
    """A character that the terminal's encoding lacks is escaped instead of ending the program."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _to_stderr(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()

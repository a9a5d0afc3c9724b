"""How answers and errors reach the terminal, a file or a pipe."""

import io
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TextIO

import msgspec

from forebay.entrypoints.cli.errors import Failure, UnwritableFileError


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """UnwritableFileError when it does not take what is written; BrokenPipeError when nobody reads any more."""
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_standard_output()
        raise UnwritableFileError(f"standard output cannot be written: {error.strerror}") from None


def print_line(text: str) -> None:
    with standard_output() as stream:
        stream.write(text + "\n")


def flush() -> None:
    with standard_output() as stream:
        stream.flush()


def forget_standard_output() -> None:
    """What is still in the buffer must not complain once more when the interpreter ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def print_json(value: object) -> None:
    """One document on one line; indented for a person at a terminal."""
    text = msgspec.json.encode(value)
    if sys.stdout.isatty():
        text = msgspec.json.format(text, indent=2)
    print_line(text.decode())


def print_json_line(value: object) -> None:
    """One of many documents: on one line even for a person."""
    print_line(msgspec.json.encode(value).decode())


def print_failure(failure: Failure, *, as_json: bool, about: str | None = None) -> None:
    """To standard error: a sentence, or a JSON document on a line. `about`: the argument that it concerns."""
    about = None if about is None else printable(about)
    if not as_json:
        where = f"{one_line(about)}: " if about is not None else ""
        _to_stderr(f"forebay: {where}{one_line(failure.sentence)}")
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
    _to_stderr(one_line(text))


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


def one_line(text: str) -> str:
    """As printable(), and neither a line break nor a tab: nobody's file name makes a row or a column."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def local_time(value: datetime) -> str:
    return value.astimezone().isoformat(sep=" ", timespec="seconds")


def size(count: float) -> str:
    """Bytes for people: three digits and a binary unit."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def prepare_streams() -> None:
    """Makes the standard streams fit for everything that follows.

    A character that the terminal's encoding lacks is escaped instead of ending the program. A stream that was closed
    when we were started leads nowhere: otherwise the next file that is opened, a database for instance, would take
    its number and whatever is written there.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _to_stderr(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()

"""What OpenLineage's names become here: names that are too long, or not printable, are shortened, never refused."""

import hashlib
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.texts import MAX_EXTERNAL_ID, MAX_NAME, parse_name

MAX_JOB_TEXT = 2_000  # characters of a namespace or a name that are kept
_NOT_PLAIN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIGITS = 16


class JobName(NamedTuple):
    """A job as OpenLineage names it. Both parts can be stored; see fitting()."""

    namespace: str
    name: str


def fitting(text: str, limit: int) -> str:
    """The text, if it has at most `limit` characters, none of them a control character. Else its beginning with those

    replaced, and a digest of all of it, so that different texts stay different.
    """
    return text if text and len(text) <= limit and _is_plain(text) else _shortened(text, limit)


def fitting_name(text: str, *, limit: int = MAX_NAME) -> str:
    """As parse_name() has it, where it takes it; else as fitting()."""
    try:
        return parse_name(text, limit=limit)
    except InvalidInputError:
        return parse_name(_shortened(text, limit), limit=limit)


def pipeline_names(job: JobName) -> Iterator[str]:
    """What its pipeline may be called, best first, without an end: others may have the names already."""
    yield fitting_name(job.name)
    whole = f"{job.namespace}/{job.name}"
    yield fitting_name(whole)
    for number in count(2):
        ending = f" ({number})"
        yield fitting_name(whole, limit=MAX_NAME - len(ending)) + ending


def external_id_of(job: JobName) -> str:
    """`namespace/name`, and no two jobs have the same: one whose name holds a slash has a digest behind it."""
    whole = f"{job.namespace}/{job.name}"
    if "/" not in job.name:
        return fitting(whole, MAX_EXTERNAL_ID)
    digest = hashlib.sha256("\0".join(job).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{fitting(whole, MAX_EXTERNAL_ID - _DIGITS - 1)}~{digest}"


def _shortened(text: str, limit: int) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    head = unicodedata.normalize("NFC", "".join(" " if _breaks(char) else char for char in text[:limit]))
    return f"{head[: limit - _DIGITS - 1].strip()}~{digest}"


def _is_plain(text: str) -> bool:
    return not any(_breaks(char) for char in text) if not text.isascii() else text.isprintable()


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in _NOT_PLAIN

"""Reading what a language model answered: one of the categories, or none of them, and nothing else."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from forebay.domain.documents.errors import ClassifierRefusedError

_LONGEST_RATIONALE = 500
_FENCED = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)


class _Said(msgspec.Struct, frozen=True):
    category: str
    confidence: Annotated[float, Meta(ge=0, le=1)]
    rationale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`position`: of the category among those that were offered; None: none of them fits."""

    position: int | None
    confidence: float
    rationale: str


def read_answer(text: str | bytes, names: Sequence[str], *, none: str) -> Answer:
    """ClassifierRefusedError says what is wrong, without the answer: it may repeat the document."""
    try:
        said = msgspec.json.decode(_json_in(text), type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = "" if isinstance(error, UnicodeDecodeError) else _where(error)
        raise ClassifierRefusedError(f"the language model's answer is not of the form asked for{reason}") from None
    return Answer(
        position=_position(said.category.strip(), names, none),
        confidence=said.confidence,
        rationale=_one_line(said.rationale),
    )


def _json_in(text: str | bytes) -> str:
    """The object inside: servers that cannot hold a model to JSON let it put words or a fence around it."""
    whole = text.decode() if isinstance(text, bytes) else text
    if fenced := _FENCED.match(whole):
        whole = fenced[1]
    start, stop = whole.find("{"), whole.rfind("}")
    return whole[start : stop + 1] if 0 <= start < stop else whole


def _position(category: str, names: Sequence[str], none: str) -> int | None:
    if category in names:
        return names.index(category)
    folded = [name.casefold() for name in names]
    if category.casefold() in folded:
        return folded.index(category.casefold())
    if category.casefold() == none:
        return None
    raise ClassifierRefusedError("the language model named a category that was not offered to it")


def _where(error: msgspec.DecodeError) -> str:
    """The field alone: the rest of the message may hold what was said."""
    field = re.search(r"`(\$\.\w+)`|required field `(\w+)`", str(error))
    return f" (its {(field[1] or field[2]).removeprefix('$.')})" if field else " (it is no JSON)"


def _one_line(text: str) -> str:
    shown = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in text)
    line = " ".join(shown.split())
    return line if len(line) <= _LONGEST_RATIONALE else f"{line[: _LONGEST_RATIONALE - 1].rstrip()}…"

"""The shape of an answer: a page of records, and where the next one is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_LISTS = ("items", "runs", "data")
_LONGEST_CURSOR = 4096


class UnusableAnswerError(Exception):
    """The answer is no page of records; says what it is instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """`cursor`: None when there is none. `is_last`: nothing comes behind it, whatever the cursor says."""

    records: Sequence[object]
    cursor: str | None
    is_last: bool


def read_page(body: bytes, *, media_type: str) -> RecordPage:
    """`{"items" | "runs" | "data": [...], "next_cursor": … | null, "has_more": …}`. UnusableAnswerError.

    The parser is one that takes halves of surrogate pairs and NaN: these are the business of the record that has them.
    """
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise UnusableAnswerError(f"is not JSON, but {len(body)} bytes of {media_type or 'no type'}") from None
    if not isinstance(answer, dict):
        raise UnusableAnswerError(f"is {kind_of(answer)} instead of an object with {', '.join(_LISTS)}")
    name = next((name for name in _LISTS if name in answer), None)
    if name is None:
        raise UnusableAnswerError(f"is an object without a list of runs; expected one of {', '.join(_LISTS)}")
    if not isinstance(answer[name], list):
        raise UnusableAnswerError(f"has {kind_of(answer[name])} instead of a list in {name}")
    cursor = _cursor(answer.get("next_cursor"))
    has_more = answer.get("has_more")
    if has_more is not None and not isinstance(has_more, bool):
        raise UnusableAnswerError(f"has {kind_of(has_more)} instead of true or false in has_more")
    return RecordPage(records=answer[name], cursor=cursor, is_last=cursor is None or has_more is False)


def _cursor(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise UnusableAnswerError(f"has {kind_of(value)} instead of a text in next_cursor")
    if len(value) > _LONGEST_CURSOR or not value.isprintable():
        raise UnusableAnswerError(f"has a next_cursor that is none: longer than {_LONGEST_CURSOR}, or not printable")
    return value


def kind_of(value: object) -> str:
    """What it is in the words of JSON."""
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return "null" if value is None else names.get(type(value), "something else")

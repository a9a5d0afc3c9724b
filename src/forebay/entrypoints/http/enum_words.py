"""What would have been right where a word is none of those that are possible: msgspec does not say."""

import re

from msgspec import inspect

_WRONG_WORD = re.compile(r"Invalid enum value (?P<word>.*)", re.DOTALL)
_STEP = re.compile(r"(?P<name>[^.\[\]]+)|\[(?P<index>[^\]]*)\]")
_LONGEST_WORD = 100


def with_words(message: str, annotation: object, path: str) -> str:
    """The message of msgspec about what lies at `path` within `annotation`, and which words are possible there."""
    wrong = _WRONG_WORD.fullmatch(message)
    if wrong is None:
        return message
    word = wrong["word"]
    shown = word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…"
    words = _words(annotation, path)
    return f"Invalid enum value {shown}" + (f"; expected one of {', '.join(words)}" if words else "")


def _words(annotation: object, path: str) -> tuple[str, ...]:
    try:
        places = [inspect.type_info(annotation)]
    except (TypeError, NameError):  # not a type that msgspec knows
        return ()
    for step in _STEP.finditer(path):
        places = [inner for place in places for inner in _within(place, step["name"])]
    return tuple(
        str(word.value)
        for place in places
        for one in _plain(place)
        if isinstance(one, inspect.EnumType)
        for word in one.cls
    )


def _within(place: inspect.Type, name: str | None) -> list[inspect.Type]:
    """What may lie there under a name; without one: the elements, or the values of any key."""
    found: list[inspect.Type] = []
    for one in _plain(place):
        if name is not None and isinstance(one, inspect.StructType):
            found.extend(field.type for field in one.fields if field.encode_name == name)
        elif name is None and isinstance(one, inspect.DictType):
            found.append(one.value_type)
        elif name is None and isinstance(one, inspect.ListType | inspect.VarTupleType | inspect.SetType):
            found.append(one.item_type)
    return found


def _plain(place: inspect.Type) -> list[inspect.Type]:
    if isinstance(place, inspect.Metadata):
        return _plain(place.type)
    if isinstance(place, inspect.UnionType):
        return [inner for one in place.types for inner in _plain(one)]
    return [place]

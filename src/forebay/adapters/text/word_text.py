"""Text of WordprocessingML (ECMA-376 part 1, 17): runs, tabs and breaks, in paragraphs, cells and rows."""

from collections.abc import Iterator
from typing import Protocol

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says again what stands beside it
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}
_TEXT, _PARAGRAPH, _CELL, _ROW = f"{_W}t", f"{_W}p", f"{_W}tc", f"{_W}tr"


class Node(Protocol):
    """An element of an XML tree, in lxml and elsewhere. `tag`: not a text for comments and instructions."""

    @property
    def tag(self) -> object: ...
    @property
    def text(self) -> str | None: ...
    def __iter__(self) -> Iterator["Node"]: ...


def pieces_of(top: Node) -> Iterator[str]:
    """A paragraph is a line, a row of a table is one too, with tabs between its cells; deleted text is left out."""
    cells = 0  # that are open: paragraphs in a cell follow each other after a space
    skipped: Node | None = None
    events = _events(top)
    for begins, element in events:
        if skipped is not None:
            if element is skipped:
                skipped = None
            continue
        tag = element.tag
        if begins:
            if tag == _FALLBACK:
                skipped = element
            elif tag == _TEXT:
                yield element.text or ""
            elif tag == _CELL:
                cells += 1
            elif isinstance(tag, str) and tag in _SIGNS:
                yield " " if cells else _SIGNS[tag]
        elif tag == _PARAGRAPH:
            yield " " if cells else "\n"
        elif tag == _CELL:
            cells -= 1
            yield " " if cells else "\t"
        elif tag == _ROW and not cells:
            yield "\n"


def _events(top: Node) -> Iterator[tuple[bool, Node]]:
    """Each element when it begins (True) and when it ends, without recursion."""
    stack = [(top, iter(top))]
    yield True, top
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield False, element
        else:
            yield True, child
            stack.append((child, iter(child)))

"""HTML as a person reads it: what is shown, in lines, without what only browsers need."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from forebay.domain.documents.document import title_from

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "math", "object", "iframe", "canvas"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "pre", "blockquote", "hr", "figure"}
)
_BLOCKS = _PARAGRAPHS | {
    "address", "article", "aside", "body", "caption", "dd", "details", "div", "dt", "fieldset", "figcaption", "footer",
    "form", "header", "html", "legend", "li", "main", "nav", "option", "section", "summary", "tbody", "tfoot", "thead",
    "title", "tr",
}  # fmt: skip
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[ \t\n\f\r\u200b]+")
_TEXT, _ELEMENT = "-text", 1


class Shown:
    """The text of a page. `title`: what it calls itself, or its first heading."""

    def __init__(self, html: str) -> None:
        try:
            self._tree = LexborHTMLParser(html)
        except SelectolaxError as error:  # HTML is never wrong: the parser had no memory
            raise MemoryError from error
        self.title = self._title()

    def _title(self) -> str | None:
        for query in ("head > title", "h1"):
            found = self._tree.css_first(query)
            if found is not None and (title := title_from(found.text(deep=True))):
                return title
        return None

    def pieces(self) -> Iterator[str]:
        """The text from the beginning, in small pieces."""
        lines = _Lines()
        body = self._tree.body or self._tree.root
        if body is not None:
            yield from _walk(body, lines)
        yield lines.end()


def _walk(top: LexborNode, lines: "_Lines") -> Iterator[str]:
    """Without recursion: documents nest as deep as they like. The way back up passes the end of each element."""
    open_tags: list[str] = []
    node: LexborNode | None = top
    while node is not None:
        tag = node.tag or ""
        if tag == _TEXT:
            yield lines.text(node.text_content or "")
            child = None
        elif tag in _UNSEEN or tag.startswith(("-", "!", "_")):
            child = None
        else:
            lines.begin(tag)
            if tag == "img" and (alt := (node.attributes.get("alt") or "").strip()):
                yield lines.text(alt)
            child = node.first_child
            if child is None:
                lines.finish(tag)
        if child is not None:
            open_tags.append(tag)
            node = child
            continue
        while node is not None and node.next is None and open_tags:
            node = node.parent
            lines.finish(open_tags.pop())
        node = None if node is None or not open_tags else node.next


class _Lines:
    """White space as a browser lays it out: blocks on lines of their own, a blank line around paragraphs."""

    def __init__(self) -> None:
        self._newlines = 0  # that are to come before the next text
        self._space = False
        self._begun = False
        self._kept = 0  # how many elements around keep their white space

    def begin(self, tag: str) -> None:
        if tag == "pre":
            self._kept += 1
        self._break(tag)
        if tag == "br":
            self._newlines = min(self._newlines + 1, 2)

    def finish(self, tag: str) -> None:
        if tag == "pre":
            self._kept -= 1
        if tag in _CELLS:
            self._space = True
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._newlines = max(self._newlines, 2 if tag in _PARAGRAPHS else 1)

    def text(self, text: str) -> str:
        if self._kept:
            shown = text.strip("\n") if self._newlines else text
        else:
            shown = _SPACES.sub(" ", text)
            if shown.startswith(" "):
                shown = shown[1:]
                self._space = True
        if not shown:
            return ""
        before = "\n" * self._newlines if self._newlines else " " if self._space else ""
        if not self._begun:
            before = ""
        self._begun = True
        self._newlines = 0
        self._space = not self._kept and shown.endswith(" ")
        return before + (shown[:-1] if self._space else shown)

    def end(self) -> str:
        return "\n" if self._begun else ""

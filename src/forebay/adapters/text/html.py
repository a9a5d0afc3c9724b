"""HTML and XHTML."""

import re
from importlib.metadata import version

from forebay.adapters.text.charset import by_mark, charset_of, guess, known_codec
from forebay.adapters.text.content import Content
from forebay.adapters.text.markup import Shown
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput

_HEAD_BYTES = 4096  # browsers look at 1,024, but comments before the declaration are common
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_SAMPLE_BYTES = 64 << 10


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    shown = Shown(html_text(content))
    for piece in shown.pieces():
        output.write(piece)
    return Findings(title=shown.title, reader="selectolax", version=version("selectolax"))


def html_text(content: Content) -> str:
    """By the byte order mark, what the page declares if that fits, else as any text."""
    data = content.all()
    if by_mark(data[:4]) is None and (declared := declared_charset(data)):
        codec = known_codec(declared)
        if codec is not None and not codec.startswith(("utf-16", "utf-32")):  # it was read as ASCII: it cannot be that
            try:
                return data.decode(codec)
            except UnicodeDecodeError:
                return data.decode(guess(data[:_SAMPLE_BYTES]) if codec == "utf-8" else codec, "replace")
    return data.decode(charset_of(content), "replace")


def declared_charset(data: bytes) -> str | None:
    """What a page says of itself, in a meta element or in its XML declaration."""
    head = data[:_HEAD_BYTES]
    declared = _DECLARED.search(head) or _XML.search(head)
    return declared[1].decode("ascii", "replace") if declared else None

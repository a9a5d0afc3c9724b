"""Word documents by python-docx, which finds the parts; the text is read off their XML, text boxes and all."""

from collections.abc import Iterator
from importlib.metadata import version

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.parser import parse_xml

from forebay.adapters.text.content import Content
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.adapters.text.packages import package_of
from forebay.adapters.text.titles import sensible_title
from forebay.adapters.text.word_text import pieces_of
from forebay.domain.documents.errors import DocumentBrokenError

_BEFORE = (RELATIONSHIP_TYPE.HEADER,)
_AFTER = (RELATIONSHIP_TYPE.FOOTER, RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    with package_of(content):
        pass  # it is one, within limits
    content.file.seek(0)
    try:
        document = docx.Document(content.file)
    except (KeyError, ValueError, SyntaxError) as error:
        raise DocumentBrokenError(f"the document is damaged: {error}") from None
    for piece in _beside(document.part, _BEFORE):
        output.write(piece)
    for piece in pieces_of(document.element.body):
        output.write(piece)
    for piece in _beside(document.part, _AFTER):
        output.write(piece)
    return Findings(
        title=sensible_title(document.core_properties.title), reader="python-docx", version=version("python-docx")
    )


def _beside(part: Part, kinds: tuple[str, ...]) -> Iterator[str]:
    """Text of headers, footers and notes: each part once."""
    seen: set[str] = set()
    for kind in kinds:
        for relation in part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                found = relation.target_part
                if found.partname not in seen:
                    seen.add(found.partname)
                    yield from _lines(found.blob)


def _lines(blob: bytes) -> Iterator[str]:
    text = "".join(pieces_of(parse_xml(blob)))  # without entities and network
    if text.strip():
        yield text if text.endswith("\n") else f"{text}\n"

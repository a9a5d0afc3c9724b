"""Presentations by python-pptx: a slide is a page, and its notes belong to it."""

from collections.abc import Iterable, Iterator
from importlib.metadata import version

import pptx
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide

from forebay.adapters.text.content import Content
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.adapters.text.packages import package_of
from forebay.adapters.text.titles import sensible_title
from forebay.domain.documents.errors import DocumentBrokenError

_DEEPEST = 50


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    with package_of(content):
        pass  # it is one, within limits
    content.file.seek(0)
    try:
        presentation = pptx.Presentation(content.file)
    except (KeyError, ValueError, SyntaxError) as error:
        raise DocumentBrokenError(f"the presentation is damaged: {error}") from None
    for slide in presentation.slides:
        output.page("".join(f"{line}\n" for line in _slide(slide)))
    return Findings(
        page_starts=tuple(output.page_starts),
        title=sensible_title(presentation.core_properties.title),
        reader="python-pptx",
        version=version("python-pptx"),
    )


def _slide(slide: Slide) -> Iterator[str]:
    yield from _shapes(slide.shapes, 0)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield slide.notes_slide.notes_text_frame.text


def _shapes(shapes: Iterable[BaseShape], depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _shapes(shape.shapes, depth + 1)
        elif isinstance(shape, GraphicFrame) and shape.has_table:
            for row in shape.table.rows:
                yield "\t".join(cell.text.replace("\n", " ") for cell in row.cells)
        elif shape.has_text_frame and (text := str(getattr(shape, "text_frame").text)):  # noqa: B009 - untyped there
            yield text.replace("\v", "\n")

"""PDF: page by page."""

from forebay.adapters.text.content import Content
from forebay.adapters.text.hyphens import Hyphens
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput, too_many_pages
from forebay.adapters.text.pdfium import VERSION, opened
from forebay.adapters.text.tesseract import PageReader
from forebay.adapters.text.titles import sensible_title

_FEW_CHARACTERS = 16  # a page number or a stamp is no text


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    hyphens = Hyphens()
    words = 0
    pictures = PageReader(job.ocr, job.limits.timeout_seconds)
    unread = 0
    with opened(content) as document:
        if document.page_count > job.limits.max_pages:
            raise too_many_pages(job.limits)
        for index in range(document.page_count):
            with document.page(index) as page:
                text = "" if page is None else hyphens.mend(page.text())
                if len(text.strip()) >= _FEW_CHARACTERS:
                    words += 1
                elif page is not None and page.has_pictures():
                    read = pictures.read(page)
                    text = read or text
                    unread += not read
            output.page(text)
        title = sensible_title(document.title())
    return Findings(
        page_starts=tuple(output.page_starts),
        title=title,
        needs_ocr=pictures.failed and unread > words,
        reader="pypdfium2+tesseract" if pictures.used else "pypdfium2",
        version=VERSION + (pictures.version if pictures.used else ""),
    )

"""What a process says of a document is believed only as far as it can be true."""

import pytest

from forebay.adapters.text.messages import Findings
from forebay.adapters.text.plausible import plausible
from forebay.application.ports.text import Attachment, TextLimits
from forebay.domain.documents.errors import DocumentBrokenError

LIMITS = TextLimits(max_pages=3, max_attachments=2)
TEXT = "one\ftwo\f"


def findings(
    *, page_starts: tuple[int, ...] | None = None, language: str | None = None, reader: str = "pypdfium2",
    attachments: tuple[Attachment, ...] = (),
) -> Findings:  # fmt: skip
    return Findings(
        page_starts=page_starts, language=language, reader=reader, version="1.0+pdfium2", attachments=attachments
    )


def attached(name: str = "a.pdf", *, media_type: str = "application/pdf", size: int = 10, index: int = 0) -> Attachment:
    return Attachment(index=index, name=name, media_type=media_type, size_bytes=size)


@pytest.mark.parametrize(
    "said",
    [
        findings(),
        findings(page_starts=()),
        findings(page_starts=(0, 4), language="en"),
        findings(page_starts=(0, 0, 8)),
        findings(attachments=(attached(), attached("b.pdf", index=1))),
    ],
)
def test_what_can_be_true_is_believed(said: Findings) -> None:
    assert plausible(said, TEXT, LIMITS, size_bytes=100) is said


@pytest.mark.parametrize(
    "said",
    [
        findings(page_starts=(4, 0)),
        findings(page_starts=(-1, 4)),
        findings(page_starts=(0, 9)),
        findings(page_starts=(0, 1, 2, 3)),
        findings(language="en\0"),
        findings(language="x" * 1000),
        findings(reader="a\0"),
        findings(reader="a" * 1000),
        findings(attachments=(attached(), attached(), attached())),
        findings(attachments=(attached("../../a"),)),
        findings(attachments=(attached("a\0"),)),
        findings(attachments=(attached("a/b"),)),
        findings(attachments=(attached(""),)),
        findings(attachments=(attached(media_type="text/plain\r\nX: y"),)),
        findings(attachments=(attached(size=-1),)),
        findings(attachments=(attached(size=10**12),)),
        findings(attachments=(attached(index=-1),)),
    ],
)
def test_what_cannot_is_the_end_of_it(said: Findings) -> None:
    with pytest.raises(DocumentBrokenError, match="what cannot be"):
        plausible(said, TEXT, LIMITS, size_bytes=100)

"""E-mail: the headers that people read, the text, and what is attached."""

from collections.abc import Iterator
from platform import python_version

from forebay.adapters.text.attachments import Names, media_type_of
from forebay.adapters.text.content import Content
from forebay.adapters.text.markup import Shown
from forebay.adapters.text.message import Mail, bounded_depth
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.application.ports.text import Attachment
from forebay.domain.documents.document import title_from
from forebay.domain.documents.errors import DocumentBrokenError, ExtractionError

_PIECE = 1 << 20


@bounded_depth()
def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    mail = _opened(content)
    for name, value in mail.headers():
        output.write(f"{name}: {value}\n")
    for part in mail.texts():
        output.write("\n")
        if part.is_html:
            for piece in Shown(part.text).pieces():
                output.write(piece)
        else:
            output.write(part.text)
    attachments = tuple(_listed(mail, job.limits.max_attachments))
    return Findings(
        title=title_from(mail.header("Subject")),
        attachments=attachments,
        reader="python-email",
        version=python_version(),
    )


def attachment(content: Content, job: Job, index: int) -> Iterator[bytes]:
    """Its bytes, in pieces."""
    data = _attached(content, index)
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]


@bounded_depth()
def _attached(content: Content, index: int) -> bytes:
    for number, (_, _, data) in enumerate(_opened(content).files()):
        if number == index:
            return data
    raise DocumentBrokenError(f"the message has no attachment {index}")


def _opened(content: Content) -> Mail:
    content.file.seek(0)
    return Mail(content.file)


def _listed(mail: Mail, most: int) -> Iterator[Attachment]:
    names = Names()
    for index, (wanted, declared, data) in enumerate(mail.files()):
        if index >= most:
            raise ExtractionError(f"the message has more than {most:,} attachments, which is too many to read")
        name = names.take(wanted, declared, index + 1)
        media_type = media_type_of(data, name, declared)
        yield Attachment(index=index, name=name, media_type=media_type, size_bytes=len(data))

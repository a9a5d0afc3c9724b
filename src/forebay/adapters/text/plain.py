"""Text files of any kind: their text is what they hold."""

from importlib.metadata import version

from forebay.adapters.text.charset import charset_of, decoded
from forebay.adapters.text.content import Content
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    codec = charset_of(content)
    for text in decoded(content, codec):
        output.write(text)
    return Findings(reader="charset-normalizer", version=version("charset-normalizer"))

"""What programs write into the title of a document when nobody gave it one."""

import re

from forebay.domain.documents.document import title_from

_MADE_BY = re.compile(r"^(microsoft (word|excel|powerpoint)|powerpoint[- ]pr\S+) - ", re.IGNORECASE)
_FILE = re.compile(
    r"\.(docx?|dotx?|odt|rtf|pptx?|xlsx?|pdf|e?ps|dvi|tex|indd|qxd|pmd|txt|html?|png|jpe?g|tiff?)$", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"^(un(titled|named|benannt)|ohne titel|sans titre|titel|title|no title|none|null|(new )?(document|dokument) ?\d*"
    r"|slide \d+|powerpoint presentation|adobe photoshop pdf|layout \d+|print|scan(ned document)?|\W*|\d+)$",
    re.IGNORECASE,
)


def sensible_title(text: str | None) -> str | None:
    """Made fit; None for what says nothing about the document. A file's name says as much as its own does."""
    title = _MADE_BY.sub("", title_from(text) or "")
    title = _FILE.sub("", title).strip()
    return None if _NO_TITLE.match(title) else title_from(title)

"""What became of the documents that were read."""

from collections import Counter

from forebay.application.ports.text import Extraction


class ExtractionCount:
    """Counts documents that were read and those that could not be, by code."""

    def __init__(self) -> None:
        self.documents = 0
        self.pages = 0
        self.attachments = 0
        self.needs_ocr = 0
        self.failures: Counter[str] = Counter()
        self.models: Counter[str] = Counter()

    def add(self, extraction: Extraction) -> None:
        self.documents += 1
        self.pages += extraction.page_count or 0
        self.needs_ocr += extraction.needs_ocr
        self.models[f"{extraction.model.name} {extraction.model.version}"] += 1

    def metadata(self) -> dict[str, object]:
        """As JSON."""
        return {
            "documents": self.documents,
            "pages": self.pages,
            "attachments": self.attachments,
            "needs_ocr": self.needs_ocr,
            "failures": dict(sorted(self.failures.items())),
            "models": dict(sorted(self.models.items())),
        }

"""What can go wrong with a document."""

from forebay.domain.errors import ConflictError, ForebayError, InvalidInputError, NotFoundError, UnavailableError


class DocumentNotFoundError(NotFoundError):
    """There is no document with this id."""

    code = "document_not_found"


class CategoryNotFoundError(NotFoundError):
    """There is no such category; GET /v1/categories lists those there are."""

    code = "category_not_found"


class CategoryExistsError(ConflictError):
    """There is a category of this name already."""

    code = "category_exists"


class InvalidRuleError(InvalidInputError):
    """A matching rule of the category cannot be used."""

    code = "invalid_rule"


class InvalidQueryError(InvalidInputError):
    """The search text cannot be understood; expected words, "phrases", prefix* and -exclusions."""

    code = "invalid_query"


class DocumentNotReadyError(ConflictError):
    """The document's text has not been read yet, or could not be."""

    code = "document_not_ready"


class PreviewUnavailableError(NotFoundError):
    """There is no picture of this document's first page."""

    code = "preview_unavailable"


class NothingToLearnError(ConflictError):
    """There are too few corrections to learn from; correct the categories of some documents first."""

    code = "nothing_to_learn"


class LinkInvalidError(NotFoundError):
    """The link is not one that this Forebay gave, or it has expired; ask for a new one."""

    code = "link_invalid"


class ClassifierUnavailableError(UnavailableError):
    """The service that classifies documents does not answer at present."""

    code = "classifier_unavailable"


class ClassifierRefusedError(ForebayError):
    """The service that classifies documents refused, or gave an answer that cannot be used."""

    code = "classifier_refused"


class ExtractionError(ForebayError):
    """The document's text cannot be read. Final: the bytes will not get better."""

    code = "document_unreadable"


class DocumentBrokenError(ExtractionError):
    """The document is damaged: no reader can open it."""

    code = "document_broken"


class DocumentEncryptedError(ExtractionError):
    """The document is encrypted and opens with a password only."""

    code = "document_encrypted"


class DocumentTypeError(ExtractionError):
    """Documents of this media type cannot be read."""

    code = "document_type_unsupported"


class DocumentMemoryError(ExtractionError):
    """Reading the document needed more memory than FOREBAY_DOCUMENT_MEMORY_BYTES allows."""

    code = "document_memory_exceeded"


class DocumentTimeoutError(ExtractionError):
    """Reading the document took longer than FOREBAY_DOCUMENT_TIMEOUT_SECONDS allows."""

    code = "document_timeout"


class DocumentTextTooLargeError(ExtractionError):
    """The document holds more text than FOREBAY_DOCUMENT_MAX_TEXT_BYTES allows."""

    code = "document_text_too_large"


class DocumentTooManyPagesError(ExtractionError):
    """The document has more pages than FOREBAY_DOCUMENT_MAX_PAGES allows."""

    code = "document_too_many_pages"

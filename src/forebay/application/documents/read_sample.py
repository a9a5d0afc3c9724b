"""ReadSample: the part of a document that classifiers see."""

import codecs

from forebay.application.documents.policy import DocumentPolicy
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.classification import Sample
from forebay.application.ports.intake import BlobRepository
from forebay.domain.documents.document import Document
from forebay.domain.intake.blob import ObjectKey

_LONGEST_CHARACTER = 4  # bytes in UTF-8


class ReadSample:
    """The title, and the beginning of the text; no more than that is read from the store.

    In two parts, since no unit of work is held over a transfer: where the text is, and then what it says.
    """

    def __init__(self, *, blobs: BlobStore, policy: DocumentPolicy) -> None:
        self._blobs = blobs
        self._policy = policy

    async def locate(self, blobs: BlobRepository, document: Document) -> ObjectKey | None:
        """Where the document's text is; None when it has none."""
        if document.text is None or not document.text.size_bytes:
            return None
        return (await blobs.get(document.text.sha256)).object_key

    async def __call__(self, document: Document, key: ObjectKey | None) -> Sample:
        text = ""
        if key is not None:
            most = self._policy.sample_characters
            decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
            async with self._blobs.open(key, stop=most * _LONGEST_CHARACTER) as chunks:
                async for chunk in chunks:
                    text += decoder.decode(chunk)
                    if len(text) >= most:
                        break
            text = text[:most]
        return Sample(title=document.title, text=text, media_type=document.media_type, language=document.language)

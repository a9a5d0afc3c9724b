"""What became of files that were sent as documents."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.entrypoints.http.problems import Problem
from forebay.entrypoints.http.schemas.documents import DocumentBody


class StoredDocumentBody(msgspec.Struct, kw_only=True, frozen=True):
    """One file: the document that it became, or why it did not."""

    file_name: Annotated[
        str | None, Meta(description="As it was sent; null for what is wrong with the form behind the last file.")
    ]
    document: DocumentBody | UnsetType = UNSET
    error: Problem | UnsetType = UNSET


class StoredDocumentsBody(msgspec.Struct, kw_only=True, frozen=True):
    """The files in the order in which they came."""

    items: list[StoredDocumentBody]


class NothingStored(Problem, kw_only=True, frozen=True):
    """The first file's problem, with what became of each when there were several."""

    items: list[StoredDocumentBody] | UnsetType = UNSET

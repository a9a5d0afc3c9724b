"""The fields of an upload's form."""

from dataclasses import replace

from forebay.application.ports.sources import UploadDetails
from forebay.domain.ids import parse_id
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.run import RunType
from forebay.domain.intake.text_fields import parse_label, parse_notes, parse_owner

FIELDS = ("file", "type", "label", "notes", "owner", "parent_run_id", "documents", "sha256")


def with_field(details: UploadDetails, name: str, value: str) -> UploadDetails:
    """The details with one more field, checked."""
    match name:
        case "type":
            changed = replace(details, type=RunType.parse(value))
        case "label":
            changed = replace(details, label=parse_label(value))
        case "notes":
            changed = replace(details, notes=parse_notes(value))
        case "owner":
            changed = replace(details, owner=parse_owner(value))
        case "parent_run_id":
            changed = replace(details, parent_run_id=parse_id(value, field=name)) if value else details
        case "documents":
            changed = replace(details, documents=_truth(value, field=name))
        case _:
            digest = Sha256.parse(value)
            if details.sha256 is not None and details.sha256 != digest:
                raise InvalidFieldError("sha256 and Repr-Digest name different digests", field="sha256")
            changed = replace(details, sha256=digest)
    return changed


def _truth(value: str, *, field: str) -> bool:
    if value not in {"true", "false"}:
        raise InvalidFieldError(f"got {value[:100]!r}; expected true or false", field=field)
    return value == "true"

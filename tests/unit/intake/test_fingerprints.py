"""What an idempotency key stands for: the same upload, also as it was asked for before there were documents."""

from dataclasses import replace

from forebay.application.intake.idempotency import fingerprint
from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.run import RunType

DIGEST = Sha256("0" * 64)
DETAILS = UploadDetails(type=RunType.ARCHIVE, label="nightly", owner="team")


def test_keys_from_before_there_were_documents_stay_valid() -> None:
    assert fingerprint(DETAILS, "app.tar.gz", DIGEST) == (
        "586f972bc8c6d00542b17116d105060e7d03983c184a4ee6d13763f264ed5c32"
    )


def test_asking_for_documents_is_another_upload() -> None:
    asked = replace(DETAILS, documents=True)
    assert fingerprint(asked, "app.tar.gz", DIGEST) != fingerprint(DETAILS, "app.tar.gz", DIGEST)

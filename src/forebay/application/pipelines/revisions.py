"""Changes that say which revision they are of, so that nobody overwrites what somebody else has changed."""

from forebay.domain.pipelines.errors import RevisionMismatchError


def check_revision(expected: int | None, found: int) -> None:
    """RevisionMismatchError unless they are the same; None expects nothing."""
    if expected is not None and expected != found:
        raise RevisionMismatchError(
            f"it is at revision {found}, and the change is of revision {expected}; read it again and repeat the change",
            field="revision",
        )

"""The table from error codes to HTTP."""

from forebay.domain.errors import ForebayError
from forebay.entrypoints.http.problems import STATUS, TITLES


def every_error(root: type[ForebayError] = ForebayError) -> set[type[ForebayError]]:
    found = {root}
    for child in root.__subclasses__():
        if child.__module__.startswith("forebay.domain."):
            found |= every_error(child)
    return found


def test_every_error_has_a_status_with_a_title() -> None:
    import forebay.domain.intake.errors  # noqa: F401, PLC0415 - defines the errors that are looked for

    codes = {error.code for error in every_error()}
    assert codes == set(STATUS)
    assert set(STATUS.values()) <= set(TITLES)


def test_every_error_has_a_sentence_of_its_own() -> None:
    for error in every_error():
        assert error.__doc__, error
        assert error.__doc__.strip().endswith(".")

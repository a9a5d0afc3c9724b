"""Every error says what it is to a person and to a program."""

import pytest

from forebay.domain.errors import ForebayError, InternalStateError, InvalidInputError
from forebay.domain.intake import errors as intake_errors


def every_error(base: type[ForebayError] = ForebayError) -> list[type[ForebayError]]:
    """Those of the domain: adapters and entrypoints that other tests loaded derive errors of their own."""
    children = [child for child in base.__subclasses__() if child.__module__.startswith("forebay.domain.")]
    return [base, *(found for child in children for found in every_error(child))]


def test_no_two_errors_share_a_code_but_the_two_kinds_of_defect() -> None:
    codes: dict[str, set[type[ForebayError]]] = {}
    for error in every_error():
        codes.setdefault(error.code, set()).add(error)
    shared = {code: classes for code, classes in codes.items() if len(classes) > 1}
    assert shared == {"internal_error": {ForebayError, InternalStateError}}


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_a_code_is_lower_case_words_and_the_docstring_a_sentence(error: type[ForebayError]) -> None:
    assert error.code.replace("_", "").isalpha()
    assert error.code.islower()
    assert (error.__doc__ or "").strip().endswith(".")


def test_an_error_without_a_message_says_its_docstring() -> None:
    assert intake_errors.UploadAbandonedError().message.startswith("Nothing was heard of this upload")


def test_an_error_names_the_field_it_is_about() -> None:
    error = InvalidInputError("too long", field="label")
    assert (error.field, error.message, str(error)) == ("label", "too long", "too long")
    assert InvalidInputError("too long").field is None

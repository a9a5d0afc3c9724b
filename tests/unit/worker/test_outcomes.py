"""The table from error codes to another attempt or the end of the job."""

import importlib
import pkgutil

import pytest

import forebay.domain
from forebay.application.processing.policy import passes
from forebay.bootstrap.policies import processing_policy
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import DatabaseUnavailableError, ForebayError, StorageFullError, UnavailableError
from forebay.domain.intake.archive_errors import ArchiveError
from forebay.domain.processing.errors import BlobCorruptError, StepFailedError
from forebay.entrypoints.worker.outcomes import OUTCOMES, worth_another_attempt


def every_error(root: type[ForebayError] = ForebayError) -> set[type[ForebayError]]:
    found = {root}
    for child in root.__subclasses__():
        if child.__module__.startswith("forebay.domain."):
            found |= every_error(child)
    return found


@pytest.fixture(scope="module", autouse=True)
def _all_of_the_domain() -> None:
    for module in pkgutil.walk_packages(forebay.domain.__path__, "forebay.domain."):
        importlib.import_module(module.name)


def test_every_error_has_an_outcome() -> None:
    assert {error.code for error in every_error()} == set(OUTCOMES)


def test_a_part_that_does_not_answer_is_always_worth_another_attempt() -> None:
    for error in every_error(UnavailableError):
        assert worth_another_attempt(error()), error


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (DatabaseUnavailableError(), True),
        (StorageFullError(), True),
        (StepFailedError(), True),
        (ArchiveError(), False),
        (BlobCorruptError(), False),
        (ForebayError(), False),
    ],
)
def test_what_may_go_better_is_tried_again(error: ForebayError, again: bool) -> None:
    assert worth_another_attempt(error) is again
    assert processing_policy(Settings()).is_passing(error) is again


class TooBusyError(UnavailableError):
    """The service of another package has no time."""

    code = "too_busy_elsewhere"


class NotOursError(ForebayError):
    """The file is not for the processor of another package."""

    code = "not_ours_elsewhere"


@pytest.mark.parametrize(("error", "again"), [(TooBusyError(), True), (NotOursError(), False)])
def test_errors_of_other_packages_go_by_what_they_derive_from(error: ForebayError, again: bool) -> None:
    assert worth_another_attempt(error) is passes(error) is again

"""The table of exit codes is complete and documented."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import forebay
from forebay.domain.errors import ForebayError
from forebay.entrypoints.cli.exit_codes import EXIT_CODES, MEANING, ExitCode, epilog, exit_code_of
from forebay.entrypoints.http.problems import STATUS

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def every_error() -> Iterator[type[ForebayError]]:
    for module in pkgutil.walk_packages(forebay.__path__, "forebay."):
        if not module.name.startswith(("forebay.migrations", "forebay.__main__")):
            importlib.import_module(module.name)
    found = [ForebayError]
    while found:
        kind = found.pop()
        found.extend(kind.__subclasses__())
        if kind.__module__.startswith("forebay."):  # tests make errors of their own
            yield kind


def test_every_error_has_an_exit_code() -> None:
    assert {kind.code for kind in every_error()} - EXIT_CODES.keys() == set()


def test_everything_that_the_http_api_answers_has_an_exit_code() -> None:
    assert STATUS.keys() - EXIT_CODES.keys() == set()


def test_no_failure_ends_with_success() -> None:
    assert ExitCode.OK not in EXIT_CODES.values()
    assert exit_code_of("from_a_newer_server") == ExitCode.INTERNAL


def test_every_exit_code_is_explained_in_the_help_and_in_the_documentation() -> None:
    documented = dict(re.findall(r"^\| (\d+) \| ([^|]+?) \|", DOCS.read_text(), re.MULTILINE))
    assert documented == {str(int(code)): meaning for code, meaning in MEANING.items()}
    assert all(f"{int(code):>3}  {meaning}" in epilog() for code, meaning in MEANING.items())
    assert MEANING.keys() == set(ExitCode)


def test_every_error_code_is_in_the_documentation_under_its_exit_code() -> None:
    text = DOCS.read_text()
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]*) \|", text, re.MULTILINE)
    documented = {code: int(number) for number, codes in rows for code in re.findall(r"`(\w+)`", codes)}
    assert documented == {code: int(exit_code) for code, exit_code in EXIT_CODES.items()}

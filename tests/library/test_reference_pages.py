"""The reference pages say what the code says."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import forebay.domain
from forebay import ForebayError
from forebay.bootstrap.settings import example
from forebay.entrypoints.cli.exit_codes import EXIT_CODES, MEANING
from forebay.entrypoints.http.problems import STATUS

ROOT = Path(__file__).parents[2]
ERRORS = (ROOT / "docs" / "errors.md").read_text()


def _table(heading: str) -> dict[str, list[str]]:
    """The rows below a heading by their first cell, without the words of the second."""
    section = ERRORS.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if re.match(r"\| (`|\d)", line)
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


def _every_error() -> type[ForebayError]:
    """The root, with all of the domain loaded."""
    for module in pkgutil.walk_packages(forebay.domain.__path__, "forebay.domain."):
        importlib.import_module(module.name)
    return ForebayError


def _codes(error: type[ForebayError]) -> set[str]:
    own = {error.code} if error.__module__.startswith("forebay.domain.") else set[str]()
    return own.union(*(_codes(child) for child in error.__subclasses__()))


def test_every_error_is_listed_with_its_status_and_exit_code() -> None:
    rows = _table("Codes of Forebay")
    assert set(rows) == _codes(_every_error())
    for code, (_, status, exit_code) in rows.items():
        assert (int(status), int(exit_code)) == (STATUS[code], int(EXIT_CODES[code])), code


def test_the_codes_of_one_entrypoint_are_listed_too() -> None:
    everywhere = set(_table("Codes of Forebay"))
    http, cli = _table("Codes of the HTTP API alone"), _table("Codes of the command line alone")
    assert everywhere | set(http) | set(cli) == set(EXIT_CODES) | everywhere
    assert {code: int(row[-1]) for code, row in [*http.items(), *cli.items()]} == {
        code: int(exit_code) for code, exit_code in EXIT_CODES.items() if code not in everywhere
    }


def test_every_exit_status_is_explained_in_the_words_of_help() -> None:
    shown = {int(status): row[0].replace("`", "") for status, row in _table("Exit statuses").items()}
    assert shown == {int(code): meaning.replace("`", "") for code, meaning in MEANING.items()}


def test_the_example_of_settings_is_that_of_the_settings() -> None:
    """`python -c "from forebay.bootstrap.settings import example; print(example(), end='')" > .env.example`."""
    assert (ROOT / ".env.example").read_text() == example()


PAGES = sorted(path for folder in (".", "docs", "adr") for path in (ROOT / folder).glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s#]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} points at {target}"


def test_every_decision_is_listed_is_short_and_says_what_enforces_it() -> None:
    decisions = [page for page in PAGES if page.parent.name == "adr" and re.match(r"\d{3}-", page.name)]
    index = (ROOT / "adr" / "README.md").read_text()
    for page in decisions:
        text = page.read_text()
        assert len(text.splitlines()) <= 60, page.name
        for heading in ("Context", "Decision", "Rejected", "Consequences", "Enforced by"):
            assert f"\n## {heading}\n" in text, (page.name, heading)
        assert page.name in index or page.name.startswith("000")

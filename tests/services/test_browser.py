"""A browser is the one that is named, or the first in PATH, or missing with a reason."""

from pathlib import Path

import pytest

from tests.services.browser import browser
from tests.services.sources import UnavailableError


def program(folder: Path, name: str, script: str = "echo Chromium 1.2.3") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_first_browser_in_the_path_is_used(tmp_path: Path) -> None:
    program(tmp_path, "google-chrome")
    first = program(tmp_path, "chromium")
    with browser({"PATH": str(tmp_path)}) as found:
        assert found.report() == f"{first} (Chromium 1.2.3)"


def test_a_variable_names_another(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    named = program(tmp_path, "my-own")
    with browser({"PATH": str(tmp_path), "FOREBAY_CHROMIUM": str(named)}) as found:
        assert found.program == str(named)


def test_a_browser_that_is_missing_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"none of chromium, .* in PATH, and FOREBAY_CHROMIUM is not set"):
        browser({"PATH": str(tmp_path)}).__enter__()
    with pytest.raises(UnavailableError, match="FOREBAY_CHROMIUM is /no/such, which is no program"):
        browser({"PATH": str(tmp_path), "FOREBAY_CHROMIUM": "/no/such"}).__enter__()


def test_a_browser_that_does_not_start_is_missing(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "exit 3")
    with pytest.raises(UnavailableError, match=r"chromium does not start: .* exit status 3"):
        browser({"PATH": str(tmp_path)}).__enter__()

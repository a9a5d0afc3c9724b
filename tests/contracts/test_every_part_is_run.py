"""Suites are put together from parts, and a test of one must not hide a test of another."""

import importlib
import inspect
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = sorted(
    ".".join(("tests", "contracts", *path.relative_to(HERE).with_suffix("").parts)) for path in HERE.glob("*/test_*.py")
)


@pytest.mark.parametrize("name", MODULES)
def test_no_two_parts_of_a_suite_have_a_test_of_one_name(name: str) -> None:
    for suite in vars(importlib.import_module(name)).values():
        if not inspect.isclass(suite):
            continue
        names = Counter(test for part in suite.__mro__ for test in vars(part) if test.startswith("test_"))
        assert [test for test, count in names.items() if count > 1] == [], suite

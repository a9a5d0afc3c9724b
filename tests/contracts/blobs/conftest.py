"""The names of the contract's assertions in failures."""

import pytest

pytest.register_assert_rewrite("forebay.testing")

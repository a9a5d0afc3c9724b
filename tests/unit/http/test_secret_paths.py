"""What a log may show of a path."""

import pytest

from forebay.entrypoints.http.secret_paths import shown_path


@pytest.mark.parametrize(
    "path",
    [
        "/v1/links/secret",
        "/v1/links/secret/",
        "/v1//links//secret",
        "/v1/LINKS/secret",
        "/v1/links/sec\nret",
        "/links/secret",
    ],
)
def test_a_link_is_not_shown(path: str) -> None:
    assert "sec" not in shown_path(path)
    assert "links/" in shown_path(path).lower()


@pytest.mark.parametrize("path", ["/v1/runs/1", "/v1/links", "/v1/links/", "/v1/documents/1/links", "/"])
def test_any_other_path_is(path: str) -> None:
    assert shown_path(path) == path

"""The first page is small, and tests notice pages that are not those of the sources."""

import os
from pathlib import Path

import pytest

from tests.browser.built import NotBuiltError, first_page_sizes, require_built

MOST_BYTES = 200_000


def test_the_first_page_takes_at_most_200_kb(pages: Path) -> None:
    sizes = first_page_sizes(pages)
    table = "\n".join(f"{size:>8}  {name}" for name, size in sizes.items())
    assert sum(sizes.values()) <= MOST_BYTES, f"gzipped, the first page takes {sum(sizes.values())} bytes:\n{table}"


def test_nothing_that_is_built_names_another_host(pages: Path) -> None:
    index = (pages / "index.html").read_text()
    assert "://" not in index
    for sheet in pages.glob("assets/*.css"):
        assert "url(http" not in sheet.read_text(), sheet.name
        assert "url(//" not in sheet.read_text(), sheet.name
        assert "@import" not in sheet.read_text(), sheet.name


@pytest.fixture
def web(tmp_path: Path) -> Path:
    (tmp_path / "web" / "src").mkdir(parents=True)
    source = tmp_path / "web" / "src" / "main.tsx"
    source.touch()
    os.utime(source, (1000, 1000))
    return tmp_path / "web"


def test_pages_that_are_not_built_are_missed(tmp_path: Path, web: Path) -> None:
    with pytest.raises(NotBuiltError, match="not built: run make web"):
        require_built(tmp_path / "static", web)


def test_pages_older_than_their_sources_are_told(tmp_path: Path, web: Path) -> None:
    static = tmp_path / "static"
    static.mkdir()
    index = static / "index.html"
    index.touch()
    os.utime(index, (2000, 2000))
    assert require_built(static, web) == static
    os.utime(index, (900, 900))
    with pytest.raises(NotBuiltError, match=r"web/src/main\.tsx changed after the pages were built: run make web"):
        require_built(static, web)

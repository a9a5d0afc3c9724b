"""Names that people write in different ways."""

import pytest

from forebay.domain.pipelines.texts import folded


@pytest.mark.parametrize(
    "name",
    [
        "Größe",
        "\u039c\u0391\u03aa\u0301\u039f\u03a5",
        "\u03aa\u0301",
        "\u03b9\u0308\u0301",
        "\u0399\u0344",
        "İstanbul",
        " ǰ ",
    ],
)
def test_what_is_folded_once_is_folded_for_good(name: str) -> None:
    """Or a client would be created under one name, looked for under another, and never found again."""
    once = folded(name)
    assert folded(once) == once == folded(name.upper()) == folded(name.lower())

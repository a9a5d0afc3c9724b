"""File names: kept as they are, or refused with the reason; and what of them may enter an object key."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.errors import InvalidFileNameError, MissingFieldError
from forebay.domain.intake.filename import MAX_NAME_BYTES, key_extension, parse_file_name


@pytest.mark.parametrize(
    "name",
    [
        "app.tar.gz",
        "a",
        ".bashrc",
        "no extension",
        "Bericht für März.pdf",
        "報告書.docx",
        "отчёт.zip",
        "emoji 🎉.zip",
        "quote\"and'apostrophe.txt",
        "percent%2F..%2Fetc.txt",
        "semi;colon=equals.txt",
        "-rf",
        "~root",
        "C:drive.txt",
        "..hidden",
        "dots..in..between.tar.gz",
        "trailing.dot.",
        " leading and trailing ",
        "con.txt",
        "$(reboot).zip",
        "<script>.html",
    ],
)
def test_a_name_that_is_only_a_name_is_kept_as_it_is(name: str) -> None:
    assert parse_file_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "C:\\Users\\me\\app.tgz",
        "\\\\server\\share\\app.tgz",
        "folder/app.tgz",
        "app.tgz/",
        "\\",
        "/",
        "....//....//x",
        "./x",
    ],
)
def test_a_name_with_a_path_in_it_is_refused_and_not_repaired(name: str) -> None:
    with pytest.raises(InvalidFileNameError, match="has a path in it; expected a name without"):
        parse_file_name(name)


@pytest.mark.parametrize("name", [".", "..", "...", " ", "   ", ". .", ".. ", "\u3000", "\xa0"])
def test_dots_and_spaces_alone_are_not_a_name(name: str) -> None:
    with pytest.raises(InvalidFileNameError, match="is not a file name"):
        parse_file_name(name)


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\0", id="NUL"),
        pytest.param("\n", id="line feed"),
        pytest.param("\r", id="carriage return"),
        pytest.param("\t", id="tab"),
        pytest.param("\x1b", id="escape"),
        pytest.param("\x7f", id="delete"),
        pytest.param("\x85", id="next line"),
        pytest.param("\u2028", id="line separator"),
        pytest.param("\u2029", id="paragraph separator"),
        pytest.param("\u202e", id="right-to-left override"),
        pytest.param("\u2066", id="left-to-right isolate"),
        pytest.param("\u200f", id="right-to-left mark"),
        pytest.param("\u200b", id="zero-width space"),
        pytest.param("\ufeff", id="byte order mark"),
        pytest.param("\U000e0041", id="tag"),
    ],
)
@pytest.mark.parametrize("shape", ["{}name.txt", "na{}me.txt", "name.txt{}"])
def test_control_and_invisible_characters_are_refused_wherever_they_stand(character: str, shape: str) -> None:
    with pytest.raises(InvalidFileNameError, match="control or invisible formatting characters"):
        parse_file_name(shape.format(character))


@pytest.mark.parametrize("name", ["half \ud83d of a pair.txt", "\udcff.bin", "\udc80"])
def test_half_of_a_surrogate_pair_is_refused(name: str) -> None:
    with pytest.raises(InvalidFileNameError, match="not valid UTF-8"):
        parse_file_name(name)


@pytest.mark.parametrize("name", [None, ""])
def test_a_missing_name_is_a_missing_field_with_an_example(name: str | None) -> None:
    with pytest.raises(MissingFieldError, match=r'filename="app\.tar\.gz"') as refused:
        parse_file_name(name)
    assert refused.value.field == "file"


def test_two_spellings_of_a_name_become_one() -> None:
    decomposed = unicodedata.normalize("NFD", "Bericht für März.pdf")
    assert decomposed != "Bericht für März.pdf"
    assert parse_file_name(decomposed) == "Bericht für März.pdf"


def test_a_name_is_measured_in_bytes_after_it_was_composed() -> None:
    assert parse_file_name("a\u0308" * 127) == "ä" * 127
    assert parse_file_name("x" * MAX_NAME_BYTES) == "x" * MAX_NAME_BYTES
    with pytest.raises(InvalidFileNameError, match="has 256 bytes; at most 255 are allowed"):
        parse_file_name("ä" * 128)


def test_a_name_of_5000_characters_is_refused_without_repeating_it() -> None:
    with pytest.raises(InvalidFileNameError, match="has 5000 bytes") as refused:
        parse_file_name("n" * 5000)
    assert len(refused.value.message) < 100


def test_a_refusal_names_the_field_the_name_came_in() -> None:
    with pytest.raises(InvalidFileNameError) as refused:
        parse_file_name("a/b", field="member")
    assert refused.value.field == "member"


@given(st.text())
@example("\ud800")
@example("\u0958")
def test_what_is_accepted_is_a_storable_name_and_stays_accepted(text: str) -> None:
    try:
        name = parse_file_name(text)
    except InvalidInputError:
        return
    assert parse_file_name(name) == name
    assert 0 < len(name.encode()) <= MAX_NAME_BYTES
    assert not {"/", "\\", "\0"} & set(name)
    assert name not in {".", ".."}


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("app.tgz", ".tgz"),
        ("APP.TGZ", ".tgz"),
        ("app.tar.gz", ".tar.gz"),
        ("App.Tar.Zst", ".tar.zst"),
        ("report.final.pdf", ".pdf"),
        ("no extension", ""),
        (".bashrc", ""),
        (".tar.gz", ""),
        ("trailing.", ""),
        ("a.b c", ""),
        ("a.<b>", ""),
        ("a.ä", ""),
        ("a.ext\n", ""),
        ("a.0123456789", ".0123456789"),
        ("a.01234567890", ""),
        ("a.tar.01234567890", ""),
        ("..gz", ".gz"),
        ("x.tar", ".tar"),
        ("x.tar.tar", ".tar.tar"),
    ],
)
def test_an_extension_enters_a_key_only_if_it_is_short_and_plain(name: str, extension: str) -> None:
    assert key_extension(name) == extension


@given(st.text(max_size=60))
def test_no_name_brings_anything_else_into_a_key(name: str) -> None:
    extension = key_extension(name)
    assert set(extension) <= set("abcdefghijklmnopqrstuvwxyz0123456789.")
    assert len(extension) <= len(".tar") + 1 + 10
    assert extension == "" or (extension.startswith(".") and extension.count(".") <= 2 and ".." not in extension)

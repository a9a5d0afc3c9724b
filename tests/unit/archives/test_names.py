"""How names become paths."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forebay.adapters.archives.names import decode_name, normalise
from forebay.domain.intake.member import MemberFlag

SEGMENTS = st.sampled_from(["", ".", "..", "...", "a", "b c", "\u00fc", "C:", "\\"])


@given(st.one_of(st.text(), st.lists(SEGMENTS).map("/".join)))
@example("/../a/./b//")
def test_a_path_has_no_segment_that_means_something(name: str) -> None:
    flags: set[MemberFlag] = set()
    path = normalise(name, flags)
    assert path == "" or not {"", ".", ".."} & set(path.split("/"))
    assert (MemberFlag.ABSOLUTE_PATH in flags) == name.startswith("/")
    assert (MemberFlag.PARENT_PATH in flags) == (".." in name.split("/"))
    assert normalise(path, set()) == path


@given(st.lists(SEGMENTS.filter(lambda s: s not in {"", ".", ".."}), min_size=1).map("/".join))
def test_a_plain_path_stays_as_it_is(name: str) -> None:
    assert normalise(name, set()) == name


@given(st.binary(max_size=40))
def test_any_bytes_can_be_shown(raw: bytes) -> None:
    flags: set[MemberFlag] = set()
    name = decode_name(raw, flags)
    assert "\0" not in name
    name.encode()
    if not flags:
        assert name.encode() == raw


@pytest.mark.parametrize(
    ("raw", "shown"), [(b"caf\xe9", "caf\\xe9"), (b"a\0b", "a\\x00b"), (b"\xff/\xfe", "\\xff/\\xfe")]
)
def test_bytes_that_are_not_utf8_are_escaped_and_flagged(raw: bytes, shown: str) -> None:
    flags: set[MemberFlag] = set()
    assert decode_name(raw, flags) == shown
    assert flags == {MemberFlag.UNDECODABLE_PATH}


@pytest.mark.parametrize(("name", "path"), [("C:/x", "x"), ("C:", ""), ("CD:/x", "CD:/x"), ("c:x", "c:x")])
def test_drives_of_windows(name: str, path: str) -> None:
    flags: set[MemberFlag] = set()
    assert normalise(name, flags, drives=True) == path
    assert (MemberFlag.ABSOLUTE_PATH in flags) == (path != name)
    assert normalise(name, set()) == name

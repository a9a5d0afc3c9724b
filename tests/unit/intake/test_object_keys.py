"""Object keys and digests."""

import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.blob import ObjectKey, Sha256
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.filename import key_extension
from forebay.domain.intake.text_fields import parse_owner

RUN = UUID("0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f")
NAME = UUID("4f0c7b1e-9a55-4c57-8f0d-0f5d2b8f7a10")


def test_a_key_is_owner_run_and_a_random_name_with_the_extension() -> None:
    key = ObjectKey.build(owner="ops", run_id=RUN, name=NAME, extension=".tar.gz")
    assert str(key) == f"ops/{RUN}/{NAME}.tar.gz"


def test_without_an_owner_a_key_begins_with_an_underscore() -> None:
    assert str(ObjectKey.build(owner=None, run_id=RUN, name=NAME, extension="")) == f"_/{RUN}/{NAME}"


def test_no_owner_can_pass_for_nobody() -> None:
    with pytest.raises(InvalidFieldError):
        parse_owner("_")


@given(owner=st.none() | st.text(), name=st.text(), run_id=st.uuids(), random=st.uuids())
def test_whatever_a_user_types_a_key_stays_in_its_folder(
    owner: str | None, name: str, run_id: UUID, random: UUID
) -> None:
    try:
        checked = parse_owner(owner)
    except InvalidInputError:
        checked = None
    key = ObjectKey.build(owner=checked, run_id=run_id, name=random, extension=key_extension(name))
    parts = str(key).split("/")
    assert len(parts) == 3
    assert parts[0] == (checked or "_")
    assert parts[1] == str(run_id)
    assert parts[2].startswith(str(random))
    assert not {"", ".", ".."} & set(parts)
    assert str(key).isascii()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        f"../{RUN}/{NAME}",
        f"./{RUN}/{NAME}",
        f".../{RUN}/{NAME}",
        f"/{RUN}/{NAME}",
        f"//{RUN}/{NAME}",
        f"_/{RUN}/..",
        f"_/../{NAME}",
        f"_/{RUN}/{NAME}/x",
        f"_/{RUN}/{NAME}.",
        f"_/{RUN}/{NAME}..gz",
        f"_/{RUN}/{NAME}.a.b.c",
        f"_/{RUN}/{NAME}.GZ",
        f"_/{RUN}/{NAME}.gz\n",
        f"_/{RUN}/{NAME}\0",
        f"a b/{RUN}/{NAME}",
        f"ä/{RUN}/{NAME}",
        f"_/{str(RUN).upper()}/{NAME}",
        f"_\\{RUN}\\{NAME}",
        f"_/{'-' * 36}/{NAME}",
        f"_/{RUN}/{RUN.hex}----",
    ],
)
def test_anything_else_is_not_a_key(value: str) -> None:
    with pytest.raises(InvalidFieldError, match="not an object key of Forebay"):
        ObjectKey(value)


@given(st.binary(max_size=100))
def test_a_digest_is_read_as_written_and_as_shouted(data: bytes) -> None:
    digest = hashlib.sha256(data)
    for text in (digest.hexdigest(), digest.hexdigest().upper(), f"  {digest.hexdigest()}\n"):
        parsed = Sha256.parse(text)
        assert str(parsed) == parsed.hex == digest.hexdigest()
        assert parsed.digest == digest.digest()


@pytest.mark.parametrize(
    "text", ["", "0" * 63, "0" * 65, "g" * 64, "0" * 32 + " " + "0" * 31, "0x" + "0" * 62, "\uff10" * 64, "sha256"]
)
def test_anything_else_is_not_a_digest(text: str) -> None:
    with pytest.raises(InvalidFieldError, match="SHA-256 as 64 hexadecimal digits") as refused:
        Sha256.parse(text)
    assert refused.value.field == "sha256"


def test_a_digest_is_lower_case_once_it_is_made() -> None:
    with pytest.raises(InvalidFieldError):
        Sha256("A" * 64)
    with pytest.raises(InvalidFieldError):
        Sha256("a" * 64 + "\n")


@given(run_id=st.uuids(), name=st.uuids())
def test_a_key_knows_the_run_it_was_made_for(run_id: UUID, name: UUID) -> None:
    assert ObjectKey.build(owner="ops", run_id=run_id, name=name, extension=".tgz").run_id == run_id

"""MakeLink and OpenLink: by the store where it can, else by us."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.adapters.system.links import HmacLinkSigner
from forebay.application.documents.links import LONGEST_SECONDS, MakeLink, MakeLinkCommand, OpenLink
from forebay.application.ports.links import PresignedReads
from forebay.domain.documents.errors import LinkInvalidError
from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.archive_errors import MemberWithoutContentError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import FileNotFoundInRunError
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Member, MemberKind
from tests.unit.intake.archives import entry
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ScriptedSource, archive


class SigningStore:
    """Writes down what it signs."""

    def __init__(self) -> None:
        self.signed: list[tuple[ObjectKey, str, str, int]] = []

    async def presign(self, key: ObjectKey, *, file_name: str, media_type: str, seconds: int) -> str:
        self.signed.append((key, file_name, media_type, seconds))
        return f"https://store.example/{key}?signed"


def _fits(store: SigningStore) -> PresignedReads:
    return store


class Links:
    """Both use cases over an upload with a member and a folder inside."""

    def __init__(self, presigned: PresignedReads | None = None) -> None:
        self.rig = Rig()
        signer = HmacLinkSigner(lambda: b"k" * 32)
        self.make = MakeLink(
            read_file=self.rig.read_file,
            unit_of_work=self.rig.units,
            presigned=presigned,
            signer=signer,
            clock=self.rig.clock,
            default_seconds=900,
        )
        self.open = OpenLink(signer=signer, clock=self.rig.clock)

    async def files(self) -> tuple[StoredFile, list[Member]]:
        upload = (await self.rig.upload(ScriptedSource(archive(100)))).stored.files[0]
        return upload, await self.rig.catalogue(upload, [entry("a.txt"), entry("folder", kind=MemberKind.DIRECTORY)])


async def test_a_store_that_can_makes_the_link() -> None:
    store = SigningStore()
    links = Links(store)
    upload, _ = await links.files()
    link = await links.make(MakeLinkCommand(file_id=upload.id, seconds=60))
    (key,) = await links.rig.objects()
    assert (link.url, link.token) == (f"https://store.example/{key}?signed", None)
    assert store.signed == [(key, upload.path, upload.media_type, 60)]


async def test_otherwise_the_link_is_ours_and_leads_back_to_the_file() -> None:
    links = Links()
    upload, _ = await links.files()
    link = await links.make(MakeLinkCommand(file_id=upload.id))
    assert (link.url, link.token is None) == (None, False)
    assert await links.open(link.token or "") == upload.id


async def test_what_is_inside_an_archive_is_served_by_us() -> None:
    store = SigningStore()
    links = Links(store)
    _, (member, _) = await links.files()
    link = await links.make(MakeLinkCommand(file_id=member.id))
    assert store.signed == []
    assert await links.open(link.token or "") == member.id


async def test_it_expires_when_it_says() -> None:
    links = Links()
    upload, _ = await links.files()
    before = links.rig.clock.now()
    link = await links.make(MakeLinkCommand(file_id=upload.id, seconds=60))
    assert before + timedelta(seconds=59) <= link.expires_at <= before + timedelta(seconds=61)
    links.rig.clock.advance(link.expires_at - links.rig.clock.now())
    with pytest.raises(LinkInvalidError):
        await links.open(link.token or "")


async def test_the_time_is_that_of_the_settings_if_none_is_given() -> None:
    store = SigningStore()
    links = Links(store)
    upload, _ = await links.files()
    await links.make(MakeLinkCommand(file_id=upload.id))
    assert store.signed[0][3] == 900


@pytest.mark.parametrize("seconds", [0, -1, LONGEST_SECONDS + 1])
async def test_a_time_that_is_too_short_or_long_is_refused(seconds: int) -> None:
    links = Links()
    upload, _ = await links.files()
    with pytest.raises(InvalidInputError, match="expected 1 to 604800") as caught:
        await links.make(MakeLinkCommand(file_id=upload.id, seconds=seconds))
    assert caught.value.field == "seconds"


async def test_what_has_no_bytes_has_no_link() -> None:
    links = Links()
    _, (_, folder) = await links.files()
    with pytest.raises(MemberWithoutContentError):
        await links.make(MakeLinkCommand(file_id=folder.id))
    with pytest.raises(FileNotFoundInRunError):
        await links.make(MakeLinkCommand(file_id=uuid4()))


@pytest.mark.parametrize("token", ["", "x", "A" * 76, str(UUID(int=1))])
async def test_other_words_open_nothing(token: str) -> None:
    with pytest.raises(LinkInvalidError):
        await Links().open(token)

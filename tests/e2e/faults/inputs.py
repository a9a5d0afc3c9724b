"""What comes in: small archives whose members are known, and files for the gated processor."""

import hashlib
import io
import random
import tarfile
from dataclasses import dataclass
from uuid import UUID

from forebay.application.intake.receive_upload import ReceiveUploadCommand
from forebay.application.ports.sources import UploadDetails
from forebay.application.use_cases import UseCases
from forebay.domain.intake.run import RunType
from tests.unit.intake.sources import ScriptedSource

FEW, MANY = 6, 2500  # of MANY, members are written in three parts


@dataclass(frozen=True)
class Archive:
    """A tar, and the SHA-256 of each of its members by path."""

    name: str
    content: bytes
    digests: dict[str, str]

    @property
    def manifest(self) -> bytes:
        """As `sha256sum` writes it, in the order of the paths."""
        return "".join(f"{self.digests[path]}  {path}\n" for path in sorted(self.digests)).encode()


def make_archive(number: int, *, members: int) -> Archive:
    """Another number makes other bytes."""
    chance = random.Random(number)
    digests: dict[str, str] = {}
    packed = io.BytesIO()
    # what is small is compressed, as most uploads are; what is large is read in several parts
    with tarfile.open(fileobj=packed, mode="w:gz" if members < 100 else "w") as tar:
        for index in range(members):
            info = tarfile.TarInfo(f"app-{number}/default/{chance.randrange(10**9):09}-{index}.conf")
            content = chance.randbytes(chance.randrange(1, 400))
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
            digests[info.name] = hashlib.sha256(content).hexdigest()
    return Archive(f"app-{number}.tar", packed.getvalue(), digests)


async def upload(use_cases: UseCases, run_type: RunType, name: str, content: bytes, *, documents: bool = False) -> UUID:
    """Stores it as any entrypoint would. The run's id."""
    source = ScriptedSource(content, details=UploadDetails(type=run_type, documents=documents), file_name=name)
    receipt = await use_cases.intake.receive_upload(ReceiveUploadCommand(source=source))
    return receipt.stored.run.id


async def upload_archive(use_cases: UseCases, archive: Archive) -> UUID:
    return await upload(use_cases, RunType.ARCHIVE, archive.name, archive.content)


async def upload_gated(use_cases: UseCases, number: int) -> UUID:
    return await upload(use_cases, RunType.SINGLE_CONF, f"{number}.conf", b"[gate]\nnumber = %d\n" % number)

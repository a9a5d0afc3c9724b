"""WriteManifest: the digests of all members as a file that `sha256sum --check` understands."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from forebay.application.processing.catalogue.unseen import discard_unseen
from forebay.application.processing.processor import ProcessingStep, StepContext, StepOutcome
from forebay.domain.intake.member import Member
from forebay.domain.processing.model import ModelSpec

_PAGE = 1000


class WriteManifest:
    """Lines of `digest`, two spaces and path, as GNU coreutils writes them, ordered by path.

    A path with a backslash or a line break is escaped, and its line begins with a backslash.
    """

    name = "manifest"

    @property
    def model(self) -> ModelSpec | None:
        return None

    async def __call__(self, context: StepContext) -> StepOutcome:
        await discard_unseen(context)
        async with aclosing(self._lines(context)) as lines:
            artifact = await context.store(
                kind="manifest", name="SHA256SUMS", media_type="text/plain; charset=utf-8", content=lines
            )
        return StepOutcome(metadata={"size_bytes": artifact.size_bytes}, artifacts=(artifact,))

    async def _lines(self, context: StepContext) -> AsyncGenerator[bytes, None]:
        after: tuple[str, UUID] | None = None
        while True:
            async with context.reading() as work:
                members = await work.members.list(context.run.id, prefix="", after=after, limit=_PAGE)
            yield "".join(_line(member) for member in members if member.sha256 is not None).encode()
            if len(members) < _PAGE:
                return
            after = (members[-1].path, members[-1].id)


def _line(member: Member) -> str:
    escaped = member.path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "\\" if escaped != member.path else ""
    return f"{mark}{member.sha256}  {escaped}\n"


def _fits(step: WriteManifest) -> ProcessingStep:
    return step

"""FindDocuments: which files of a run are documents. They wait to be read from now on, also those that were before."""

from collections.abc import Sequence
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.ports.text import TextExtractor
from forebay.application.processing.processor import ProcessingStep, StepContext, StepOutcome
from forebay.domain.documents.document import Document
from forebay.domain.errors import InternalStateError
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import NESTED, Member, MemberKind
from forebay.domain.intake.run import IngestionRun, RunType
from forebay.domain.processing.model import ModelSpec

_PAGE = 500  # members, and documents in one transaction


class FindDocuments:
    """The upload of a run of type document; else the members of its archives that the extractor reads.

    What is inside of a member that is a document itself, as office documents are archives, is none.
    Of several members with one path the last one counts, as it would on a disk. Documents that were found before keep
    their ids, and what people said of them.
    """

    name = "find_documents"

    def __init__(self, *, extractor: TextExtractor, clock: Clock, ids: IdGenerator) -> None:
        self._extractor = extractor
        self._clock = clock
        self._ids = ids

    @property
    def model(self) -> ModelSpec | None:
        return None

    async def __call__(self, context: StepContext) -> StepOutcome:
        if context.run.type is RunType.DOCUMENT:
            await self._write(context, context.files)
            return StepOutcome(metadata={"documents": len(context.files)})
        found: set[str] = set()  # paths, which sort before those of what is inside
        after: tuple[str, UUID] | None = None
        while True:
            async with context.reading() as work:
                members = await work.members.list(context.run.id, prefix="", after=after, limit=_PAGE)
            files: list[StoredFile] = []
            for member in members:
                if self._is_document(member) and not _is_inside(member.path, found):
                    files.append(_file(member, context.run))
                    found.add(member.path)
            await self._write(context, files)
            await context.progress(f"{len(found)} documents so far", {"documents": len(found)})
            if len(members) < _PAGE:
                return StepOutcome(metadata={"documents": len(found)})
            after = (members[-1].path, members[-1].id)

    def _is_document(self, member: Member) -> bool:
        return (
            member.kind is MemberKind.FILE
            and member.sha256 is not None
            and member.size_bytes > 0
            and self._extractor.reads(member.media_type)
        )

    async def _write(self, context: StepContext, files: Sequence[StoredFile]) -> None:
        """A path that comes again, also on another page, is found again: the later one wins."""
        if not files:
            return
        async with context.writing() as work:
            for file in files:
                await self._write_one(work, context.run, file)

    async def _write_one(self, work: ProcessingUnitOfWork, run: IngestionRun, file: StoredFile) -> None:
        known = await work.documents.find(run.id, file.path, for_update=True)
        now = self._clock.now()
        if known is None:
            await work.documents.add(Document.of_file(self._ids.new_id(), run, file, at=now))
        else:
            await work.documents.update(known.found_again(file, at=now))


def _is_inside(path: str, documents: set[str]) -> bool:
    end = path.find(NESTED)
    while end >= 0:
        if path[:end] in documents:
            return True
        end = path.find(NESTED, end + 1)
    return False


def _file(member: Member, run: IngestionRun) -> StoredFile:
    if member.sha256 is None:
        raise InternalStateError(f"{member.path} has no digest")
    return StoredFile(
        id=member.id,
        run_id=member.run_id,
        path=member.path,
        role=FileRole.MEMBER,
        media_type=member.media_type,
        size_bytes=member.size_bytes,
        sha256=member.sha256,
        created_at=run.created_at,
    )


def _fits(step: FindDocuments) -> ProcessingStep:
    return step

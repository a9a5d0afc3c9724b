"""Members that nobody sees: of an attempt that was given up, or of a catalogue that was replaced."""

from forebay.application.processing.processor import StepContext

_ROWS = 5000  # in one transaction


async def discard_unseen(context: StepContext) -> None:
    """Removes those of the run. Only for who holds the run's job: nobody else writes members meanwhile."""
    while await discard_some_unseen(context):
        pass


async def discard_some_unseen(context: StepContext) -> bool:
    """As much as takes a moment; whether there may be more."""
    async with context.writing() as work:
        return await work.members.discard(context.run.id, limit=_ROWS) == _ROWS

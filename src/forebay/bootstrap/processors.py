"""The processors of this program: those that come with Forebay, and those that other packages install."""

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

from forebay.application.processing.processor import Processor, Processors
from forebay.domain.errors import SettingError

GROUP = "forebay.processors"


def collect_processors(*sets: tuple[Processor, ...], found: Iterable[EntryPoint] | None = None) -> Processors:
    """An entry point is a Processor or a callable without arguments that makes one.

    An automatic one takes over its run types from those that come with Forebay; two packages that want the same type,
    or one kind twice, are a SettingError that names both.
    """
    built_in = tuple(processor for one in sets for processor in one)
    points = sorted(entry_points(group=GROUP) if found is None else found, key=lambda point: point.name)
    outside = [(point, _load(point)) for point in points]
    names: dict[str, str] = {processor.kind: "forebay" for processor in built_in}
    owners: dict[str, str] = {}
    for point, processor in outside:
        if (other := names.setdefault(processor.kind, point.value)) != point.value:
            raise SettingError(f"{point.value} and {other} both provide the processor {processor.kind!r}; remove one")
        for run_type in processor.run_types if processor.automatic else ():
            if (other := owners.setdefault(run_type, point.value)) != point.value:
                raise SettingError(f"{point.value} and {other} both want runs of type {run_type}; remove one")
    return Processors((*built_in, *(processor for _, processor in outside)))


def _load(point: EntryPoint) -> Processor:
    try:
        loaded: object = point.load()
        made: object = loaded if isinstance(loaded, Processor) or not callable(loaded) else loaded()
    except Exception as error:
        raise SettingError(
            f"the processor {point.name!r} ({point.value}) cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(made, Processor):
        raise SettingError(f"the processor {point.name!r} ({point.value}) is a {type(made).__name__}, not a Processor")
    names = [step.name for step in made.steps]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SettingError(
            f"the processor {point.name!r} ({point.value}) has two steps called {twice!r}; rename one of them"
        )
    return made

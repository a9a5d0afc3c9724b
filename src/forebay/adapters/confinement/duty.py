"""What a kind of child is there for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from forebay.domain.errors import ForebayError, UnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """`module`: has main(memory_bytes, spool_bytes), which the child runs. `noun`, `plural`: what it reads.

    `errors`: those that the child may answer with, by code. `broken`, `memory`, `timeout`: what to raise when it breaks
    down, is killed for want of memory, or takes longer than `timeout_setting` allows. `memory_signals`: by which its
    libraries end the process when they get no more memory. `killed`: what to raise when somebody else kills it (SIGKILL
    is sent by no limit of its own), `memory` unless it is said: the system does so for want of memory.
    """

    module: str
    noun: str
    plural: str
    errors: Mapping[str, type[ForebayError]]
    broken: type[ForebayError]
    memory: type[ForebayError]
    timeout: type[ForebayError]
    timeout_setting: str
    memory_signals: frozenset[int] = frozenset()
    killed: type[ForebayError] | None = None


def errors_in(module: ModuleType, root: type[ForebayError]) -> dict[str, type[ForebayError]]:
    """The errors under `root` of a module, by code, and that of a part which is not there at present."""
    found = [error for error in vars(module).values() if isinstance(error, type) and issubclass(error, root)]
    return {error.code: error for error in found} | {UnavailableError.code: UnavailableError}

"""CheckHealth: does each part work?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from forebay.application.ports.blobs import Probe
from forebay.domain.errors import ForebayError


@dataclass(frozen=True, slots=True, kw_only=True)
class PartHealth:
    """One part: whether it works, and a fact about it or the reason why not."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """All parts; healthy when each of them is."""

    parts: tuple[PartHealth, ...]

    @property
    def ok(self) -> bool:
        return all(part.ok for part in self.parts)


class CheckHealth:
    """Asks every part at once; one that does not answer in time does not work."""

    def __init__(self, *, probes: Sequence[Probe], timeout_seconds: float = 5.0) -> None:
        self._probes = probes
        self._timeout = timeout_seconds

    async def __call__(self) -> HealthReport:
        return HealthReport(parts=tuple(await asyncio.gather(*(self._check(probe) for probe in self._probes))))

    async def _check(self, probe: Probe) -> PartHealth:
        try:
            async with asyncio.timeout(self._timeout):
                return PartHealth(name=probe.name, ok=True, detail=await probe.check())
        except TimeoutError:
            return PartHealth(name=probe.name, ok=False, detail=f"no answer within {self._timeout:g} s")
        except ForebayError as error:
            return PartHealth(name=probe.name, ok=False, detail=error.message)
        except Exception as error:  # noqa: BLE001  # a defect in one check must not hide what the others say
            return PartHealth(name=probe.name, ok=False, detail=f"the check itself failed ({type(error).__name__})")

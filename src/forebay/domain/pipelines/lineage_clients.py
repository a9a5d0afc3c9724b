"""Which client a job of OpenLineage belongs to."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.lineage_names import fitting_name
from forebay.domain.pipelines.texts import parse_name


@dataclass(frozen=True, slots=True)
class LineageClients:
    """Patterns of namespaces (`*`, `?`, `[…]`) with names of clients. The first that matches counts; where none does,

    the client has the name of the namespace.
    """

    rules: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "LineageClients":
        """From `pattern=client` with commas between them. InvalidInputError says which of them is not one."""
        return cls(tuple(_rule(part) for part in text.split(",") if part.strip()))

    def client_of(self, namespace: str) -> str:
        for pattern, client in self.rules:
            if fnmatchcase(namespace, pattern):
                return client
        return fitting_name(namespace)


def _rule(text: str) -> tuple[str, str]:
    pattern, found, client = text.rpartition("=")
    if not found or not pattern.strip():
        raise InvalidInputError(f"{text.strip()!r} is no rule; expected pattern=client, such as prod-*=Acme or *=Acme")
    try:
        return pattern.strip(), parse_name(client)
    except InvalidInputError as error:
        raise InvalidInputError(f"the client of {pattern.strip()!r}: {error.message}") from None

"""Changes that others do not see yet."""

from collections.abc import Iterator, MutableMapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Overlay(MutableMapping[K, V]):
    """A mapping with changes laid over it; apply() makes them in it. Costs what is changed, not what is there."""

    def __init__(self, base: MutableMapping[K, V]) -> None:
        self._base = base
        self._put: dict[K, V] = {}
        self._gone: set[K] = set()

    def __getitem__(self, key: K) -> V:
        if key in self._put:
            return self._put[key]
        if key in self._gone:
            raise KeyError(key)
        return self._base[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._gone.discard(key)
        self._put[key] = value

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        self._put.pop(key, None)
        if key in self._base:
            self._gone.add(key)

    def __contains__(self, key: object) -> bool:
        return key in self._put or (key not in self._gone and key in self._base)

    def __iter__(self) -> Iterator[K]:
        for key in self._base:
            if key not in self._put and key not in self._gone:
                yield key
        yield from self._put

    def __len__(self) -> int:
        return len(self._base) - len(self._gone) + sum(key not in self._base for key in self._put)

    def apply(self) -> None:
        for key in self._gone:
            del self._base[key]
        self._base.update(self._put)

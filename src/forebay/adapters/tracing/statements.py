"""Statements of SQL as spans, named and described by OpenTelemetry's conventions for databases."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache

from opentelemetry.trace import Tracer

from forebay.adapters.tracing.spans import InnerSpans
from forebay.application.ports.tracing import StatementTracer

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?(\w+)", re.IGNORECASE)


class StatementSpans:
    """Their text has places for values, and none in them; errors are noted without what the database says of them."""

    def __init__(self, tracer: Tracer) -> None:
        self._spans = InnerSpans(tracer)

    def statement(self, system: str, text: Callable[[], str]) -> AbstractContextManager[object]:
        if not self._spans.are_wanted:
            return nullcontext()
        shown = text()
        operation, summary = _summary(shown)
        attributes = {
            "db.system.name": system,
            "db.operation.name": operation,
            "db.query.summary": summary,
            "db.query.text": shown,
        }
        return self._spans.within(summary, attributes)


@lru_cache(maxsize=1000)
def _summary(text: str) -> tuple[str, str]:
    """What is done, and to which table first."""
    operation = text.split(maxsplit=1)[0].upper() if text.strip() else "SQL"
    table = _TABLE.search(text)
    return operation, f"{operation} {table[1]}" if table else operation


def _fits(spans: StatementSpans) -> StatementTracer:
    return spans

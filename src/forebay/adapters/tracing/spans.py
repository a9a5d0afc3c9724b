"""Spans inside of others. What nobody asked for (polling, sweeping, probing) begins no trace of its own."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    use_span,
)

from forebay.domain.errors import ForebayError

Attributes = Mapping[str, str | int]
ERROR_TYPE = "error.type"


class InnerSpans:
    """Of one tracer, where a span is being recorded: else there is nothing to be part of."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    @property
    def are_wanted(self) -> bool:
        return get_current_span().is_recording()

    def begin(self, name: str, attributes: Attributes) -> Span:
        """One that is ended by the caller, and never the current one."""
        if not self.are_wanted:
            return INVALID_SPAN
        return self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)

    @contextmanager
    def within(self, name: str, attributes: Attributes) -> Iterator[Span]:
        span = self.begin(name, attributes)
        try:
            yield span
        except BaseException as error:
            note(span, error)
            raise
        finally:
            span.end()


@contextmanager
def entered(span: Span) -> Iterator[Span]:
    """The current span until it is left, and then at its end. What leaves it in anger is noted."""
    try:
        with use_span(span, record_exception=False, set_status_on_exception=False):
            yield span
    except BaseException as error:
        note(span, error)
        raise
    finally:
        span.end()


def note(span: Span, error: BaseException) -> None:
    """Its code or type; not its message, which may hold what came in. To be cancelled is no error."""
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return
    note_code(span, error.code if isinstance(error, ForebayError) else type(error).__qualname__)


def note_code(span: Span, code: str) -> None:
    span.set_attribute(ERROR_TYPE, code)
    span.set_status(Status(StatusCode.ERROR))

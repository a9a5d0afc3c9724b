"""A program that embeds Forebay and traces itself sees Forebay in its own traces; nothing is set up behind its back."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import asyncio
import sys

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from forebay import Forebay

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))

async def main() -> None:
    async with Forebay.open(data_dir=sys.argv[1]) as forebay:
        assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider), "somebody set a global provider"
        trace.set_tracer_provider(provider)
        with provider.get_tracer("program").start_as_current_span("the program's") as own:
            await forebay.upload(b"hello", name="a.txt", type="document")
    spans = {span.name: span for span in exporter.get_finished_spans()}
    for name in ("INSERT jobs", "COMMIT", "blob put"):
        assert spans[name].parent.span_id == own.get_span_context().span_id, name
    with provider.get_tracer("program").start_as_current_span("after"):
        pass
    assert exporter.get_finished_spans()[-1].name == "after", "somebody closed the program's provider"
    print("done")

asyncio.run(main())
"""


def test_an_embedding_program_sees_forebay_in_its_own_traces(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr

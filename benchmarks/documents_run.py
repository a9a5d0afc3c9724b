"""`python -m benchmarks.documents_run PDF...`: reads them as a worker does, one after the other, and prints JSON.

The time of each runs from asking for its text to having it; the reader process is warm, as a worker's is but for its
first document. The peak is that of the reader process.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from benchmarks.catalogue_run import FileSource
from forebay.adapters.confinement.frames import Outcome
from forebay.adapters.text.extractor import TextOptions, open_text_extractor
from forebay.application.ports.text import TextLimits


async def main(paths: list[Path]) -> None:
    outcomes: list[Outcome] = []
    seconds: list[float] = []
    pages = characters = 0
    async with open_text_extractor(TextOptions(processes=1), on_outcome=outcomes.append) as texts:
        await texts.extract(FileSource(paths[0]), "application/pdf", TextLimits())
        for path in paths:
            began = time.perf_counter()
            found = await texts.extract(FileSource(path), "application/pdf", TextLimits())
            seconds.append(time.perf_counter() - began)
            pages += found.page_count or 0
            characters += len(found.text)
    peak = max(outcome.peak_bytes or 0 for outcome in outcomes)
    print(json.dumps({"seconds": seconds, "pages": pages, "characters": characters, "peak_bytes": peak}))


if __name__ == "__main__":
    asyncio.run(main([Path(name) for name in sys.argv[1:]]))

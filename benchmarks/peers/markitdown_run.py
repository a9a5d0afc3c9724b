"""`python markitdown_run.py PDF...`: converts them, one after the other, and prints JSON. It is imported and warm."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from markitdown import MarkItDown  # type: ignore[import-not-found, unused-ignore] # need not be installed


def main(paths: list[str]) -> None:
    converter = MarkItDown()
    converter.convert(paths[0])
    seconds: list[float] = []
    characters = 0
    for path in paths:
        began = time.perf_counter()
        characters += len(converter.convert(path).text_content)
        seconds.append(time.perf_counter() - began)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
    print(json.dumps({"seconds": seconds, "characters": characters, "peak_bytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1:])

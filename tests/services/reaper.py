"""Ends a server and removes its folder when the program that started them dies without doing so (SIGKILL, os._exit).

Run as a program of its own: arguments are the folder and the number of the gentle signal; standard input carries the
server's process id, one a line, the newest counts, 0 for none. The line `done` means that there is nothing left to do;
an end of input without it means that the parent is gone.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from contextlib import suppress


def main(folder: str, gentle: signal.Signals) -> None:
    pid = 0
    for line in sys.stdin:
        if line.strip() == "done":
            return
        pid = int(line)
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, gentle)
            for _ in range(500):  # not our child, so it cannot be waited for: at most 5 s
                time.sleep(0.01)
                os.kill(pid, 0)
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], signal.Signals(int(sys.argv[2])))

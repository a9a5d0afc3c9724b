"""`forebay copy` that kills itself with SIGKILL, some time after it has told of its progress so many times."""

import asyncio
import os
import signal
import sys
import threading

from forebay.application.system.copy_report import CopyCommand, CopyStage
from forebay.bootstrap.copying import open_copy
from forebay.bootstrap.settings import load_settings


async def copy(to_database: str, to_blobs: str, *, told: int, delay: float) -> None:
    left = told

    def on_progress(stage: CopyStage, done: int, total: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()

    async with open_copy(load_settings(), to_database=to_database, to_blobs=to_blobs) as copy_forebay:
        report = await copy_forebay(CopyCommand(on_progress=on_progress))
    if not report.ok:
        sys.exit(1)


if __name__ == "__main__":
    asyncio.run(copy(sys.argv[1], sys.argv[2], told=int(sys.argv[3]), delay=float(sys.argv[4])))

"""The tar.gz of the section `catalogue`: many small members that look like logs and configuration. Built once."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import tarfile
from pathlib import Path

from benchmarks.report import bytes_text, say

MEMBERS = 50_000
PACKED_BYTES = 500_000_000
POOL_BYTES = 64 << 20
_RATIO = 2.85  # what gzip -6 makes of the lines below; only the size of the file depends on it


def lines(size: int, seed: int) -> bytes:
    """Log lines with a number and an id that nothing can compress, until there are `size` bytes."""
    chance = random.Random(seed)
    hosts = [f"host-{number:03}" for number in range(40)]
    out = io.BytesIO()
    while out.tell() < size:
        out.write(
            f"2026-11-{chance.randrange(1, 31):02}T{chance.randrange(24):02}:{chance.randrange(60):02}Z "
            f"{chance.choice(hosts)} INFO component=indexer bytes={chance.randrange(10**7)} "
            f"id={chance.randbytes(20).hex()}\n".encode()
        )
    return out.getvalue()[:size]


def build(folder: Path, *, quick: bool) -> Path:
    """The archive, from `folder` when it is there already."""
    members = MEMBERS // 10 if quick else MEMBERS
    target = folder / f"catalogue-{members}.tar.gz"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    gzip = shutil.which("gzip")
    assert gzip is not None
    say(f"  building {target.name}, once")
    partial, pool, chance = target.with_suffix(".partial"), lines(POOL_BYTES, 1), random.Random(2)
    usual = int(PACKED_BYTES * _RATIO / MEMBERS)
    with partial.open("wb") as out:
        packing = subprocess.Popen([gzip, "-6", "-n"], stdin=subprocess.PIPE, stdout=out)
        assert packing.stdin is not None
        with packing.stdin as pipe, tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for number in range(members):
                size = chance.randrange(usual // 2, usual * 3 // 2)
                start = chance.randrange(POOL_BYTES - size)
                info = tarfile.TarInfo(f"etc/apps/app-{number % 97:02}/local/part-{number:05}.conf")
                info.size, info.mtime = size, 1_790_000_000 + number
                tar.addfile(info, io.BytesIO(pool[start : start + size]))
        if packing.wait() != 0:
            raise RuntimeError("gzip failed")
    partial.rename(target)
    say(f"  {bytes_text(target.stat().st_size)} for {members:,} members")
    return target

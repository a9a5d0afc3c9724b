"""kubectl, looked for on this machine, for the kustomize in it; no cluster is asked: `with kubectl() as found:`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.kubernetes_manifests import documents
from tests.deploy.kubernetes_types import Document
from tests.services.sources import UnavailableError

VARIABLE = "FOREBAY_KUBECTL"


@dataclass(frozen=True, slots=True)
class Kubectl:
    """A program that builds what a kustomization describes."""

    program: str
    version: str

    def report(self) -> str:
        """One line for the summary of the test run."""
        return f"{self.program} ({self.version})"

    def built(self, folder: Path) -> list[Document]:
        """AssertionError with its words when it builds nothing, or warns of what it will not take much longer."""
        command = [self.program, "kustomize", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert not done.stderr, done.stderr
        return documents(done.stdout)


@contextmanager
def kubectl() -> Iterator[Kubectl]:
    """The program that FOREBAY_KUBECTL names, else the one in PATH. Raises UnavailableError."""
    program = shutil.which(os.environ.get(VARIABLE) or "kubectl")
    if program is None:
        raise UnavailableError(f"no kubectl in PATH, and {VARIABLE} names none (Debian's of version 12 is too old)")
    said = subprocess.run([program, "version", "--client"], capture_output=True, text=True, check=False, timeout=60)
    versions = [line.split()[-1] for line in said.stdout.splitlines() if line.startswith(("Client", "Kustomize"))]
    if len(versions) < 2:
        raise UnavailableError(f"{program} is older than 1.26 or does not start: {(said.stderr or said.stdout)[:200]}")
    yield Kubectl(program, f"{versions[0]}, kustomize {versions[1]}")

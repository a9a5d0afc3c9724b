"""The manifests in deploy/kubernetes, as types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import yaml  # type: ignore[import-untyped]  # ships no types

from tests.deploy.kubernetes_types import Container, Document, Kustomization, Manifest, Pod, Workload

REPOSITORY = Path(__file__).parents[2]
KUBERNETES = REPOSITORY / "deploy" / "kubernetes"
BASE = KUBERNETES / "base"
EXAMPLE = KUBERNETES / "overlays" / "example"


def documents(text: str) -> list[Document]:
    """The documents of a YAML text, the empty ones left out."""
    return [msgspec.convert(found, Document) for found in yaml.safe_load_all(text) if found]


def files() -> list[Path]:
    """Every manifest as it lies in the repository, those of kustomize left out."""
    return sorted(file for file in KUBERNETES.rglob("*.yaml") if file.name != "kustomization.yaml")


def manifests(*folders: Path) -> list[Manifest]:
    """Those in the folders, in the order of their files."""
    chosen = [file for file in files() if not folders or file.parent in folders]
    return [read(document) for file in chosen for document in documents(file.read_text())]


def read(document: Document) -> Manifest:
    return msgspec.convert(document, Manifest)


def workloads(found: list[Manifest]) -> Iterator[tuple[str, Workload]]:
    """Deployments, Jobs and CronJobs by their names."""
    for manifest in found:
        if manifest.kind in {"Deployment", "Job", "CronJob"}:
            yield manifest.metadata.name, manifest.workload


def containers(found: list[Manifest]) -> Iterator[tuple[str, Pod, Container]]:
    for name, workload in workloads(found):
        pod = workload.template.spec
        for container in (*pod.init_containers, *pod.containers):
            yield f"{name}/{container.name}", pod, container


def kustomization(folder: Path) -> Kustomization:
    (document,) = documents((folder / "kustomization.yaml").read_text())
    return msgspec.convert(document, Kustomization)


def variables(*lines: str) -> dict[str, str]:
    """Of an env file, as kustomize reads it: no quotes, no `export`; what begins with # is none."""
    kept = [line for text in lines for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return dict(line.split("=", 1) for line in kept)


def quantity(text: str) -> int:
    """Bytes of 512Mi and the like."""
    units = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}
    return int(text[:-2]) * units[text[-2:]]

"""Kubernetes takes the manifests: as they lie here, and as kustomize builds them, where there is kubectl."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from kubernetes_validate.utils import (  # type: ignore[import-untyped]  # ships no types
    ValidationError,
    all_versions,
    validate,
)

from tests.deploy.kubectl import Kubectl
from tests.deploy.kubernetes_manifests import (
    BASE,
    EXAMPLE,
    KUBERNETES,
    containers,
    documents,
    files,
    kustomization,
    manifests,
    read,
    workloads,
)
from tests.deploy.kubernetes_types import Document

OLDEST = (1, 30)  # docs/kubernetes.md names it; before, `preStop.sleep` is unknown
FOREIGN = {"PodMonitor"}  # kinds that operators bring along: no part of Kubernetes' own schemas
COMPONENTS = ("monitoring", "internet-egress", "verify")


def supported() -> list[str]:
    """Those whose schemas the package has, from the oldest that we promise on."""
    numbers = {tuple(map(int, version.split(".")[:2])) for version in all_versions()}
    return [f"{major}.{minor}" for major, minor in sorted(numbers) if (major, minor) >= OLDEST]


def check(document: Document, version: str) -> None:
    """Strict: a field that there is not is an error, too."""
    validate(document, version, strict=True)


def checkable(found: list[Document]) -> list[Document]:
    return [document for document in found if document["kind"] not in FOREIGN]


@pytest.fixture
def with_components(tmp_path: Path) -> Path:
    """A copy of the example in which all the components are taken that it offers in a comment."""
    copied = tmp_path / KUBERNETES.name
    example = copied / EXAMPLE.relative_to(KUBERNETES)
    secrets = shutil.ignore_patterns("secrets.env")  # git ignores it; there may be one
    for folder in (BASE, EXAMPLE, KUBERNETES / "components"):
        shutil.copytree(folder, copied / folder.relative_to(KUBERNETES), ignore=secrets)
    file = example / "kustomization.yaml"
    file.write_text(re.sub(r"(?m)^# (components:|  - \.\./\.\./components/)", r"\1", file.read_text()))
    assert {Path(name).name for name in kustomization(example).components} == set(COMPONENTS)
    return example


def test_the_versions_reach_from_the_oldest_that_is_promised_to_the_newest_there_is() -> None:
    assert supported()[0] == ".".join(map(str, OLDEST))
    assert len(supported()) >= 6


@pytest.mark.parametrize("version", supported())
@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(KUBERNETES)))
def test_every_manifest_fits_the_schemas_of_kubernetes(file: Path, version: str) -> None:
    for document in checkable(documents(file.read_text())):
        check(document, version)


def test_a_field_that_there_is_not_is_found() -> None:
    (service, *_) = [item for item in documents((BASE / "api.yaml").read_text()) if item["kind"] == "Service"]
    spec = service["spec"]
    assert isinstance(spec, dict)
    with pytest.raises(ValidationError):
        check({**service, "spec": {**spec, "selectors": {}}}, supported()[-1])


def test_no_manifest_is_forgotten() -> None:
    for folder in (BASE, EXAMPLE, *(KUBERNETES / "components" / name for name in COMPONENTS)):
        here = {file.name for file in files() if file.parent == folder}
        assert here == {name for name in kustomization(folder).resources if name.endswith(".yaml")}
    assert {file.parent.name for file in files()} == {"base", "example", *COMPONENTS}


def test_what_the_example_builds_fits_the_schemas(kubectl_tool: Kubectl) -> None:
    found = kubectl_tool.built(EXAMPLE)
    assert len(found) > len(manifests(BASE, EXAMPLE))  # and the config and the secret
    for version in (supported()[0], supported()[-1]):
        for document in found:
            check(document, version)


def test_what_the_components_add_fits_the_schemas(kubectl_tool: Kubectl, with_components: Path) -> None:
    found = kubectl_tool.built(with_components)
    added = {item["kind"] for item in found} - {item["kind"] for item in kubectl_tool.built(EXAMPLE)}
    assert added == FOREIGN | {"CronJob"}
    for document in checkable(found):
        check(document, supported()[-1])


def test_names_labels_and_images_arrive_where_they_are_referred_to(
    kubectl_tool: Kubectl, with_components: Path
) -> None:
    found = [read(document) for document in kubectl_tool.built(with_components)]
    (config,) = [item for item in found if item.kind == "ConfigMap"]
    (secret,) = [item for item in found if item.kind == "Secret"]
    assert config.metadata.name.startswith("forebay-config-")  # with a digest, so that changes replace the pods
    assert secret.metadata.name.startswith("forebay-secrets-")
    for where, _, container in containers(found):
        assert [source.config_map_ref for source in container.env_from if source.config_map_ref], where
        assert {source.config_map_ref.name for source in container.env_from if source.config_map_ref} == {
            config.metadata.name
        }, where
        assert {key.name for key in container.secrets} == {secret.metadata.name}, where
        assert container.image == "registry.example.com/forebay:0.1.0", where
    for name, workload in workloads(found):
        assert workload.template.labels["app.kubernetes.io/part-of"] == "forebay", name
        assert "app.kubernetes.io/instance" not in workload.selector.match_labels, name  # selectors never change


def test_the_base_is_complete_but_for_the_secret(kubectl_tool: Kubectl) -> None:
    kinds = [str(document["kind"]) for document in kubectl_tool.built(BASE)]
    assert kinds.count("ConfigMap") == 1
    assert "Secret" not in kinds
    assert not [item for item in kubectl_tool.built(BASE) if "namespace" in str(item["metadata"])]

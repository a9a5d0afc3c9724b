"""What the manifests say fits together, and fits the program, its image and the compose file. Starts nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import make_url

from forebay.bootstrap.settings import PREFIX, SECRETS, Settings, load_settings
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.http.system import healthz, metrics, readyz
from tests.deploy.kubernetes_manifests import (
    BASE,
    EXAMPLE,
    KUBERNETES,
    REPOSITORY,
    containers,
    documents,
    files,
    kustomization,
    manifests,
    variables,
    workloads,
)
from tests.deploy.kubernetes_types import Container, Labels, Pod, Target, Workload

ALL = manifests()
WORKLOADS = dict(workloads(ALL))
PODS: dict[str, Labels] = {name: workload.template.labels for name, workload in WORKLOADS.items()}
CONTAINERS = {where: (pod, container) for where, pod, container in containers(ALL)}
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.__struct_fields__}
CONFIG = variables((BASE / "forebay.env").read_text())
EXAMPLE_CONFIG = variables(*kustomization(EXAMPLE).config_map_generator[0].literals)
SECRET_TEXT = (EXAMPLE / "secrets.env.example").read_text()
SECRET = variables(SECRET_TEXT)
MENTIONED = SECRET | variables(re.sub(r"(?m)^#(?=[A-Z_]+=)", "", SECRET_TEXT))
NOT_OURS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}  # boto3's

each_container = pytest.mark.parametrize("where", CONTAINERS)
each_workload = pytest.mark.parametrize("name", WORKLOADS)


def of(where: str) -> tuple[Pod, Container]:
    return CONTAINERS[where]


def main(name: str) -> Container:
    (container,) = WORKLOADS[name].template.spec.containers
    return container


# --- Settings and secrets


def test_every_variable_is_a_setting() -> None:
    named = set(CONFIG) | set(EXAMPLE_CONFIG)
    named |= {variable.name for _, container in CONTAINERS.values() for variable in container.env} - NOT_OURS
    assert named <= SETTINGS


def test_the_settings_are_read_by_the_program() -> None:
    settings = load_settings({**CONFIG, **EXAMPLE_CONFIG, **SECRET})
    assert settings.host == settings.worker_host == "0.0.0.0"
    assert settings.queue_url.startswith("rediss:")
    assert len(settings.signing_key) >= 32


def test_no_secret_stands_among_the_settings() -> None:
    secret = {f"{PREFIX}{name.upper()}" for name in SECRETS} | {f"{PREFIX}DATABASE_URL", f"{PREFIX}QUEUE_URL"}
    assert not (secret | NOT_OURS) & (set(CONFIG) | set(EXAMPLE_CONFIG))


def test_every_key_of_the_secret_is_in_the_example_which_holds_placeholders_only() -> None:
    for where, (_, container) in CONTAINERS.items():
        for key in container.secrets:
            assert key.name == kustomization(EXAMPLE).secret_generator[0].name, where
            assert key.key in (MENTIONED if key.optional else SECRET), where
    used = {key.key for _, container in CONTAINERS.values() for key in container.secrets}
    assert used == set(MENTIONED)
    assert [name for name, value in SECRET.items() if "change-me" not in value] == []
    assert "secrets.env" in (KUBERNETES / "overlays" / ".gitignore").read_text().split()


def test_certificates_are_a_file_of_the_image_and_not_where_the_driver_looks_by_itself() -> None:
    """psycopg's wheel brings an OpenSSL to which `system` is a folder of its own, which no image has."""
    url = make_url(SECRET["FOREBAY_DATABASE_URL"])
    assert url.query["sslmode"] == "verify-full"
    assert url.query["sslrootcert"] == "/etc/ssl/certs/ca-certificates.crt"


def test_a_variable_is_called_as_its_key() -> None:
    for where, (_, container) in CONTAINERS.items():
        named = [item.name for item in container.env if item.value is None]
        assert named == [key.key for key in container.secrets], where


def test_what_only_looks_needs_nothing_that_only_jobs_and_requests_need() -> None:
    """The program opens all parts that are set, also to list runs, and ends where a key or a file is missing."""
    lookers = [where for where in CONTAINERS if where.endswith(("/schema", "/verify"))]
    assert len(lookers) == 3
    for where, (_, container) in CONTAINERS.items():
        given = {item.name: item.value for item in container.env if item.value is not None}
        expected = {"FOREBAY_CLASSIFIERS": "none", "FOREBAY_SOURCES_FILE": ""} if where in lookers else {}
        assert given == expected, where


@each_container
def test_every_container_has_the_settings(where: str) -> None:
    (source,) = of(where)[1].env_from
    assert source.config_map_ref is not None
    assert source.config_map_ref.name == kustomization(BASE).config_map_generator[0].name


# --- What is selected


@each_workload
def test_a_selector_matches_the_pods_of_its_own_workload_and_no_others(name: str) -> None:
    workload = WORKLOADS[name]
    if workload.selector.match_labels:  # a Job's is made by Kubernetes
        assert [other for other, labels in PODS.items() if workload.selector.selects(labels)] == [name]
    assert "app.kubernetes.io/component" in workload.template.labels


@pytest.mark.parametrize("kind", ["NetworkPolicy", "PodDisruptionBudget", "Service", "PodMonitor"])
def test_whatever_selects_pods_selects_some(kind: str) -> None:
    found = [manifest for manifest in ALL if manifest.kind == kind]
    assert found
    for manifest in found:
        assert [name for name, labels in PODS.items() if manifest.selector.selects(labels)], manifest.metadata.name


def test_all_pods_are_denied_what_is_not_allowed() -> None:
    (deny,) = [manifest for manifest in ALL if manifest.metadata.name == "forebay-deny"]
    assert all(deny.selector.selects(labels) for labels in PODS.values())
    assert deny.spec["policyTypes"] == ["Ingress", "Egress"]
    assert deny.spec.keys() == {"podSelector", "policyTypes"}


def test_autoscalers_and_budgets_are_of_the_workloads_that_may_be_many() -> None:
    scaled = {
        msgspec.convert(manifest.spec["scaleTargetRef"], Target).name
        for manifest in ALL
        if manifest.kind == "HorizontalPodAutoscaler"
    }
    assert scaled == {"forebay-api", "forebay-worker"}
    assert scaled == {manifest.metadata.name for manifest in ALL if manifest.kind == "PodDisruptionBudget"}
    for name in scaled:  # a number here would undo at each `apply` what the autoscaler did
        assert WORKLOADS[name].replicas is msgspec.UNSET
        assert main(name).resources.requests["cpu"]
    assert WORKLOADS["forebay-beat"].replicas == 1
    assert WORKLOADS["forebay-beat"].strategy == {"type": "Recreate"}


def test_ports_are_called_by_names_that_there_are() -> None:
    ports = {port.name: port.container_port for _, container in CONTAINERS.values() for port in container.ports}
    assert ports == {"http": int(CONFIG["FOREBAY_PORT"]), "health": int(CONFIG["FOREBAY_WORKER_PORT"])}
    text = "".join(file.read_text() for file in files())
    assert set(re.findall(r"(?m)^[- ]*(?:targetPort|port): ([a-z]+)\b", text)) == set(ports)


# --- Pods


@each_container
def test_probes_ask_for_what_the_program_answers(where: str) -> None:
    container = of(where)[1]
    answered = {path for handler in (healthz, readyz, metrics) for path in handler.paths}
    ports = {port.name for port in container.ports}
    for probe in container.probes:
        assert (probe.http_get is None) is (probe.exec is not None)
        if probe.http_get is not None:
            assert probe.http_get.path in answered
            assert probe.http_get.port in ports


def test_what_all_pods_share_takes_none_of_them_out_of_the_service() -> None:
    api, worker = main("forebay-api"), main("forebay-worker")
    assert [probe.http_get.path for probe in api.probes if probe.http_get] == ["/healthz"] * 3
    assert worker.readiness_probe is not None  # which no Service looks at
    assert worker.readiness_probe.http_get is not None
    assert worker.readiness_probe.http_get.path == "/readyz"
    assert worker.liveness_probe is not None
    assert worker.liveness_probe.http_get is not None
    assert worker.liveness_probe.http_get.path == "/healthz"


@each_container
def test_no_container_may_more_than_it_needs(where: str) -> None:
    pod, container = of(where)
    assert pod.security_context.run_as_non_root
    (user,) = re.findall(r"(?m)^USER (\d+:\d+)$", (REPOSITORY / "deploy/docker/Dockerfile").read_text())
    assert user == f"{pod.security_context.run_as_user}:{pod.security_context.run_as_group}"
    assert pod.security_context.seccomp_profile == {"type": "RuntimeDefault"}
    assert not container.security_context.allow_privilege_escalation
    assert container.security_context.read_only_root_filesystem
    assert container.security_context.capabilities.drop == ["ALL"]
    assert not pod.automount_service_account_token
    assert pod.service_account_name in {item.metadata.name for item in ALL if item.kind == "ServiceAccount"}
    # Else Kubernetes sets FOREBAY_PORT=tcp://… in a namespace where a Service is called forebay.
    assert not pod.enable_service_links


@each_container
def test_what_is_written_to_is_there_and_has_a_limit(where: str) -> None:
    pod, container = of(where)
    volumes = {volume.name: volume.empty_dir for volume in pod.volumes}
    mounts = {mount.mount_path: volumes[mount.name] for mount in container.volume_mounts}
    assert "/tmp" in mounts
    assert all(empty_dir is not None and empty_dir.size_limit for empty_dir in volumes.values())
    if container.command[0] == "celery" and "beat" in container.command:
        assert any(part.startswith("--schedule=/tmp/") for part in container.command)
    elif container.name != "migrate":
        assert CONFIG["FOREBAY_SPOOL_DIR"] in mounts


@each_container
def test_every_container_says_what_it_needs(where: str) -> None:
    resources = of(where)[1].resources
    assert {"cpu", "memory"} <= set(resources.requests)
    assert "memory" in resources.limits
    assert "cpu" not in resources.limits  # it would slow down whoever could have had idle time


@pytest.mark.parametrize("name", ["forebay-api", "forebay-worker"])
def test_a_pod_is_given_the_time_that_it_takes_to_stop(name: str) -> None:
    workload = WORKLOADS[name]
    pause = main(name).lifecycle.pre_stop.sleep
    needed = (pause.seconds if pause else 0) + float(CONFIG["FOREBAY_SHUTDOWN_GRACE_SECONDS"]) + 15  # to close
    assert workload.template.spec.termination_grace_period_seconds >= needed
    assert pause is not None or name == "forebay-worker"  # nobody sends requests to a worker


# --- Image and commands


def test_one_image_whose_version_the_overlay_pins() -> None:
    (image,) = kustomization(EXAMPLE).images
    assert {container.image for _, container in CONTAINERS.values()} == {image.name}
    assert image.digest or image.new_tag not in {"", "latest"}


def test_the_commands_are_those_of_the_compose_file() -> None:
    (compose,) = documents((REPOSITORY / "deploy/compose.yml").read_text())
    services = msgspec.convert(compose["services"], dict[str, dict[str, object]])
    (given,) = re.findall(r"(?m)^CMD (.+)$", (REPOSITORY / "deploy/docker/Dockerfile").read_text())
    for name in ("api", "worker", "beat", "migrate"):
        assert main(f"forebay-{name}").command == services[name].get("command", msgspec.json.decode(given))
    test = msgspec.convert(msgspec.convert(services["beat"]["healthcheck"], dict[str, object])["test"], list[str])
    probes = [probe.exec.command for probe in main("forebay-beat").probes if probe.exec]
    assert probes == [test[1:]] * 2


def test_the_program_takes_the_command_of_the_nightly_check(tmp_path: Path) -> None:
    program, *arguments = main("forebay-verify").command
    assert program == "forebay"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environ = {**inherited, "FOREBAY_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environ, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("verified 0 of 0 blobs")


def test_damage_ends_the_nightly_check_and_nothing_else_does_at_once() -> None:
    (rule,) = WORKLOADS["forebay-verify"].pod_failure_policy.rules
    assert rule.action == "FailJob"
    assert rule.on_exit_codes.values == [ExitCode.FIXITY]
    assert rule.on_exit_codes.container_name == main("forebay-verify").name
    assert rule.on_exit_codes.operator == "In"


def test_pods_wait_for_the_schema_before_they_start() -> None:
    for name in ("forebay-api", "forebay-worker"):
        (wait,) = WORKLOADS[name].template.spec.init_containers
        assert "forebay runs list" in wait.command[-1]
    assert isinstance(WORKLOADS["forebay-migrate"], Workload)

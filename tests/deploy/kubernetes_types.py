"""The parts of Kubernetes' manifests that the checks look at, and nothing else of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, Struct, UnsetType

Document = dict[str, object]
Labels = dict[str, str]


class _Part(Struct, frozen=True, kw_only=True, rename="camel"):
    """Reads the names of Kubernetes, and lets be what it has no field for: unknown ones are the schemas' business."""


class Metadata(_Part, frozen=True):
    name: str
    labels: Labels = {}


class Expression(_Part, frozen=True):
    key: str
    operator: str
    values: list[str] = []


class Selector(_Part, frozen=True):
    match_labels: Labels = {}
    match_expressions: list[Expression] = []

    def selects(self, labels: Mapping[str, str]) -> bool:
        """For the operator In, which is the only one that stands in our manifests."""
        assert {expression.operator for expression in self.match_expressions} <= {"In"}
        return all(labels.get(key) == value for key, value in self.match_labels.items()) and all(
            labels.get(expression.key) in expression.values for expression in self.match_expressions
        )


class SecretKey(_Part, frozen=True):
    name: str
    key: str
    optional: bool = False


class ValueFrom(_Part, frozen=True):
    secret_key_ref: SecretKey | None = None


class Variable(_Part, frozen=True):
    name: str
    value: str | None = None
    value_from: ValueFrom = ValueFrom()


class Reference(_Part, frozen=True):
    name: str


class Source(_Part, frozen=True):
    config_map_ref: Reference | None = None


class HttpGet(_Part, frozen=True):
    path: str
    port: str | int


class Exec(_Part, frozen=True):
    command: list[str]


class Probe(_Part, frozen=True):
    http_get: HttpGet | None = None
    exec: Exec | None = None


class Pause(_Part, frozen=True):
    seconds: int


class Handler(_Part, frozen=True):
    sleep: Pause | None = None


class Lifecycle(_Part, frozen=True):
    pre_stop: Handler = Handler()


class Port(_Part, frozen=True):
    name: str
    container_port: int


class Resources(_Part, frozen=True):
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}


class Capabilities(_Part, frozen=True):
    drop: list[str] = []


class Security(_Part, frozen=True):
    run_as_non_root: bool = False
    run_as_user: int = 0
    run_as_group: int = 0
    seccomp_profile: dict[str, str] = {}
    allow_privilege_escalation: bool = True
    read_only_root_filesystem: bool = False
    capabilities: Capabilities = Capabilities()


class Mount(_Part, frozen=True):
    name: str
    mount_path: str


class Container(_Part, frozen=True):
    name: str
    image: str
    command: list[str] = []
    args: list[str] = []
    ports: list[Port] = []
    env: list[Variable] = []
    env_from: list[Source] = []
    startup_probe: Probe | None = None
    readiness_probe: Probe | None = None
    liveness_probe: Probe | None = None
    lifecycle: Lifecycle = Lifecycle()
    resources: Resources = Resources()
    security_context: Security = Security()
    volume_mounts: list[Mount] = []

    @property
    def probes(self) -> list[Probe]:
        return [probe for probe in (self.startup_probe, self.readiness_probe, self.liveness_probe) if probe]

    @property
    def secrets(self) -> list[SecretKey]:
        return [found for variable in self.env if (found := variable.value_from.secret_key_ref)]


class EmptyDir(_Part, frozen=True):
    size_limit: str = ""


class Volume(_Part, frozen=True):
    name: str
    empty_dir: EmptyDir | None = None


class Pod(_Part, frozen=True):
    containers: list[Container]
    init_containers: list[Container] = []
    volumes: list[Volume] = []
    service_account_name: str = ""
    automount_service_account_token: bool = True
    enable_service_links: bool = True
    security_context: Security = Security()
    termination_grace_period_seconds: int = 30


class Template(_Part, frozen=True):
    spec: Pod
    metadata: dict[str, Labels] = {}

    @property
    def labels(self) -> Labels:
        return self.metadata.get("labels", {})


class ExitCodes(_Part, frozen=True):
    container_name: str
    operator: str
    values: list[int]


class FailureRule(_Part, frozen=True):
    action: str
    on_exit_codes: ExitCodes


class FailurePolicy(_Part, frozen=True):
    rules: list[FailureRule] = []


class Workload(_Part, frozen=True):
    template: Template
    selector: Selector = Selector()
    replicas: int | UnsetType = UNSET
    strategy: dict[str, object] = {}
    pod_failure_policy: FailurePolicy = FailurePolicy()


class JobTemplate(_Part, frozen=True):
    spec: Workload


class FromTimeToTime(_Part, frozen=True):
    schedule: str
    job_template: JobTemplate


class Target(_Part, frozen=True):
    kind: str
    name: str


class ServicePort(_Part, frozen=True):
    name: str = ""
    target_port: str | int = ""


class Manifest(_Part, frozen=True):
    """Anything with a kind; `spec` is read as what the kind says."""

    api_version: str
    kind: str
    metadata: Metadata
    spec: dict[str, object] = {}
    data: dict[str, str] = {}

    @property
    def workload(self) -> Workload:
        if self.kind == "CronJob":
            return msgspec.convert(self.spec, FromTimeToTime).job_template.spec
        return msgspec.convert(self.spec, Workload)

    @property
    def selector(self) -> Selector:
        """Of a PodDisruptionBudget and the like, a NetworkPolicy, or a Service, which writes it more shortly."""
        found = self.spec.get("podSelector", self.spec.get("selector", {}))
        if self.kind == "Service":
            return Selector(match_labels=msgspec.convert(found, Labels))
        return msgspec.convert(found, Selector)


class Generator(_Part, frozen=True):
    name: str
    envs: list[str] = []
    literals: list[str] = []


class Image(_Part, frozen=True):
    name: str
    new_name: str = ""
    new_tag: str = ""
    digest: str = ""


class Kustomization(_Part, frozen=True):
    resources: list[str] = []
    components: list[str] = []
    images: list[Image] = []
    config_map_generator: list[Generator] = []
    secret_generator: list[Generator] = []

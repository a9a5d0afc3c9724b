"""What the compose file says fits together, and fits the settings and the example of its environment."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable

import msgspec
import pytest

from forebay.bootstrap.settings import SECRETS, Settings, load_settings
from tests.deploy.compose_file import DEPLOY, EXAMPLE, FILE, REPOSITORY, Service, compose, seconds, uses, variables

COMPOSE = compose()
SERVICES = COMPOSE.services
LASTING = sorted(name for name, service in SERVICES.items() if not service.runs_once)
OURS = sorted(name for name, service in SERVICES.items() if service.is_forebay)
USES = uses(FILE.read_text())
GIVEN = variables(EXAMPLE.read_text())
CLOSING_SECONDS = 20  # that a program of ours takes beyond FOREBAY_SHUTDOWN_GRACE_SECONDS at the most
SECRET = re.compile(r"PASS|SECRET|KEY|TOKEN")


def each(names: Iterable[str]) -> pytest.MarkDecorator:
    """The ids are one word each: with `postgres` in it a test would be counted as one of that adapter."""
    return pytest.mark.parametrize("name", sorted(names), ids="container{}".format)


def test_the_services_are_those_that_are_promised() -> None:
    by_profile = {name: service.profiles for name, service in SERVICES.items()}
    always = {name for name, profiles in by_profile.items() if not profiles}
    assert always == {"postgres", "redis", "s3", "migrate", "api", "worker", "beat"}
    assert {name for name, profiles in by_profile.items() if "observability" in profiles} == {
        "dashboards",
        "prometheus",
        "grafana",
    }
    assert {name for name, profiles in by_profile.items() if "metabase" in profiles} == {"dashboards", "metabase"}


@each(SERVICES)
def test_an_image_is_a_variable_with_a_version_for_default(name: str) -> None:
    (use,) = uses(SERVICES[name].image)
    assert use.name.endswith("_IMAGE")
    assert use.mark == ":-"
    assert SERVICES[name].image.endswith("}")
    if not SERVICES[name].is_forebay:
        repository, _, tag = use.word.partition(":")
        assert repository
        assert re.match(r"v?\d", tag), f"{use.word}: expected a version behind the colon"


@each(SERVICES)
def test_what_is_published_is_published_to_this_machine_only(name: str) -> None:
    for port in SERVICES[name].ports:
        assert re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z0-9_]+_PORT:-\d+\}:\d+", port)


def test_what_may_run_many_times_has_no_place_that_only_one_can_have() -> None:
    assert SERVICES["worker"].ports == []
    assert "container_name" not in FILE.read_text()


@each(LASTING)
def test_what_lasts_is_looked_after(name: str) -> None:
    service = SERVICES[name]
    assert service.restart == "unless-stopped"
    assert service.healthcheck is not None
    kind, *words = service.healthcheck.test
    assert kind in {"CMD", "CMD-SHELL"}
    assert words
    assert not {"true", "exit 0", ":"} & set(words)


@each(set(SERVICES) - set(LASTING))
def test_what_runs_once_is_waited_for_by_somebody(name: str) -> None:
    """`up --wait` takes the end of a container that nobody waits for as a failure."""
    waiting = [service.depends_on[name].condition for service in SERVICES.values() if name in service.depends_on]
    assert waiting
    assert set(waiting) == {"service_completed_successfully"}
    assert SERVICES[name].healthcheck is None


@each(SERVICES)
def test_services_wait_for_what_there_is_until_it_is_well(name: str) -> None:
    for other, wanted in SERVICES[name].depends_on.items():
        once = SERVICES[other].runs_once
        assert wanted.condition == ("service_completed_successfully" if once else "service_healthy")
        assert not set(SERVICES[other].profiles) or set(SERVICES[name].profiles) <= set(SERVICES[other].profiles)
        assert set(SERVICES[name].networks) & set(SERVICES[other].networks) or once


@each(SERVICES)
def test_a_container_has_limits(name: str) -> None:
    service = SERVICES[name]
    assert service.security_opt == ["no-new-privileges:true"]
    assert service.mem_limit
    assert set(service.logging.options) == {"max-size", "max-file"}
    assert set(service.networks) <= set(COMPOSE.networks)


@each(OURS)
def test_a_forebay_may_do_and_write_next_to_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service.read_only
    assert service.init
    assert service.cap_drop == ["ALL"]
    assert service.cap_add == []
    assert service.user is None, "that of the image"
    assert [place.partition(":")[0] for place in service.tmpfs] == ["/tmp"]
    assert service.volumes == ["spool:/var/lib/forebay/spool"]
    assert service.environment["FOREBAY_SPOOL_DIR"] == "/var/lib/forebay/spool"


def test_all_forebays_have_the_same_settings_and_one_builds_the_image() -> None:
    first = SERVICES[OURS[0]]
    assert len(OURS) == 4
    for name in OURS:
        assert SERVICES[name].environment == first.environment
        assert SERVICES[name].env_file == first.env_file
        assert SERVICES[name].pull_policy == "never"
    assert [name for name in SERVICES if SERVICES[name].build is not None] == ["migrate"]


def test_the_settings_exist_and_are_read_by_the_program() -> None:
    given = {name: filled(text) for name, text in SERVICES["api"].environment.items()}
    known = {f"FOREBAY_{name.upper()}" for name in Settings.__struct_fields__}
    assert {name for name in given if name.startswith("FOREBAY_")} <= known
    settings = load_settings(given, env_file=DEPLOY / "there is no such file")
    assert settings.database_url.startswith("postgresql://forebay:change-me@postgres")
    assert len(settings.signing_key) >= 32


def test_what_is_under_way_may_end_before_a_container_is_killed() -> None:
    for name in OURS:
        (use,) = uses(SERVICES[name].stop_grace_period or "")
        assert seconds(use.word) >= Settings().shutdown_grace_seconds + CLOSING_SECONDS
        assert seconds(GIVEN[use.name]) >= float(GIVEN["FOREBAY_SHUTDOWN_GRACE_SECONDS"]) + CLOSING_SECONDS


@each(SERVICES)
def test_no_secret_stands_in_the_file_nor_has_a_default(name: str) -> None:
    secrets = {f"FOREBAY_{secret.upper()}" for secret in SECRETS}
    for variable, value in SERVICES[name].environment.items():
        if variable in secrets or SECRET.search(variable):
            (use,) = uses(value)
            assert value.startswith("${"), variable
            assert use.mark == ":?", variable
        for password in re.findall(r"://[^:@/]*:([^@]*)@", value):
            assert [use.mark for use in uses(password)] == [":?"], variable


def test_what_has_to_be_set_is_said_where_it_is_missing() -> None:
    for use in USES:
        assert use.mark in {":-", ":?"}, f"{use.name} may be empty without a word"
        assert use.mark == ":-" or "make up" in use.word
        assert (use.mark == ":?") == (SECRET.search(use.name) is not None), use.name


def test_the_example_has_every_variable_with_the_default_of_the_file() -> None:
    assert {use.name for use in USES} == set(GIVEN)
    for use in USES:
        if use.mark == ":-":
            assert GIVEN[use.name] == use.word, use.name
        else:
            assert set(GIVEN[use.name].split("-")) == {"change", "me"}, use.name


def test_secrets_are_made_of_the_example() -> None:
    made, again = (variables(secrets_made()) for _ in range(2))
    assert list(made) == list(GIVEN)
    secret = [name for name, value in GIVEN.items() if value.startswith("change-me")]
    assert {name for name in GIVEN if made[name] != GIVEN[name]} == set(secret)
    assert len({made[name] for name in secret} | {again[name] for name in secret}) == 2 * len(secret)
    for name in secret:
        assert re.fullmatch(r"[0-9a-f]{64}", made[name]), "no quoting in URLs, and 256 bits"


def test_secrets_are_not_committed() -> None:
    ignored = (REPOSITORY / ".gitignore").read_text().splitlines()
    assert "/deploy/.env" in ignored
    assert f"/deploy/{GIVEN['FOREBAY_ENV_FILE']}" in ignored


def test_volumes_and_files_that_are_mounted_are_there() -> None:
    named = set()
    for service in SERVICES.values():
        for mount in service.volumes:
            source, target, *mode = mount.split(":")
            assert target.startswith("/")
            if source.startswith("./"):
                assert mode == ["ro"]
                assert (DEPLOY / source).exists(), source
            else:
                named.add(source)
    assert named == set(COMPOSE.volumes)


def test_who_looks_at_dashboards_reaches_neither_the_blob_store_nor_the_broker() -> None:
    """SeaweedFS's filer and master take anything from anybody who reaches them."""
    for keeper in ("s3", "redis"):
        (network,) = SERVICES[keeper].networks
        assert {name for name, service in SERVICES.items() if network in service.networks} == {
            *OURS,
            "postgres",
            "redis",
            "s3",
        }


def test_grafana_is_given_what_its_provisioning_asks_for() -> None:
    asked = {
        use.name
        for file in (DEPLOY / "grafana" / "provisioning").rglob("*.yaml")
        for use in uses(file.read_text())
        if use.name.startswith("FOREBAY_")
    }
    given = {name for name in SERVICES["grafana"].environment if name.startswith("FOREBAY_")}
    assert asked == given


def test_the_file_is_read_as_compose_reads_it() -> None:
    """A word that the checks above do not know would be let through by them."""
    with pytest.raises(msgspec.ValidationError, match="privileged"):
        msgspec.convert({**msgspec.to_builtins(SERVICES["api"]), "privileged": True}, Service)


def filled(text: str) -> str:
    """With what the example gives."""
    for use in uses(text):
        text = text.replace(f"${{{use.name}{use.mark}{use.word}}}", GIVEN[use.name])
    return text


def secrets_made() -> str:
    return subprocess.run(
        [REPOSITORY / "scripts" / "make-compose-env"], capture_output=True, text=True, check=True, timeout=60
    ).stdout

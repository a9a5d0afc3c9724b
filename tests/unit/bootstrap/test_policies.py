"""Settings of processing as its use cases understand them."""

from datetime import timedelta
from pathlib import Path

import pytest

from forebay.application.ports.archives import ArchiveLimits
from forebay.application.processing.policy import ProcessingPolicy
from forebay.bootstrap.policies import archive_limits, lineage_clients, processing_policy
from forebay.bootstrap.settings import Settings, load_settings
from forebay.domain.errors import DatabaseUnavailableError, SettingError, StorageFullError
from forebay.domain.intake.archive_errors import ArchiveBrokenError


def load(**values: str) -> Settings:
    return load_settings({f"FOREBAY_{name.upper()}": value for name, value in values.items()}, env_file=Path("/none"))


def test_the_defaults_of_settings_and_use_cases_are_the_same() -> None:
    policy, default = processing_policy(load()), ProcessingPolicy()
    assert (policy.max_attempts, policy.lease, policy.backoff) == (
        default.max_attempts,
        default.lease,
        default.backoff,
    )
    assert archive_limits(load()) == ArchiveLimits()


def test_a_policy_has_what_the_settings_say() -> None:
    policy = processing_policy(load(max_attempts="2", lease_seconds="7.5", retry_delays="0, 1.5 ,3"))
    assert (policy.max_attempts, policy.lease) == (2, timedelta(seconds=7.5))
    assert policy.backoff.delays == (0.0, 1.5, 3.0)


def test_archives_are_limited_as_the_settings_say() -> None:
    limits = archive_limits(
        load(
            archive_max_bytes="1",
            archive_max_ratio="2.5",
            archive_max_members="3",
            archive_max_path_bytes="4",
            archive_max_depth="5",
            archive_timeout_seconds="6.5",
        )
    )
    assert (limits.max_bytes, limits.max_ratio, limits.max_members) == (1, 2.5, 3)
    assert (limits.max_path_bytes, limits.max_depth, limits.timeout_seconds) == (4, 5, 6.5)


@pytest.mark.parametrize("text", [",", "1,,2", "-1", "nan", "inf", "1e6", "soon", "1;2"])
def test_delays_that_are_none_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingError, match="such as 10,60,300") as refused:
        processing_policy(load(retry_delays=text))
    assert refused.value.field == "FOREBAY_RETRY_DELAYS"
    assert repr(text) in refused.value.message


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("worker_concurrency", "-1", ">= 0"),
        ("worker_port", "65536", "65535"),
        ("lease_seconds", "0.5", ">= 1"),
        ("max_attempts", "0", ">= 1"),
        ("recovery_interval_seconds", "0", "> 0"),
        ("archive_max_bytes", "0", ">= 1"),
        ("archive_max_ratio", "0.5", ">= 1"),
        ("archive_max_members", "x", "whole number"),
        ("archive_max_path_bytes", "0", ">= 1"),
        ("archive_max_path_bytes", "4097", "<= 4096"),
        ("archive_max_depth", "0", ">= 1"),
        ("archive_timeout_seconds", "0", "> 0"),
    ],
)
def test_a_setting_of_processing_out_of_bounds_is_named(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingError, match=expected) as refused:
        load(**{name: value})
    assert refused.value.field == f"FOREBAY_{name.upper()}"


def test_only_parts_that_do_not_answer_are_worth_another_attempt() -> None:
    for passing in (ProcessingPolicy().is_passing, processing_policy(load()).is_passing):
        assert passing(DatabaseUnavailableError())
        assert passing(StorageFullError())
        assert not passing(ArchiveBrokenError())


def test_the_rule_of_clients_is_understood_or_refused_by_its_name() -> None:
    assert lineage_clients(load()).client_of("spark") == "spark"
    assert lineage_clients(load(lineage_clients="sp*=Acme")).client_of("spark") == "Acme"
    with pytest.raises(SettingError, match=r"FOREBAY_LINEAGE_CLIENTS: .*'Acme'.*pattern=client") as refused:
        lineage_clients(load(lineage_clients="Acme"))
    assert refused.value.field == "FOREBAY_LINEAGE_CLIENTS"

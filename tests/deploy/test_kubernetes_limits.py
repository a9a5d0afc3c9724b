"""The limits of pods have room for what the settings allow: it is refused with words, and no pod is killed for it."""

from __future__ import annotations

from dataclasses import fields

from forebay.adapters.archives.reader import ReaderOptions
from forebay.adapters.text.extractor import TextOptions
from tests.deploy.kubernetes_manifests import BASE, manifests, quantity, variables, workloads
from tests.deploy.kubernetes_types import Pod

MIB, GIB = 1 << 20, 1 << 30
CONFIG = variables((BASE / "forebay.env").read_text())
PODS: dict[str, Pod] = {name: workload.template.spec for name, workload in workloads(manifests(BASE))}
ARCHIVE, DOCUMENT = int(CONFIG["FOREBAY_ARCHIVE_MEMORY_BYTES"]), int(CONFIG["FOREBAY_DOCUMENT_MEMORY_BYTES"])
JOBS = int(CONFIG["FOREBAY_WORKER_CONCURRENCY"])
LISTS = GIB  # of members, which may be spooled beside what an archive unpacks to


def default(options: type[ReaderOptions] | type[TextOptions], name: str) -> int:
    (found,) = [field.default for field in fields(options) if field.name == name]
    assert isinstance(found, int)
    return found


def memory(name: str) -> int:
    return quantity(PODS[name].containers[0].resources.limits["memory"])


def spool(name: str) -> int:
    (volume,) = [volume for volume in PODS[name].volumes if volume.name == "spool"]
    assert volume.empty_dir is not None
    return quantity(volume.empty_dir.size_limit)


def test_an_api_has_memory_for_all_its_child_processes() -> None:
    members = default(ReaderOptions, "member_processes") * ARCHIVE
    previews = default(TextOptions, "preview_processes") * DOCUMENT
    assert memory("forebay-api") >= members + previews + 512 * MIB


def test_a_worker_has_memory_for_the_child_processes_of_all_its_jobs() -> None:
    one_job = ARCHIVE + 2 * DOCUMENT  # an archive, a document out of it, and the picture of its first page
    programs = (1 + JOBS) * 256 * MIB
    assert memory("forebay-worker") >= JOBS * one_job + programs


def test_a_worker_has_disk_for_what_archives_of_all_its_jobs_may_unpack_to() -> None:
    unpacked = int(CONFIG["FOREBAY_ARCHIVE_MAX_BYTES"])
    assert spool("forebay-worker") >= JOBS * (unpacked + LISTS)


def test_an_api_has_disk_for_downloads_out_of_archives_and_for_uploads() -> None:
    unpacked = int(CONFIG["FOREBAY_ARCHIVE_MAX_BYTES"])
    uploads = 64 * 3 * 18 * MIB  # three parts of each of 64 uploads of 16 GiB
    assert spool("forebay-api") >= default(ReaderOptions, "member_processes") * unpacked + uploads

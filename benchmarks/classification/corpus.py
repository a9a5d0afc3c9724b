"""A labelled set that can be had wherever Debian's package indexes can: descriptions of packages, by section."""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.classification.sections import NONE_OF_THEM, SECTIONS

SEED = 20261121
MOST_OF_A_SECTION = 300
TRAINING_SHARE = 0.6
OTHERS = 600
_HELPER = "/usr/lib/apt/apt-helper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Of a package: one line as the title, the rest as the text."""

    section: str
    source: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """`others` are of sections that are no category. No source package has descriptions in more than one of the three.

    `digest`: of all that was chosen; the archive changes, and figures are of this one.
    """

    training: Sequence[Description]
    test: Sequence[Description]
    others: Sequence[Description]
    digest: str


def open_corpus(folder: Path) -> Corpus:
    """Fetches the indexes into the folder with apt-get, unless they are there."""
    lists = folder / "lists"
    if not list(lists.glob("*_Packages*")):
        (lists / "partial").mkdir(parents=True, exist_ok=True)
        options = [f"Dir::State::Lists={lists}", f"Dir::Cache={folder / 'cache'}", "Acquire::Languages=en"]
        command = ["apt-get", "update", "-qq", *(part for option in options for part in ("-o", option))]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return _chosen(sorted(_descriptions(lists), key=lambda each: (each.source, each.title, each.text)))


def _chosen(found: Sequence[Description]) -> Corpus:
    one_of_each_source = list({each.source: each for each in reversed(found)}.values())[::-1]
    dice = random.Random(SEED)
    training: list[Description] = []
    test: list[Description] = []
    for section in SECTIONS:
        members = [each for each in one_of_each_source if each.section == section.name]
        dice.shuffle(members)
        members = members[:MOST_OF_A_SECTION]
        cut = round(len(members) * TRAINING_SHARE)
        training += members[:cut]
        test += members[cut:]
    others = [each for each in one_of_each_source if each.section in NONE_OF_THEM]
    for part in (training, test, others):
        dice.shuffle(part)
    others = others[:OTHERS]
    shown = "\n".join(f"{each.section}\t{each.source}\t{each.title}" for each in (*training, *test, *others))
    return Corpus(training=training, test=test, others=others, digest=hashlib.sha256(shown.encode()).hexdigest()[:16])


def _descriptions(lists: Path) -> Iterator[Description]:
    texts: dict[str, str] = {}
    for index in sorted(lists.glob("*_Translation-en*")):
        for fields in _paragraphs(index):
            texts[fields.get("Description-md5", "")] = fields.get("Description-en", "")
    for index in sorted(lists.glob("*_Packages*")):
        for fields in _paragraphs(index):
            title, _, text = texts.get(fields.get("Description-md5", ""), "").partition("\n")
            if text:
                yield Description(
                    section=fields.get("Section", "").rpartition("/")[2],
                    source=fields.get("Source", fields["Package"]).split()[0],
                    title=title,
                    text=re.sub(r"^ \.?", "", text, flags=re.MULTILINE),
                )


def _paragraphs(index: Path) -> Iterator[dict[str, str]]:
    content = subprocess.run([_HELPER, "cat-file", str(index)], check=True, capture_output=True, text=True).stdout
    for paragraph in content.split("\n\n"):
        fields = re.findall(r"^([\w-]+): (.*(?:\n .*)*)", paragraph, flags=re.MULTILINE)
        if fields:
            yield dict(fields)

"""`python -m benchmarks.classification [FOLDER]`: writes the tables of docs/classification.md."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.classification.corpus import SEED, Corpus, Description, open_corpus
from benchmarks.classification.features import Features
from benchmarks.classification.measures import Answer, Labelled, Measures, ask, mean, measure, summary
from benchmarks.classification.sections import SECTIONS
from benchmarks.report import Table, say
from forebay.adapters.classification.local import LocalClassifier
from forebay.adapters.classification.rules import RulesClassifier
from forebay.application.ports.classification import Classifier, LabelledSample, Sample

_CORRECTIONS = ((10, 5), (100, 5), (1_000, 2))  # how many, and how many different draws of them
_NONE_AMONG_THEM = 100
_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_FOLDER = Path("var/benchmarks/classification")
_HEADING = ("", "right of all", "answered", "right of the answered", "calibration error", "false answers", "ms")

_CATEGORY_IDS = {category.name: category.id for category in SECTIONS}


def labelled(descriptions: Sequence[Description]) -> list[Labelled]:
    return [
        Labelled(
            sample=Sample(title=each.title, text=each.text, media_type="text/plain", language="en"),
            category_id=_CATEGORY_IDS.get(each.section),
        )
        for each in descriptions
    ]


class Bench:
    def __init__(self, corpus: Corpus) -> None:
        self._training, self._test = labelled(corpus.training), labelled(corpus.test)
        # Half of what has no category teaches that there is such, the other half is asked for.
        others = labelled(corpus.others)
        self._taught, self._others = others[: len(others) // 2], others[len(others) // 2 :]

    async def of(self, *classifiers: Classifier) -> Measures:
        return await measure(classifiers, self._test, self._others, SECTIONS)

    async def taught(self, count: int, *, draw: int, none: int = 0, threshold: float | None = None) -> LocalClassifier:
        dice = random.Random(SEED + draw)
        lessons = dice.sample(self._training, count) + dice.sample(self._taught, none)
        dice.shuffle(lessons)
        samples = [LabelledSample(sample=each.sample, category_id=each.category_id) for each in lessons]
        local = LocalClassifier() if threshold is None else LocalClassifier(threshold=threshold)
        began = time.perf_counter()
        learned = await local.learn(samples, SECTIONS)
        say(f"{len(samples)} corrections learned in {time.perf_counter() - began:.1f} s, {len(learned):,} bytes")
        await local.use(learned, version=1)
        return local

    async def everything(self) -> Table:
        rules, local = RulesClassifier(), LocalClassifier()
        rows = [_row("rules", await self.of(rules)), _row("local, zero-shot", await self.of(local))]
        for count, draws in _CORRECTIONS:
            several = [await self.of(await self.taught(count, draw=draw)) for draw in range(draws)]
            rows.append(_row(f"local, {count:,} corrections", mean(several)))
        best = await self.taught(1_000, draw=0, none=_NONE_AMONG_THEM)
        rows.append(_row(f"local, 1,000 corrections and {_NONE_AMONG_THEM} “none of them”", await self.of(best)))
        rows.append(_row("rules, then local zero-shot", await self.of(rules, local)))
        rows.append(
            _row("rules, then local with 1,000 corrections", await self.of(rules, await self.taught(1_000, draw=0)))
        )
        return Table(title="Classifiers", heading=_HEADING, rows=rows)

    async def thresholds(self) -> Table:
        rows = []
        taught = await self.taught(100, draw=0, threshold=0.0)
        for name, local in (("zero-shot", LocalClassifier(threshold=0.0)), ("100 corrections", taught)):
            answers = await ask([local], self._test, SECTIONS)
            others = await ask([local], self._others, SECTIONS)
            for threshold in _THRESHOLDS:
                kept, false = (
                    [each if each.confidence >= threshold else _abstained(each) for each in part]
                    for part in (answers, others)
                )
                rows.append(_row(f"{name}, {threshold}", summary(kept, false, 0.0))[:-1])
        return Table(title="Thresholds of local", heading=_HEADING[:-1], rows=rows)


def _abstained(answer: Answer) -> Answer:
    return dataclasses.replace(answer, given=None)


def _row(name: str, of: Measures) -> list[str]:
    shares = (of.accuracy, of.coverage, of.precision, of.error, of.false_answers)
    return [name, *(f"{100 * share:.1f} %" for share in shares), f"{of.milliseconds:.2f}"]


async def main() -> None:
    corpus = open_corpus(Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER)
    sizes = f"{len(corpus.training):,} to learn from, {len(corpus.test):,} to be tested, {len(corpus.others):,} of none"
    print(f"{sizes}; digest {corpus.digest}\n")
    bench = Bench(corpus)
    for table in (await bench.everything(), await bench.thresholds(), *Features(corpus).tables()):
        print(table.markdown())


if __name__ == "__main__":
    asyncio.run(main())

"""A campaign replayed on labelled rows: the same choosing and the same fitting as in a project, with known answers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.choosing.exploring import with_audit
from alcli.campaign.choosing.over_shards import choose
from alcli.campaign.choosing.situation import Situation
from alcli.campaign.learning import fitting, pairing, unlabelled
from alcli.campaign.learning.pairing import Material, Settled
from alcli.campaign.simulating.labelled import Labelled
from alcli.core import reserving
from alcli.core.estimates import contending, scoring
from alcli.project.config import Config
from alcli.project.findings import Contest, Pair

if TYPE_CHECKING:
    from alcli.campaign.learning.learned import Read
    from alcli.contracts import Floats, Matrix
    from alcli.core.linear import Beside
    from alcli.core.reserving import Draws

MOST_TRAINED = 20_000  # rows of the pool that the best possible model is trained on


@dataclass(frozen=True)
class Round:
    """One round: labels spent so far, classes seen, scores of the model on the test rows.

    `rows` are those asked in this round; `seconds` is what choosing them took. `pair` is what the model was trained as
    and on, where it is one that changes, and `contest` the last one for its place.
    """

    labels: int
    classes: int
    accuracy: float
    macro_f1: float
    seconds: float
    rows: tuple[int, ...] = ()
    pair: Pair = field(default_factory=Pair)
    contest: Contest | None = None


@dataclass(frozen=True)
class Scored:
    """A fitted model as choosing sees it."""

    features: Read
    classes: tuple[str, ...]
    step: int
    settled: Settled

    def proba(self, matrix: Matrix | Beside) -> Floats:
        """Probabilities (n, k) of features (n, d)."""
        return self.settled.fitted.proba(matrix)


@dataclass(frozen=True)
class Stage:
    """Labelled rows with their features, and a specification to play on them: all of a campaign but for the seed.

    `reads` are the features that a model may be trained on, by what stands beside those of the specification (""
    where nothing does).
    """

    root: Path
    config: Config
    rows: Labelled
    reads: Mapping[str, Read]

    def replay(self, seed: int, past: Sequence[Round] = ()) -> Iterator[Round]:
        """Rounds of a campaign that begins with nothing labelled, on and on until every row is asked.

        What is drawn at random depends on the seed and the round alone, so that strategies are compared on the same
        draws. `past` are rounds played earlier: the campaign goes on after them.
        """
        asked = [row for done in past for row in done.rows]
        step, last = len(past), past[-1] if past else None
        reserve = self.reserve(seed)
        model = self._trained(asked, seed, step, past[-2] if len(past) > 1 else None)
        while len(asked) < self.rows.n_askable:
            chooser = self._chooser(asked, reserve, seed, model)
            step += 1
            began = perf_counter()
            picked = with_audit(self._situation(asked, reserve, chooser, (seed, step)), choose)
            seconds = perf_counter() - began
            asked = [*asked, *picked.rows]
            model = self._trained(asked, seed, step, last)
            last = self._round(asked, model, tuple(picked.rows), seconds)
            yield last

    def best(self, seed: int) -> Round:
        """The scores of a model trained on all labels of the pool, or on as many, drawn at random, as are bearable."""
        rows = np.random.default_rng(seed).permutation(len(self.rows.y))[:MOST_TRAINED].tolist()
        return self._round(rows, self._trained(rows, seed, 0, None), (), 0.0)

    def reserve(self, seed: int) -> Draws:
        """The draws of the audit sample, as a project would reserve them; none where none are to be asked."""
        n = len(self.rows.y) if self.config.select.explore else 0
        draws = reserving.draw(0, n, reserving.drawn_below(n), np.random.default_rng([seed, n]))
        first_of = dict(self.rows.twins.tolist())
        draws["row"] = [first_of.get(row, row) for row in draws["drawn"].tolist()]
        return draws

    def _situation(
        self, asked: Sequence[int], reserve: Draws, model: Scored | None, seeds: tuple[int, int]
    ) -> Situation:
        chosen = _chosen(asked, reserve)
        return Situation(
            root=self.root,
            config=pairing.with_model(self.config, model.settled.pair) if model else self.config,
            shards=self.rows.pool,
            features=self.reads[""].each[0],
            model=model,
            asked=dict(zip(chosen, self._labels(chosen), strict=True)),
            taken=np.unique(np.concatenate([np.array(asked, np.int64), self.rows.twins[:, 0], reserve["row"]])),
            seeds=seeds,
            reserve=reserving.in_order(reserve, asked),
        )

    def _labels(self, rows: Sequence[int]) -> list[str]:
        return [self.rows.classes[k] for k in self.rows.y[np.array(rows, np.int64)].tolist()]

    def _trained(self, rows: Sequence[int], seed: int, step: int, before: Round | None) -> Scored | None:
        """The specification's model, trained on these rows; None as long as all of them are of one class."""
        pair, contest = (before.pair, before.contest) if before else (Pair(), None)
        rival = pairing.rival(self.root, self.config)
        if not (rival and contending.due(len(rows), rival.from_labels, contest.n_labels if contest else 0)):
            return self._fitted(rows, seed, step, pair, contest)
        labels = self._labels(rows)
        classes = fitting.class_order((), labels)
        if len(classes) < 2:
            return None

        def material(pair: Pair) -> Material:
            labelled = self.reads[pair.beside].of_rows(self.rows.pool, rows)
            return Material(labelled, self._others(pair, rows, seed))

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a model remarks on, it would remark on in every round
            settled = pairing.settle(self.root, self.config, material, labels, classes, seed, before)
        return Scored(self.reads[settled.pair.beside], classes, step, settled)

    def _others(self, pair: Pair, rows: Sequence[int], seed: int) -> Matrix | None:
        """The features of rows without a label, as many as the pair's model wants."""
        wanted = fitting.wanted(self.root, pairing.with_model(self.config, pair))
        others = unlabelled.drawn(len(self.rows.y), wanted, seed, rows)
        return self.reads[pair.beside].of_rows(self.rows.pool, others) if others else None

    def _chooser(self, asked: Sequence[int], reserve: Draws, seed: int, model: Scored | None) -> Scored | None:
        """The model to choose by: the same, but for one that has seen more than chosen labels, one that has not."""
        chosen = _chosen(asked, reserve)
        if model is None:
            return None
        pair, contest = model.settled.pair, model.settled.contest
        if len(chosen) == len(asked) and not fitting.wanted(self.root, pairing.with_model(self.config, pair)):
            return model
        return self._fitted(chosen, seed, model.step, pair, contest, chooses=True)

    def _fitted(
        self,
        rows: Sequence[int],
        seed: int,
        step: int,
        pair: Pair,
        contest: Contest | None,
        chooses: bool = False,
    ) -> Scored | None:
        """This pair, without figures, which nobody reads here and which cost five times as much."""
        labels = self._labels(rows)
        classes = fitting.class_order((), labels)
        if len(classes) < 2:
            return None
        read, config = self.reads[pair.beside], pairing.with_model(self.config, pair)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            labelled = read.of_rows(self.rows.pool, rows)
            others = None if chooses else self._others(pair, rows, seed)
            fitted = fitting.fit(self.root, config, labelled, labels, classes, seed, unlabelled=others, scored=False)
        return Scored(read, classes, step, Settled(pair, fitted, contest))

    def _round(self, asked: Sequence[int], model: Scored | None, rows: tuple[int, ...], seconds: float) -> Round:
        seen = np.unique(self.rows.y[np.array(asked, np.int64)])  # ascending by name, as the model's classes are
        truth = self.rows.truth
        said = np.full(len(truth), seen[0])
        if model:
            tests = [model.proba(model.features.matrix(shard)) for shard in self.rows.test]
            said = seen[np.concatenate(tests).argmax(axis=1)]
        return Round(
            labels=len(asked),
            classes=len(seen),
            accuracy=scoring.accuracy(truth, said),
            macro_f1=scoring.macro_f1(truth, said),
            seconds=round(seconds, 4),
            rows=rows,
            pair=model.settled.pair if model else Pair(),
            contest=model.settled.contest if model else None,
        )


def _chosen(asked: Sequence[int], reserve: Draws) -> list[int]:
    """The rows that a strategy chose: all but those of the audit sample."""
    drawn = set(reserve["row"].tolist())
    return [row for row in asked if row not in drawn]

"""Campaigns of a simulation played and kept, all of them or as many as there is time for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from alcli.campaign.simulating.ledger import Ledger
from alcli.campaign.simulating.replaying import Round, Stage
from alcli.engine import over, workers

Progress: TypeAlias = Callable[[int, int], None]  # what is done, and what there is to do
Watch: TypeAlias = Callable[[str], AbstractContextManager[Progress | None]]  # what shows it, by what is being done
Stages: TypeAlias = Mapping[int, Sequence[Stage]]  # of each seed, one a contender; the seeds of one split share them


@dataclass(frozen=True)
class Game:
    """A campaign to play, or to train its model on all labels of the pool."""

    seed: int
    contender: int
    on_all: bool = False

    def stage(self, stages: Stages) -> Stage:
        """Where it is played."""
        return stages[self.seed][self.contender]

    def ledger(self, stages: Stages) -> Ledger:
        """Where it is kept."""
        return Ledger.of(self.stage(stages), None if self.on_all else self.seed)


def trained_on_all(stages: Stages, games: Sequence[Game]) -> dict[Game, Game]:
    """For each game the one that trains its model on all labels; games of one pool, features and model share it."""
    first: dict[Path, Game] = {}
    trained = {game: replace(game, on_all=True) for game in games}
    return {game: first.setdefault(one.ledger(stages).path, one) for game, one in trained.items()}


@dataclass(frozen=True)
class _Play:
    """Plays a game from where its kept rounds end, and keeps each round; called again, it goes on with the game."""

    stages: Stages
    rounds: int
    deadline: float
    tell: Callable[[], None] | None = None
    begun: dict[Game, Iterator[Round]] = field(default_factory=dict)

    def __call__(self, game: Game) -> list[Round]:
        stage, ledger = game.stage(self.stages), game.ledger(self.stages)
        done = ledger.begin()
        if game.on_all:
            more = iter(() if done else [stage.best(0)])
        else:
            begun = self.begun.setdefault(game, stage.replay(game.seed, tuple(done)))
            more = islice(begun, max(0, self.rounds - len(done)))
        for one in more:
            ledger.keep(one)
            done.append(one)
            if self.tell:
                self.tell()
            if time.monotonic() > self.deadline:
                break
        return done[: self.rounds]


def played(
    stages: Stages,
    games: Sequence[Game],
    on_all: Mapping[Game, Game],
    rounds: int,
    deadline: float,
    engine: str,
    watch: Watch,
) -> dict[Game, list[Round]]:
    """The rounds of each game; where time is short, of as many seeds as there is time for, and at least of one."""
    turns = [games] if deadline == math.inf else [[game for game in games if game.seed == seed] for seed in stages]
    found: dict[Game, list[Round]] = {}
    took = 0.0
    for turn in turns:
        began = time.monotonic()
        if found and began + took > deadline:
            break
        _make_features([game.stage(stages) for game in turn], watch)
        trained = dict.fromkeys(on_all[game] for game in turn if on_all[game] not in found)
        with watch("replaying") as progress:
            found |= _side_by_side(_Play(stages, rounds, deadline), [*trained], turn, engine, progress)
        took = time.monotonic() - began
    return found


def _side_by_side(
    play: _Play, trained: Sequence[Game], games: Sequence[Game], engine: str, progress: Progress | None
) -> dict[Game, list[Round]]:
    """The rounds of these games; where time is short and no workers play, each is as far as the others at any time."""
    done, total = 0, len(trained) + play.rounds * len(games)

    def tell(n: int = 1) -> None:
        nonlocal done
        done += n
        if progress:
            progress(done, total)

    here = not workers(engine)
    by_round = here and play.deadline < math.inf
    found: dict[Game, list[Round]] = {}
    play = replace(play, tell=tell if here else None)
    for n in range(1, play.rounds + 1) if by_round else [play.rounds]:
        turn = [*(game for game in trained if game not in found), *games]
        for game, so_far in zip(turn, over(replace(play, rounds=n), turn, engine), strict=True):
            found[game] = so_far
            if not here:
                tell(len(so_far))
        if time.monotonic() > play.deadline:
            break
    return found


def _make_features(stages: Sequence[Stage], watch: Watch) -> None:
    every = {
        (features.folder, features.key): (features, stage.rows.test)
        for stage in stages
        for read in stage.reads.values()
        for features in read.each
    }
    for features, test in every.values():
        with watch("making features") as progress:
            features.fit(progress, later=test)

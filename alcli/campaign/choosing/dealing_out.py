"""Who is asked which row of a batch: what `[answers]` says, or a call in its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from alcli.core.dealing import dealt
from alcli.core.handoff.labels import tidy
from alcli.errors import ConfigError, UsageError
from alcli.project.config import Answers
from alcli.project.project import Project
from alcli.project.state import State

_STREAM = 7  # of random numbers, apart from those of choosing, of the audit sample and of the quotas


def asked_for(
    project: Project, annotators: Sequence[str] | None, overlap: float | None, per_row: int | None
) -> Answers:
    """Who is asked, by the specification and by what a call puts in its place; who answered before is spelled as then.

    What cannot be dealt out raises `UsageError`, or `ConfigError` where the specification says it.
    """
    own, spelling = project.config.answers, _spelling(project.state)
    names = map(tidy, own.annotators if annotators is None else annotators)
    answers = replace(
        own,
        annotators=tuple(spelling.get(name.casefold(), name) for name in names),
        overlap=own.overlap if overlap is None else overlap,
        per_row=own.per_row if per_row is None else per_row,
    )
    try:
        _check(answers, named=annotators is not None)
    except ValueError as wrong:
        if (annotators, overlap, per_row) == (None, None, None):
            raise ConfigError(f"[answers]: {wrong}", "mend [answers] in alcli.toml") from wrong
        raise UsageError(str(wrong), "for example: --annotators ana,ben --overlap 0.2") from wrong
    return answers


def deal(state: State, answers: Answers, rows: Sequence[int], again: Collection[int] = ()) -> list[tuple[str, ...]]:
    """The annotators who are asked each of the rows of the next batch; nobody in particular, where none is named.

    Rows that go out `again` to have their label looked at go to one, if possible to one who has not answered them.
    """
    if not answers.annotators:
        return [()] * len(rows)
    rng = np.random.default_rng([state.seed, state.n_batches_ever + 1, state.n_rows, _STREAM])
    looked_at = [at for at, row in enumerate(rows) if row in again]
    others = [at for at, row in enumerate(rows) if row not in again]
    to: list[tuple[str, ...]] = [()] * len(rows)
    new = dealt(len(others), answers.annotators, rng, overlap=answers.overlap, per_row=answers.per_row)
    for at, names in zip([*others, *looked_at], [*new, *dealt(len(looked_at), answers.annotators, rng)], strict=True):
        to[at] = names
    for at in looked_at:
        said = state.answers.get(rows[at], {})
        if to[at][0] in said:  # the same person errs in the same way: somebody else's row goes to them instead
            swap = next((other for other in others if len(to[other]) == 1 and to[other][0] not in said), None)
            free = [name for name in answers.annotators if name not in said]
            if swap is not None:
                to[at], to[swap] = to[swap], to[at]
            elif free:
                to[at] = (free[int(rng.integers(len(free)))],)
    return to


def _check(answers: Answers, named: bool) -> None:
    if answers.overlap and len(answers.annotators) == answers.per_row:
        raise ValueError("an overlap asks one more about some rows, and there is nobody more")
    if named or answers.annotators:
        rng = np.random.default_rng(0)  # nothing is drawn
        dealt(0, answers.annotators, rng, overlap=answers.overlap, per_row=answers.per_row)
    elif answers.overlap:
        raise ValueError("an overlap is what annotators have in common who have a file each, and none is named")


def _spelling(state: State) -> dict[str, str]:
    """How the people are spelled who were asked or have answered, by their folded name."""
    asked = [name for batch in state.batches for name in batch.did.outputs]
    answered = [name for said in state.answers.values() for name in said]
    return {name.casefold(): name for name in (*asked, *answered) if name}

"""`select --adjudicate`: hand out the rows on which annotators differ, for somebody to settle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alcli.campaign.handoff.again import hand_out_again
from alcli.campaign.handoff.filing import in_format
from alcli.campaign.reviewing import adjudicating
from alcli.project.project import Project


@dataclass(frozen=True)
class Disputed:
    """A row in conflict, and what was `said` of it."""

    id: str
    key: str
    text: str
    said: str


@dataclass(frozen=True)
class Outcome:
    """What is handed out to be settled: the round, the files written, the rows; `left` ones are in conflict besides.

    Where no row is in conflict that is not out already, there is no round: `round` is 0, and nothing is written.
    """

    command: str
    purpose: str
    round: int
    step: int | None
    files: tuple[str, ...]
    rows: tuple[Disputed, ...]
    left: int
    still_out: int
    blind: bool = False
    dry_run: bool = False
    next: str = ""


def adjudicate(
    root: Path,
    *,
    most: int | None = None,
    blind: bool = False,
    format: str | None = None,
    output: Path | None = None,
    reissue: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Commit a round of the rows in conflict, the oldest first and no more than `most`, and write its handoff file.

    Beside the text it shows who said what; `blind`, what was said alone. Labelling may have ended. With `reissue`, rows
    that an adjudicator left blank go out again.
    """
    project = Project.open(root)
    state = project.state
    config = in_format(project.config, format, output)
    disputed = adjudicating.in_conflict(project, reissue)
    rows = disputed[:most]
    if not rows:
        after = "alcli status"
        return Outcome("select", "adjudicate", 0, None, (), (), 0, len(state.out), blind, dry_run, after)
    said = adjudicating.said_of(project, rows, next(iter(config.labels.skip), "?"), blind)
    reasons = ["annotators differ"] * len(rows)
    made = hand_out_again(
        project,
        config,
        rows,
        "adjudicate",
        reasons,
        extra=(adjudicating.COLUMN, said),
        path=output,
        dry_run=dry_run,
    )
    asked = zip(made.handout.rows, made.handout.texts, said, strict=True)
    return Outcome(
        command="select",
        purpose="adjudicate",
        round=made.handout.round,
        step=made.step,
        files=made.files,
        rows=tuple(Disputed(row.id, row.key, " ".join(shown[:-1]), told) for row, shown, told in asked),
        left=len(disputed) - len(rows),
        still_out=len(state.out),
        blind=blind,
        dry_run=dry_run,
        next="alcli select --adjudicate" if dry_run else made.next,
    )

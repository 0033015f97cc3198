"""`review`: which labels look wrong, and a second look at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alcli.campaign.handoff.again import hand_out_again
from alcli.campaign.handoff.filing import in_format
from alcli.campaign.learning import learned
from alcli.campaign.reviewing import odd, people, so_far
from alcli.campaign.reviewing.odd import Hasty, Shown, Strange, TakenForEachOther
from alcli.campaign.reviewing.so_far import Reviewed
from alcli.campaign.reviewing.suspecting import JudgedLabels, Voice
from alcli.contracts import FEWEST_CLASSES, Estimate
from alcli.core.labelling.label_errors import FEWEST_ROWS
from alcli.errors import ProjectError
from alcli.project.project import Project

WEAKEST = 5  # labels of several people that are told
GIVEN = "given"  # the column that shows the label in doubt, where that is wanted


@dataclass(frozen=True)
class Suspect:
    """A label that looks wrong: with probability `wrong` it is; then the row is rather of the class `likely`, with the
    model's `confidence`. `said` is who gave it; `out`: it is being looked at; `audit`: the row was drawn to measure by.
    """

    rank: int
    id: str
    label: str
    likely: str
    confidence: float
    wrong: float
    said: tuple[Voice, ...]
    text: str
    out: bool = False
    audit: bool = False


@dataclass(frozen=True)
class Differing:
    """An annotator: the `answers` given, in how many of the rows `shared` with others these say the same, and a score
    from 0 to 1 by annotators and model together (`quality`), where enough rows have two answers.
    """

    name: str
    answers: int
    shared: int
    consensus: Estimate | None
    differs: bool
    quality: float | None


@dataclass(frozen=True)
class Doubtful:
    """What several answers come to, and a score from 0 to 1 of that label by annotators and model together."""

    id: str
    label: str
    quality: float
    said: tuple[Voice, ...]
    text: str


@dataclass(frozen=True)
class Outcome:
    """What `review` found, and what it handed out.

    Of `n_labels` labels `n_suspects` look wrong, the worst first; a share of `false_alarms` of them is expected to be
    right. `error_rate` is the share of all labels that is wrong, None with too few to judge (`fewest` are needed);
    `unjudged` are the classes with too few labels; `weak` labels are worth least, of those that several people gave.
    """

    command: str
    n_labels: int
    fewest: int
    n_suspects: int
    suspects: tuple[Suspect, ...]
    wanted: int | None
    error_rate: Estimate | None
    false_alarms: float | None
    unjudged: Mapping[str, int]
    contradictions: tuple[tuple[Shown, ...], ...]
    confusions: tuple[TakenForEachOther, ...]
    haste: tuple[Hasty, ...]
    strange: Strange | None
    annotators: tuple[Differing, ...]
    weak: tuple[Doubtful, ...]
    reviewed: Reviewed
    round: int | None = None
    step: int | None = None
    files: tuple[str, ...] = ()
    handed_out: int = 0
    asked_for: bool = False
    dry_run: bool = False
    guided: bool = False
    next: str = ""


def review(
    root: Path,
    *,
    n: int | None = None,
    output: Path | None = None,
    format: str | None = None,
    show_given: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Judge every label; with an `output` the first `n` suspects, or all, go out in a file for a second person."""
    project = Project.open(root)
    state, config = project.state, project.config
    _enough(project)
    learned.prepare(project, progress)  # where the specification has changed, this is long work
    judged = JudgedLabels.of(project)
    suspects = _suspects(judged)
    free = {at: suspect for at, suspect in suspects.items() if not suspect.out}
    asked = dict(list(free.items())[:n]) if output else {}
    handed = None
    if asked:
        handed = hand_out_again(
            project,
            in_format(config, format, output),
            [judged.lesson.rows[at] for at in asked],
            "review",
            [f"{one.label}: {one.wrong:.0%} wrong, likely {one.likely}" for one in asked.values()],
            extra=(GIVEN, [one.label for one in asked.values()]) if show_given else None,
            path=output,
            dry_run=dry_run,
        )
    quality = judged.quality
    counts = state.labels_by_class()
    return Outcome(
        command="review",
        n_labels=len(judged.lesson.rows),
        fewest=FEWEST_ROWS,
        n_suspects=len(suspects),
        suspects=tuple(suspects.values())[:n],
        wanted=n,
        error_rate=quality.error_rate if quality else None,
        false_alarms=quality.false_alarms if quality else None,
        unjudged={name: counts[name] for name in judged.unjudged},
        contradictions=odd.contradictions(judged),
        confusions=odd.confusions(judged),
        haste=odd.haste(judged),
        strange=odd.strange(judged),
        annotators=_annotators(judged),
        weak=_weak(judged),
        reviewed=so_far.standing(project),
        round=handed.handout.round if handed else None,
        step=handed.step if handed else None,
        files=handed.files if handed else (),
        handed_out=len(asked),
        asked_for=output is not None,
        dry_run=dry_run,
        guided=bool(config.labels.guide),
        next=handed.next if handed and not dry_run else "alcli review -o FILE" if free else "alcli status",
    )


def _suspects(judged: JudgedLabels) -> dict[int, Suspect]:
    """The suspects by their place in the lesson, worst first."""
    quality = judged.quality
    if quality is None:
        return {}
    state, classes = judged.project.state, judged.lesson.classes
    found = {}
    ids = judged.ids
    for rank, at in enumerate(quality.suspects.tolist(), 1):
        row, label = judged.lesson.rows[at], judged.lesson.names[at]
        found[at] = Suspect(
            rank=rank,
            id=ids[at],
            label=label,
            likely=classes[quality.likely[at]],
            confidence=round(float(quality.confidence[at]), 4),
            wrong=round(float(quality.wrong[at]), 4),
            said=tuple(voice for voice in judged.voices.get(row, ()) if voice.label == label),
            text=judged.texts[at],
            out=row in state.out,
            audit=row in state.audit,
        )
    return found


def _annotators(judged: JudgedLabels) -> tuple[Differing, ...]:
    """The annotators where there are several, who share rows."""
    each = [one for one in people.people(judged.project).each if one.answers]
    if not any(one.n_shared for one in each):
        return ()
    quality = judged.consensus[1].annotators if judged.consensus else {}
    return tuple(
        Differing(one.name, one.answers, one.n_shared, one.consensus, one.differs, quality.get(one.name))
        for one in each
    )


def _weak(judged: JudgedLabels) -> tuple[Doubtful, ...]:
    """The labels that several answers come to and that are worth least, worst first."""
    consensus = judged.consensus
    if consensus is None:
        return ()
    ids, names = judged.ids, judged.lesson.names
    places, worth = consensus
    found = []
    for quality, at in sorted(zip(worth.quality.tolist(), places, strict=False)):  # rows in conflict come after
        said = tuple(voice for voice in judged.voices[judged.lesson.rows[at]] if voice.label is not None)
        if len(said) > 1:
            found.append(Doubtful(ids[at], names[at], round(quality, 4), said, judged.texts[at]))
    return tuple(found[:WEAKEST])


def _enough(project: Project) -> None:
    """Labels of two classes, of which one may be wrong."""
    classes = project.state.labels_by_class()
    if not classes:
        raise ProjectError("there are no labels to review", "alcli select, label the file, alcli ingest FILE")
    if len(classes) < FEWEST_CLASSES:
        only, n = next(iter(classes.items()))
        raise ProjectError(
            f"all {n} labels are {only!r}; which of them are wrong cannot be told before there are two classes",
            "alcli select, label more, alcli ingest FILE",
        )

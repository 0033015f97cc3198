"""`ingest`: take in the answers, all of them or none."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count, repeat
from pathlib import Path

from msgspec.structs import replace as with_values

from alcli.campaign import deciding
from alcli.campaign.handoff.receiving import STANDARD_INPUT, received
from alcli.contracts import Returned, Verdict
from alcli.core.handoff import columns
from alcli.core.handoff.asked import AskedRow, AskedRows
from alcli.core.handoff.judging import Judged, Rejected, judge
from alcli.core.handoff.keys import parse
from alcli.core.labelling.answers import Standing
from alcli.errors import Fault, ProjectMoved
from alcli.project import tables
from alcli.project.config import Config
from alcli.project.project import Project, shown
from alcli.project.records import ANSWERS, AnswerRow, AnswersIngested, Entry, to_lines
from alcli.project.relabelling import former
from alcli.project.state import Batch

TRIES = 5  # other ingests may come in between; after so many something is wrong


@dataclass(frozen=True)
class Outcome:
    """What `ingest` took in. `exit_code` 3: something was refused and nothing was changed."""

    command: str
    step: int | None
    files: tuple[str, ...]
    accepted: int
    corrected: int
    confirmed: int
    unchanged: int
    blank: int
    skipped: int
    out: int
    new_classes: tuple[str, ...]
    rejected: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    rejected_files: tuple[str, ...]
    retrain: Verdict
    exit_code: int = 0
    conflicts: int = 0
    dry_run: bool = False
    next: str = ""

    @property
    def refused(self) -> bool:
        """Whether nothing was taken in."""
        return bool(self.exit_code)


def ingest(
    root: Path,
    files: Sequence[str],
    *,
    annotator: str = "",
    format: str | None = None,
    skip_bad_rows: bool = False,
    unasked: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Read returned files, judge every row, commit what may be taken; any fault refuses all unless `skip_bad_rows`."""
    project = Project.open(root)
    returned, refused = received(project, files, format)
    for _ in range(1, TRIES):
        with suppress(ProjectMoved):
            return _ingest(project, returned, refused, annotator, skip_bad_rows, unasked, dry_run)
        project = Project.open(root)
    return _ingest(project, returned, refused, annotator, skip_bad_rows, unasked, dry_run)


def _ingest(
    project: Project,
    returned: dict[str, Returned],
    refused: list[Fault],
    annotator: str,
    skip_bad_rows: bool,
    unasked: bool,
    dry_run: bool,
) -> Outcome:
    state, config = project.state, project.config
    deciding.trigger(project, time.time())  # a faulty specification is told before anything is taken in
    judged = judge(
        list(returned.items()),
        _asked(project, returned),
        classes=state.classes(config.labels.classes),
        fixed=bool(config.labels.classes),
        skip_words=config.labels.skip,
        annotator=annotator,
        unasked=unasked,
        several=config.answers.per_row > 1,
        former=former(state.relabelled),
    )
    rejected = (*refused, *(Fault(f.reason, f.file, f.line, f.id, f.column, f.value) for f in judged.rejected))
    refuses = bool(refused or judged.refused_files) or (bool(rejected) and not skip_bad_rows)
    made: Entry | None = None
    mended: tuple[str, ...] = ()
    if not refuses and not dry_run:
        with _set_apart(judged.rejected, config) as mended:
            made = _commit(project, judged, config, tuple(returned))
    after = project.followed_by(made) if made else project
    return Outcome(
        command="ingest",
        step=made.number if made else None,
        files=tuple(returned),
        accepted=0 if refuses else judged.accepted,
        corrected=0 if refuses else judged.corrected,
        confirmed=0 if refuses else judged.confirmed,
        unchanged=judged.unchanged,
        blank=judged.blank,
        skipped=0 if refuses else judged.skipped,
        out=len(after.state.heard),
        conflicts=len(after.state.standing(Standing.CONFLICT)),
        new_classes=() if refuses else judged.new_classes,
        rejected=rejected,
        # what still waits is so many only once the answers are taken
        warnings=(*judged.warnings, *([judged.waiting] if judged.waiting and not refuses else [])),
        rejected_files=mended,
        retrain=deciding.trigger(after, time.time()),
        exit_code=3 if refuses else 0,
        dry_run=dry_run,
        next=_next(after, refuses, bool(refused or judged.refused_files)),
    )


def _next(project: Project, refuses: bool, whole_file: bool) -> str:
    if refuses:
        mend = "mend the file and hand it in again"
        return mend if whole_file else f"{mend}, or take the good rows: --skip-bad-rows"
    due = deciding.trigger(project, time.time()).fires
    return "alcli retrain" if due else "alcli status"


# --- what was asked --------------------------------------------------------------------------------------------------


def _asked(project: Project, returned: Mapping[str, Returned]) -> AskedRows:
    """What was handed out, with the texts of the rounds that these files speak of."""
    state = project.state
    rounds = _rounds(project, returned)
    by_key: dict[str, AskedRow] = {}
    by_id: dict[str, AskedRow] = {}
    for batch in state.batches:
        number = batch.did.round
        for asked, texts in zip(batch.rows, _texts(project, batch, number in rounds), strict=True):
            heard = state.heard.get(asked.row)
            row = AskedRow(
                key=asked.key,
                row=asked.row,
                id=asked.id,
                shown=texts,
                round=number,
                open=heard is not None,
                wanted=asked.wanted,
                heard=heard or (),
                to=asked.to,
                settles=bool(asked.purpose),
                needs_key=asked.purpose == "adjudicate",
            )
            if asked.id in by_id:  # it is the later asking that waits for an answer
                earlier = by_id[asked.id]
                by_key[earlier.key] = with_values(earlier, open=False)
            by_key[asked.key] = by_id[asked.id] = row
    return AskedRows(by_key, by_id, state.answers, lambda ids: _in_pool(project, ids), state.labels)


def _texts(project: Project, batch: Batch, spoken_of: bool) -> Iterable[Mapping[str, str]]:
    """What was shown of each row of a batch, by column."""
    if not spoken_of:
        return repeat({}, len(batch.rows))
    names = project.shown_in(batch.step)
    return (dict(zip(names, cells, strict=True)) for cells in shown(project.committed[batch.step - 1]))


def _rounds(project: Project, returned: Mapping[str, Returned]) -> set[int]:
    """The rounds whose keys or ids stand in these files."""
    names = {name.strip() for rows in returned.values() for row in rows.rows for name in (row.id, row.key) if name}
    rounds = set()
    for batch in reversed(project.state.batches):  # an id means its latest asking
        others = len(names)
        names.difference_update([asked.id for asked in batch.rows], [asked.key for asked in batch.rows])
        if len(names) < others:
            rounds.add(batch.did.round)
    keys = (parse(name.lower()) for name in names)
    return rounds | {key.round for key in keys if key}


def _in_pool(project: Project, ids: Collection[str]) -> dict[str, int]:
    """The positions of these ids; a row with the content of an earlier one counts as that."""
    from alcli.project import pool

    found = pool.find(project.shards, ids)
    first_of = project.first_of(found.values())
    return {name: first_of.get(row, row) for name, row in found.items()}


# --- answers -> the vault --------------------------------------------------------------------------------------------


def _commit(project: Project, judged: Judged, config: Config, files: tuple[str, ...]) -> Entry | None:
    """The new step; None where nothing is new."""
    names = _unasked_names(project, judged)
    rows = [
        AnswerRow(
            row=a.row,
            id=names.get(a.row, a.id),
            label=a.label,
            annotator=a.annotator,
            comment=a.comment,
            key=a.key,
            corrects=a.kind == "corrected",
            seconds=a.seconds,
            settles=a.settles,
        )
        for a in judged.answers
    ]
    known = project.state.blank
    rows += [AnswerRow(b.row, b.id, key=b.key, blank=True) for b in judged.blank_rows if b.row not in known]
    if not rows:
        return None
    did = AnswersIngested(
        accepted=judged.accepted,
        corrected=judged.corrected,
        confirmed=judged.confirmed,
        skipped=judged.skipped,
        blank=judged.blank,
        new_classes=judged.new_classes,
        files=tuple(Path(name).name for name in files),
    )
    with project.vault.stage() as staging:
        (staging / ANSWERS).write_bytes(to_lines(rows))
        made = project.commit(staging, project.step(did, config))
    return Entry(made.number, made.step, rows)


def _unasked_names(project: Project, judged: Judged) -> dict[int, str]:
    """The ids of rows labelled unasked: a row named by a twin's id is labelled through the first with its content."""
    rows = [answer.row for answer in judged.answers if not answer.key]
    if not rows:
        return {}
    from alcli.project import pool

    return dict(zip(rows, (name or "" for name in pool.fetch(project.shards, rows, ())[pool.ROW_ID]), strict=True))


@contextmanager
def _set_apart(rejected: Sequence[Rejected], config: Config) -> Iterator[tuple[str, ...]]:
    """The refused rows are written before the others are committed, and gone again where these are not."""
    written: list[Path] = []
    try:
        _write_rejected(rejected, config, written)
        yield tuple(map(str, written))
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _write_rejected(rejected: Sequence[Rejected], config: Config, written: list[Path]) -> None:
    """The refused rows of each file beside it, with the reasons: to be mended and handed in again."""
    for name in dict.fromkeys(fault.file for fault in rejected):
        target = _free_name(Path("stdin" if name == STANDARD_INPUT else name))
        pool = columns.written_names(config.id_name, config.shown)
        said = (columns.LABEL, columns.ANNOTATOR, columns.COMMENT, columns.SECONDS)
        skip = next(iter(config.labels.skip), "")
        with tables.writing(target, (columns.KEY, *pool.values(), *said, "line", "why")) as write:
            write(_rejected_row(fault, config.id_name, tuple(pool), skip) for fault in rejected if fault.file == name)
        written.append(target)


def _free_name(file: Path) -> Path:
    """A name beside the file that is not taken: what stands there may be half mended."""
    names = (f"{file.stem}.rejected{f'-{n}' if n > 1 else ''}.csv" for n in count(1))
    return next(path for path in map(file.with_name, names) if not path.exists())


def _rejected_row(fault: Rejected, id_name: str, names: Sequence[str], skip: str) -> tuple[str | float | None, ...]:
    row = fault.row
    if row is None:  # torn: its cells could not be told apart
        cells = (fault.id if name == id_name else None for name in names)
        return (None, *cells, fault.value, None, None, None, fault.line, fault.reason)
    shown = (row.id if name == id_name else row.shown.get(name) for name in names)
    label = skip if row.skipped else row.label
    return (row.key, *shown, label, row.annotator, row.comment, row.seconds, fault.line, fault.reason)

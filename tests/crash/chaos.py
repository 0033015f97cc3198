"""A campaign that runs itself, with an annotator who makes mistakes and a machine that dies now and then.

`python chaos.py FOLDER SEED` plays the project FOLDER/p: each turn is a process of its own, forked from this one, which
has the libraries loaded and used none of them. SEED 0 plays it undisturbed.
"""

from __future__ import annotations

import csv
import importlib
import io
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

MOST_TURNS = 5_000
OPERATIONS = (7, 20, 38)  # file operations of a turn that takes a file; that selects, too; that retrains, too

Turn = Callable[[bool], None]
Table = list[list[str]]


def play(project: Path, truth: Mapping[str, str], foreign: bytes, turn: Turn, rng: random.Random | None) -> int:
    """Play until an undisturbed turn has nothing to do and nobody has anything to send; how many files were sent.

    `turn(disturbed)` is one `advance`; `foreign`: a labelled file of another project. Without `rng`, the annotator
    makes no mistakes.
    """
    seen: set[str] = set()
    mail: list[bytes] = []
    sent = 0
    for _ in range(MOST_TURNS):
        if mail and (rng is None or rng.random() < 0.7):
            _send(project / "inbox", mail.pop(0), sent, rng)
            sent += 1
        before = _looks(project)
        turn(rng is not None and rng.random() < 0.8)
        new = [file for file in sorted(project.glob("outbox/round-*.csv")) if file.name not in seen]
        for file in new:
            seen.add(file.name)
            mail += _answers(file, truth, foreign, rng)
        if not mail and not new:
            turn(False)
            if _looks(project) == before:
                return sent
    raise AssertionError("the campaign comes to no end")


def essence(project: Path) -> Any:
    """What a campaign came to: the labels by id, what was asked in which order, the models and their figures."""
    from alcli.project.project import Project

    state = Project.open(project).state
    labels = {state.ids[row]: label for row, label in state.labels.items()}
    rounds = [(batch.did.round, [(asked.key, asked.id) for asked in batch.rows]) for batch in state.batches]
    models = [(made.did.n_labels, made.did.labels_by_class, made.did.figures) for made in state.models]
    return labels, rounds, models


def _looks(project: Path) -> list[str]:
    """All that a turn would change."""
    steps = (path for path in (project / ".alcli" / "steps").iterdir() if path.name.isdecimal())
    return sorted(map(str, (*steps, *project.glob("inbox/*"), *project.glob("outbox/*"))))


def _send(inbox: Path, data: bytes, number: int, rng: random.Random | None) -> None:
    """Put a file into the inbox under a name that is free there, be it used before or not."""
    name = f"back-{number}.csv" if rng is None or rng.random() < 0.5 else "back.csv"
    target = inbox / name if not (inbox / name).exists() else inbox / f"back-{number}.csv"
    draft = inbox / f".{target.name}.part"
    draft.write_bytes(data)
    draft.rename(target)


def _answers(handoff: Path, truth: Mapping[str, str], foreign: bytes, rng: random.Random | None) -> Iterator[bytes]:
    """What an annotator sends back for a handoff: now and then things that are wrong, in the end what is right."""
    table = list(csv.reader(io.StringIO(handoff.read_text(encoding="utf-8"))))
    label = table[0].index("label")
    for row in table[1:]:
        row[label] = truth[row[1]]
    right = _text(table)
    if rng:
        wrong = [_cut(right, rng), _mislabelled(table, label, rng), _texts_moved(table, rng), foreign, b"\x00\xff junk"]
        yield from rng.sample(wrong, rng.choice((0, 1, 1, 2, 3)))
    yield right


def _cut(right: bytes, rng: random.Random) -> bytes:
    """The beginning, up to anywhere or to the end of a line."""
    at = rng.randrange(1, len(right))
    return right[:at] if rng.random() < 0.5 else right[: right.rfind(b"\n", 0, at) + 1]


def _mislabelled(table: Table, label: int, rng: random.Random) -> bytes:
    """One row with a label that is no class."""
    head, *rows = [list(row) for row in table]
    rng.choice(rows)[label] = "no such class"
    return _text([head, *rows])


def _texts_moved(table: Table, rng: random.Random) -> bytes:
    """The texts of all rows one row further: a column that was sorted by itself."""
    head, *rows = [list(row) for row in table]
    texts = [row[2] for row in rows]
    for row, text in zip(rows, texts[1:] + texts[:1], strict=True):
        row[2] = text
    return _text([head, *rows])


def _text(table: Table) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue().encode()


# --- a turn that dies ------------------------------------------------------------------------------------------------


def forked(project: Path, rng: random.Random | None) -> Turn:
    """A turn in a forked process; disturbed, it dies before a file operation, or there are two of them at once."""

    def turn(disturbed: bool) -> None:
        for _ in range(rng.randint(1, 3) if rng and disturbed else 1):
            at = rng.randint(1, rng.choice(OPERATIONS)) if rng and disturbed else 0
            children = [_advance(project, at)]
            if rng and disturbed and rng.random() < 0.2:
                children.append(_advance(project, 0))
            for child in children:
                _, status = os.waitpid(child, 0)
                died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
                assert (died and at) or os.waitstatus_to_exitcode(status) in (0, 3), (status, at)

    return turn


def _advance(project: Path, at: int) -> int:
    child = os.fork()
    if child:
        return child
    code: Any = 1
    try:
        code = _die_at(project, at)
    finally:
        os._exit(code if isinstance(code, int) else 1)


def _die_at(project: Path, at: int) -> Any:
    """Runs `advance` in this process, which kills itself before its `at`-th file operation; else the exit code."""
    from hooks import Act, hooked

    from alcli.cli import app

    done = 0

    def around(kind: str, paths: tuple[Path, ...], act: Act) -> object:
        nonlocal done
        done += 1
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return act()

    with hooked(project, around), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            app(["-C", str(project), "advance", "--settle", "0", "-q"])
        except SystemExit as end:
            return end.code or 0
    return 0


def main(folder: Path, seed: int) -> None:
    """Play the project in a folder, with its truth.csv and foreign.csv."""
    for library in ("alcli.cli", "alcli.show", "numpy", "polars", "scipy.sparse", "sklearn.linear_model"):
        importlib.import_module(library)
    rng = random.Random(seed) if seed else None
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = dict(csv.reader(file))
    foreign = (folder / "foreign.csv").read_bytes()
    print(play(folder / "p", truth, foreign, forked(folder / "p", rng), rng))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))

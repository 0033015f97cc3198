"""What real tools and careless hands return: every file of the collection through `ingest`, against what it should do.

The collection lies outside the repository (`ALCLI_HANDOFF`); where it is absent these tests are skipped. What no copy
of a collection can hold, such as a pipe, is made here.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from campaign import succeed

from alcli.commands.ingest import Outcome, ingest

HANDOFF = Path(os.environ.get("ALCLI_HANDOFF", Path(__file__).parents[2] / "shared" / "handoff"))
RETURNS = HANDOFF / "returns"
EXPECTED = RETURNS / "expected.json"
CASES: list[dict[str, Any]] = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else []
POOL_TOO = ("batch_r3", "batch_mangle")  # their rows stand in the pool of the collection

Accepted = set[tuple[str, str]]


def setting(batch: str, folder: Path) -> Path:
    """A project in which round 2 is answered and the batch is out."""
    ref = RETURNS / "ref"
    rows = {}
    for name in ("pool.jsonl",) if batch in POOL_TOO else (f"{batch}.jsonl", "pool.jsonl"):
        for line in (ref / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["text"] not in rows.values():  # other ids with the same texts would be duplicates
                rows.setdefault(row["id"], row["text"])
    pool = folder / "pool.jsonl"
    pool.write_text(
        "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in rows.items()), encoding="utf-8"
    )
    project = folder / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--classes", f"@{ref / 'labels.txt'}")
    older = [name for name in rows if name.startswith("ex-09")]
    succeed("-C", project, "select", "--ids", id_file(folder, older))
    succeed("-C", project, "ingest", ref / "batch_r2_returned.csv")
    succeed("-C", project, "select", "--ids", id_file(folder, batch_ids(ref, batch)))
    return project


def batch_ids(ref: Path, batch: str) -> list[str]:
    if (ref / f"{batch}.jsonl").exists():
        return [json.loads(line)["id"] for line in (ref / f"{batch}.jsonl").read_text(encoding="utf-8").splitlines()]
    import csv

    with (ref / f"{batch}.csv").open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def id_file(folder: Path, ids: list[str]) -> Path:
    (folder / "ids.txt").write_text("\n".join(ids) + "\n", encoding="utf-8")
    return folder / "ids.txt"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for batch in {case["batch"] for case in CASES}:
        folder = tmp_path_factory.mktemp(batch)
        made[batch] = setting(batch, folder)
    return made


def letter(outcome: Outcome) -> str:
    """A nothing refused, no warning; W warnings; R some rows refused, the good ones taken; F the file refused."""
    return "F" if outcome.exit_code else "R" if outcome.rejected else "W" if outcome.warnings else "A"


def taken(project: Path, outcome: Outcome) -> Accepted:
    if outcome.step is None:
        return set()
    lines = (
        (project / ".alcli" / "steps" / f"{outcome.step:04d}" / "answers.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    answers = [json.loads(line) for line in lines]
    return {(answer["id"], answer["label"]) for answer in answers if answer.get("label") is not None}


def wanted(case: Mapping[str, Any]) -> Accepted:
    accepted = case["accepted"]
    return set(accepted.items()) if isinstance(accepted, dict) else {(row[0], row[1]) for row in accepted}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def make_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(file.name)  # in the folder where we stand: its path may not be long


SPECIAL: dict[str, Callable[[Path], object]] = {
    "special/dev_null.csv": lambda file: file.symlink_to(os.devnull),
    "special/fifo.csv": os.mkfifo,
    "special/socket.csv": make_socket,
    "special/symlink_good.csv": lambda file: file.symlink_to(RETURNS / "001_ok_control.csv"),
}
UNREADABLE = "special/unreadable.csv"
NOBODY = 65534


@contextlib.contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """Root may read everything: within, we are somebody who owns this folder and no more."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


Verdict = tuple[str, str]
AS_EXPECTED, DIFFERS, UNSAFE = "as expected", "differs", "unsafe"


def verdict(case: Mapping[str, Any], settings: Mapping[str, Path], folder: Path) -> Verdict:
    """What `ingest` makes of one returned file, against what it should; with what it took, where that differs."""
    name = case["file"]
    file = folder / Path(name).name
    shutil.copytree(settings[case["batch"]], folder / "p")
    with contextlib.chdir(folder), contextlib.ExitStack() as within:
        if name in SPECIAL:
            SPECIAL[name](file)
        else:
            shutil.copyfile(RETURNS / name, file)
        if name == UNREADABLE:
            ingest(Path("p"), [file.name], dry_run=True)  # all that is imported has been, before we may not
            file.chmod(0)
            within.enter_context(nobody(folder))
        return judged(case, Path("p"), file.name)


def judged(case: Mapping[str, Any], project: Path, file: str) -> Verdict:
    before = contents(project)
    outcome = ingest(project, [file])
    if letter(outcome) == "F":
        if contents(project) != before:
            return UNSAFE, "a refusal changed something"
        outcome = ingest(project, [file], skip_bad_rows=True)
    accepted = taken(project, outcome)
    if not accepted <= wanted(case):
        return UNSAFE, f"took {sorted(accepted - wanted(case))}"
    if letter(outcome) not in {case["outcome"], case["alternative"][:1]}:
        return DIFFERS, f"{letter(outcome)}, not {case['outcome']}: {outcome.rejected}"
    if accepted != (wanted(case) if letter(outcome) != "F" else set()):
        return DIFFERS, f"passed over {sorted(wanted(case) - accepted)}"
    if letter(outcome) == "F" and contents(project) != before:
        return UNSAFE, "a refusal changed something"
    after = contents(project / ".alcli" / "steps")
    ingest(project, [file], skip_bad_rows=True)
    if contents(project / ".alcli" / "steps") != after:
        return UNSAFE, "the same file again changed something"
    return AS_EXPECTED, ""


Judge = Callable[[int], Verdict]


@pytest.fixture(scope="module")
def judge(settings: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """The verdict on the case of this number; each is tried once."""
    return functools.cache(lambda number: verdict(CASES[number], settings, tmp_path_factory.mktemp("case")))


needs_the_collection = pytest.mark.skipif(not CASES, reason="the collection of returned files is not here")


@needs_the_collection
@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[case["file"].encode("unicode_escape").decode() for case in CASES]
)
def test_return(number: int, judge: Judge) -> None:
    assert judge(number) == (AS_EXPECTED, ""), CASES[number]["why"]


@needs_the_collection
def test_no_file_is_left_out(judge: Judge) -> None:
    count = Counter(judge(number)[0] for number in range(len(CASES)))
    assert count == {AS_EXPECTED: 114}

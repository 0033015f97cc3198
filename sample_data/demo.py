"""Play a whole campaign on the sample tickets, with nothing but the command line (`make demo`).

The annotator is played by a few lines that look into the sealed answers; the rest is what you would type.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from annotate import annotate, read_csv, sealed_answers

ROUNDS = 8
BATCH_SIZE = 50
WIDTH = 80

PROJECT = Path("demo-project")
MARK = PROJECT / ".made-by-the-demo"
SAMPLE_DATA = Path(os.path.relpath(Path(__file__).parent))
POOL = SAMPLE_DATA / "tickets.csv"
ENVIRONMENT = os.environ | {"COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8"}


def announce(words: Sequence[str]) -> None:
    """Print a command as one would type it."""
    print(f"\n$ {shlex.join(('alcli', *words))}", flush=True)


def run(*words: str, show: bool = True) -> str:
    """Run a command of alcli: shown as it comes, or quietly and handed back."""
    if show:
        announce(words)
    command = (sys.executable, "-m", "alcli", *words)
    if show:
        # The talk goes to stderr; one stream keeps it in its place when the demo's output is piped.
        done = subprocess.run(command, env=ENVIRONMENT, stderr=subprocess.STDOUT, text=True)
    else:
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, encoding="utf-8")
    if done.returncode:
        if not show:
            announce(words)
            print(done.stdout + done.stderr, end="")
        sys.exit(f"demo: this command ended with exit code {done.returncode}")
    return done.stdout or ""


def in_project(*words: str, show: bool = True) -> str:
    """Run a command in the demo's project."""
    return run("-C", str(PROJECT), *words, show=show)


def true_accuracy(predictions: Path, topics: dict[str, str], labelled: set[str]) -> float:
    """How many of the tickets that nobody has labelled are predicted right."""
    fresh = [row for row in read_csv(predictions) if row["id"] not in labelled]
    return sum(row["label"] == topics[row["id"]] for row in fresh) / len(fresh)


def bar(share: float, width: int) -> str:
    """A share of the width, in plain text."""
    return "#" * round(share * width)


def start_afresh() -> None:
    """Remove the project of a former demo, and no other folder."""
    if not PROJECT.exists():
        return
    if PROJECT.is_symlink() or not MARK.is_file():
        sys.exit(f"demo: {PROJECT}/ was not made by this demo; move it or run the demo in another folder")
    shutil.rmtree(PROJECT)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def main() -> None:
    """Play the campaign: a project, eight rounds, a learning curve and the files to look at."""
    topics = sealed_answers()
    predictions, labels = PROJECT / "predictions.csv", PROJECT / "labels.csv"
    start_afresh()

    title(f"A project around {len(topics):,} support tickets, none of them labelled")
    try:
        run("init", str(PROJECT), "--pool", str(POOL), "--id", "id", "--text", "subject,body")
    finally:
        if PROJECT.is_dir():
            MARK.write_text("The next demo may remove this folder.\n", encoding="utf-8")

    labelled: set[str] = set()
    curve: list[tuple[int, float]] = []
    for number in range(1, ROUNDS + 1):
        first = number == 1
        if first:
            title("Round 1: select, label, ingest, retrain")
        select = ("select", "-n", str(BATCH_SIZE))
        if first:
            in_project(*select)
            files = [PROJECT / "round-001.csv"]
        else:
            files = [Path(file) for file in json.loads(in_project(*select, "--json", show=False))["files"]]
        for file in files:
            labelled |= annotate(file, topics)
        if first:
            print(f"\n(The annotator opens {files[0]} and fills in column `label`.)")
        in_project("ingest", *map(str, files), show=first)
        in_project("retrain", show=first)
        in_project("predict", "-o", str(predictions), show=first)

        curve.append((len(labelled), true_accuracy(predictions, topics, labelled)))
        if first:
            title(f"Rounds 1 to {ROUNDS}: the same commands again")
        print(
            f"round {number}: {curve[-1][0]:4} labels, {curve[-1][1]:6.1%} of the other tickets right",
            flush=True,
        )

    title("Where the project stands")
    in_project("status")
    in_project("export", "-o", str(labels))

    title("Labels spent and true accuracy (on the tickets that nobody labelled)")
    for spent, accuracy in curve:
        print(f"{spent:5} |{bar(accuracy, WIDTH - 16):<{WIDTH - 16}} {accuracy:6.1%}")

    # Asking the hard tickets leaves the easy ones behind: nobody should take the curve for more than it is.
    print("The hardest tickets were asked: new ones will be right a little less often.")

    title("Files to open")
    for path, what in (
        (files[0], "what an annotator gets and hands back"),
        (predictions, "a label and a confidence for every ticket"),
        (labels, "the labelled data set"),
        (PROJECT / "alcli.toml", "the settings: change them and go on"),
    ):
        print(f"{path!s:<30} {what}")


if __name__ == "__main__":
    main()

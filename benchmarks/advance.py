"""Does a campaign that runs itself end where it should, whatever happens to it on the way?

    python benchmarks/advance.py FOLDER

FOLDER holds train.csv (id,text,label). The same campaign is played twice by `alcli advance` alone. The first is left in
peace. In the second the annotator also sends files that are cut short, have a wrong label, texts that were sorted apart
or keys of another project; turns are killed at random moments, and some are started twice at once. Then the two are
compared: the label of every row, the rows of every batch, the figures of every model.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import campaign
import played
import results
import typer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "crash"))
import chaos  # the tests play the same campaign on a few rows, and die at file operations


def prepare(data: campaign.Data, project: Path, rounds: int, batch_size: int) -> None:
    """A project that stops after so many rounds, and retrains after each."""
    shutil.rmtree(project, ignore_errors=True)
    played.alcli("init", project, "--pool", data.pool, "--id", "id", "--text", "text")
    file = project / "alcli.toml"
    lines = {
        "batch_size": str(batch_size),
        "when": f'{{ use = "new_labels", at_least = {batch_size} }}',
        "any": f'[{{ use = "budget", labels = {rounds * batch_size} }}]',
        "classes": f"[{', '.join(repr(name) for name in sorted(set(data.answers.values())))}]",
    }
    said = file.read_text(encoding="utf-8").split("\n")
    words = (line.partition(" = ")[0] for line in said)
    changed = [f"{word} = {lines[word]}" if word in lines else line for word, line in zip(words, said, strict=True)]
    file.write_text("\n".join(changed), encoding="utf-8")


def foreign(data: campaign.Data, project: Path) -> bytes:
    """A labelled file of another project."""
    shutil.rmtree(project, ignore_errors=True)
    played.alcli("init", project, "--pool", data.pool, "--id", "id", "--text", "text", "--seed", 99)
    files, _ = played.annotate(played.alcli("select", "-n", 10, project=project), data.answers)
    return files[0].read_bytes()


def turns(project: Path, rng: random.Random | None, seen: Counter[str]) -> chaos.Turn:
    """A turn as a command; disturbed, it is killed after a while, or there are two of it at once."""
    line = played.command("advance", "--settle", 0, "-q", project=project)

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")

    def turn(disturbed: bool) -> None:
        running = [start()]
        if rng and disturbed:
            if rng.random() < 0.2:
                running.append(start())
                seen["two at once"] += 1
            time.sleep(rng.uniform(0.1, 1) * rng.choice((0.5, 3, 10)))
            if running[0].poll() is None:
                running[0].kill()
        for process in running:
            _, said = process.communicate()
            seen["killed" if process.returncode < 0 else f"exit {process.returncode}"] += 1
            assert process.returncode in (0, 3, -9), said

    return turn


def main(
    folder: Annotated[Path, typer.Argument(help="holds train.csv and test.csv", exists=True, file_okay=False)],
    rounds: Annotated[int, typer.Option(help="rounds of the campaign")] = 40,
    batch_size: Annotated[int, typer.Option(help="labels a round")] = 50,
    seed: Annotated[int, typer.Option(help="of what goes wrong")] = 1,
    out: Annotated[Path, typer.Option(help="the folder for projects and results")] = results.OUT,
) -> None:
    """Play the campaign twice and compare."""
    home = out.resolve() / f"advance-{folder.resolve().name}"
    data = campaign.read(folder, home)
    other = foreign(data, home / "other")
    record: dict[str, object] = {"rounds": rounds, "batch_size": batch_size, "seed": seed}
    ends = []
    for name, rng in (("in peace", None), ("disturbed", random.Random(seed))):
        project, seen = home / name.replace(" ", "-"), Counter[str]()
        prepare(data, project, rounds, batch_size)
        begun = time.perf_counter()
        sent = chaos.play(project, data.answers, other, turns(project, rng, seen), rng)
        refused = sum(not path.name.endswith(".why.txt") for path in project.glob("inbox/refused/*"))
        record[name] = {"files sent": sent, "refused": refused, "turns": dict(seen)}
        ends.append(chaos.essence(project))
        print(f"{name}: {sent} files, {refused} refused, turns: {dict(seen)}, {time.perf_counter() - begun:.0f} s")
    for what, (peace, disturbed) in zip(("labels", "rounds", "models"), zip(*ends, strict=True), strict=True):
        record[what] = {"n": len(peace), "same": peace == disturbed}
        print(f"{what}: {len(peace)}, {'the same' if peace == disturbed else 'NOT the same'}")
    print(results.save(home.name, record, out))
    if ends[0] != ends[1]:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)

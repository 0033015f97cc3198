"""Every command that writes, with the project it starts from and what must be true after it was cut short."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from campaign import alcli, annotate, make_project, play_round, specify, succeed, write_pool

from alcli.errors import AlcliError
from alcli.project.project import Project
from alcli.project.vault import Vault


@dataclass(frozen=True)
class Story:
    """A command as typed in the world's folder; `p` is the project in it.

    `outputs` are written beside the steps. `repeats`: typed once more it makes one more step (else it changes
    nothing). `refusal` is what it may say instead. `behind` is what every command may say until it is typed again.
    """

    name: str
    words: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    world: str = "campaign"
    repeats: bool = False
    refusal: str = ""
    behind: str = ""


STORIES = (
    Story("init", ("init", "p", "--pool", "pool.csv", "--text", "text"), ("p/alcli.toml",), world="pool"),
    Story("add", ("-C", "p", "add", "more.csv")),
    Story("select", ("-C", "p", "select", "-n", "5"), ("p/round-003.csv",), repeats=True),
    Story("ingest", ("-C", "p", "ingest", "returned.csv")),
    Story("retrain", ("-C", "p", "retrain"), repeats=True),
    Story("undo", ("-C", "p", "undo", "4"), refusal="already undone"),
    Story(
        "labels",
        ("-C", "p", "labels", "split", "access", "--into", "password,lockout"),
        ("p/alcli.toml",),
        world="classes",
        refusal="is not a class",
        behind="it does not know what step 6 did",
    ),
    Story(
        "undo of labels",
        ("-C", "p", "undo", "6"),
        ("p/alcli.toml",),
        world="changed",
        refusal="already undone",
        behind="it does not know what step 6 did",
    ),
    Story("predict", ("-C", "p", "predict", "-o", "predicted.csv"), ("predicted.csv",)),
    Story("export", ("-C", "p", "export", "-o", "labels.csv"), ("labels.csv",)),
    Story("remake", ("-C", "p", "select", "--remake"), ("p/round-002.csv",)),
)


def make_worlds(folder: Path) -> dict[str, Path]:
    """A folder with nothing but a pool; one amid a campaign: round 1 learned, round 2 back in the mail.

    Two more are like that one, but the classes are named there; in the last they have changed.
    """
    pool, campaign, classes, changed = (folder / name for name in ("pool", "campaign", "classes", "changed"))
    pool.mkdir()
    campaign.mkdir()
    write_pool(pool / "pool.csv")
    project = make_project(campaign)
    play_round(project)
    succeed("-C", project, "retrain")
    succeed("-C", project, "select", "-n", "6")
    annotate(project / "round-002.csv", campaign / "returned.csv")
    (project / "round-002.csv").unlink()
    write_pool(campaign / "more.csv", range(36, 50))
    (campaign / "predicted.csv").write_text("id,label,confidence\n")
    (campaign / "labels.csv").write_text("an older export\n")
    shutil.copytree(campaign, classes)
    specify(classes / "p", "labels.classes", '["billing", "access", "delivery"]')
    shutil.copytree(classes, changed)
    succeed("-C", changed / "p", "labels", "merge", "billing", "access", "--into", "money")
    return {"pool": pool, "campaign": campaign, "classes": classes, "changed": changed}


@contextlib.contextmanager
def inside(world: Path) -> Iterator[None]:
    """Work in this folder for the length of the block."""
    with contextlib.chdir(world):
        yield


def copy(world: Path, target: Path) -> Path:
    """A world of one's own."""
    shutil.copytree(world, target)
    return target


@dataclass(frozen=True)
class Truth:
    """What a world holds: the hashes of its steps, what they come to, the files beside them."""

    steps: tuple[str, ...]
    essence: Any
    outputs: dict[str, bytes | None]

    @classmethod
    def of(cls, world: Path, story: Story) -> Truth:
        """The truth in a world; refuses where the vault is damaged."""
        read = Vault(world / "p").read()
        outputs = {name: _bytes(world / name) for name in story.outputs}
        return cls(tuple(c.sha for c in read), _essence(world) if read else None, outputs)


def faults(
    world: Path, story: Story, before: Truth, after: Truth, *, returned: bool = False, same_run: bool = True
) -> Iterator[str]:
    """What a user would miss in a world where the command was cut short, or had `returned`.

    `after` is the truth of the same run let run to its end, or (not `same_run`) of another at another time.
    """
    try:
        found = Truth.of(world, story)
        yield from Vault(world / "p").faults()
    except AlcliError as error:
        yield f"refused: {error}"
        return
    old, new = found.steps[: len(before.steps)], found.steps[len(before.steps) :]
    wanted = after.steps[len(before.steps) :]
    if old != before.steps or len(new) > len(wanted) or (same_run and new not in ((), wanted)):
        yield f"{len(found.steps)} steps, which are neither those of before nor those of after"
        return
    landed = len(new) == len(wanted)
    if returned and not landed:
        yield "the command had returned and its step is not there"
    if found.essence != (after if landed else before).essence:
        yield "the same steps replay to another state"
    for name, data in found.outputs.items():
        if data != after.outputs[name] and (returned or data != before.outputs[name]):
            yield f"{name} is neither as before nor whole, or the command had returned and it is not there"
    status = alcli("-C", world / "p", "status")
    behind = status.exit_code == 5 and story.behind and story.behind in status.output and not returned
    if status.exit_code != (0 if found.steps else 4) and not behind:
        yield f"status: exit code {status.exit_code}: {status.output}"


def faults_typed_again(world: Path, story: Story, before: Truth, after: Truth) -> Iterator[str]:
    """What a user would miss who types the command again."""
    had_landed = len(before.steps) < len(after.steps) == len(Vault(world / "p").read())
    with inside(world):
        again = alcli(*story.words)
    if again.exit_code != 0 and not (had_landed and story.refusal and story.refusal in again.output):
        yield f"typed again: exit code {again.exit_code}: {again.output}"
        return
    try:
        yield from Vault(world / "p").faults()
        found = Truth.of(world, story)
    except AlcliError as error:
        yield f"typed again: refused: {error}"
        return
    if had_landed and story.repeats:
        if len(found.steps) != len(after.steps) + 1:
            yield f"typed again: {len(found.steps)} steps"
        return
    if found.essence != after.essence:
        yield "typed again: the end is not that of an undisturbed run"
    for name, data in found.outputs.items():
        if data != after.outputs[name]:
            yield f"typed again: {name} is not that of an undisturbed run"


def _essence(world: Path) -> Any:
    """The state without what the clock says."""
    state = Project.open(world / "p").state
    return replace(
        state,
        started="",
        batches=tuple(batch._replace(time="") for batch in state.batches),
        models=tuple((m.step, m.based_on, m.did.labels_by_class, m.did.figures) for m in state.models),
        relabelled=tuple(change._replace(time="") for change in state.relabelled),
    )


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None

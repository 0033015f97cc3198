"""The files of a batch: one for each annotator, or one for all, and what the format's tool wants beside each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from alcli import plugins
from alcli.campaign import parts
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.handoff.awaiting import to_label
from alcli.campaign.handoff.handing import Handout, handoff_at, refuse_to_overwrite, relative
from alcli.contracts import Format, Handoff
from alcli.errors import ProjectError
from alcli.project import durable
from alcli.project.config import Config, Part
from alcli.project.project import Project
from alcli.project.records import BATCH, SHOWN, BatchSelected, to_lines

LONGEST = 60  # bytes of a name, in the name of a file


@dataclass(frozen=True)
class Files:
    """What to write where: `paths` are the handoff files by annotator ("" = whoever takes it), `beside` the rest."""

    form: Format
    paths: Mapping[str, Path]
    handoffs: Mapping[Path, bytes]
    beside: Mapping[Path, bytes]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the handoff files first."""
        return tuple(map(str, (*self.handoffs, *self.beside)))

    @property
    def outputs(self) -> dict[str, str]:
        """Whose file is which; nothing where there is one for whoever takes it."""
        return {annotator: str(path) for annotator, path in self.paths.items() if annotator}

    @property
    def next(self) -> str:
        """What to do with them, and the command to type then."""
        return f"label the rows in {to_label(self.paths, self.form)}"


def in_format(config: Config, format: str | None, output: Path | None) -> Config:
    """The specification with the handoff format that a call names, or that the name of its file tells."""
    word = output.suffix[1:] if output else ""
    named = format or (word if word in plugins.names("formats") else "")
    return replace(config, handoff=replace(config.handoff, format=Part(named))) if named else config


def each_of(path: Path, annotators: Sequence[str], exactly: bool = False) -> dict[str, Path]:
    """A file for each annotator, called after `path`: `round-001-ana.csv`; `path` itself where there is nobody to name.

    A path that somebody gave is taken `exactly` where there is one annotator. Names that come to the same word are told
    apart by a number.
    """
    if len(annotators) < 2 and (exactly or not annotators):
        return {next(iter(annotators), ""): path}
    paths: dict[str, Path] = {}
    for annotator in annotators:
        word = _word(annotator)
        names = (word, *(f"{word}-{n}" for n in range(2, len(paths) + 2)))
        free = (path.with_name(f"{path.stem}-{name}{path.suffix}") for name in names)
        paths[annotator] = next(own for own in free if own not in paths.values())
    return paths


def _word(annotator: str) -> str:
    """A name as a part of a file's name: letters and digits, in lower case."""
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in unicodedata.normalize("NFC", annotator))
    word = "-".join("".join(kept).lower().split())
    return word.encode()[:LONGEST].decode(errors="ignore").rstrip("-") or "annotator"


def files_of(project: Project, handout: Handout, paths: Mapping[str, Path]) -> Files:
    """The files of a batch; whatever the format raises is told as its fault."""
    form = parts.load(project.root, "formats", handout.config.handoff.format)
    handoffs: dict[Path, bytes] = {}
    beside: dict[Path, bytes] = {}
    for annotator, path in paths.items():
        own, others = _written(form, handoff_at(path, project, handout, annotator))
        handoffs[path] = own
        beside |= {path.with_name(path.stem + suffix): text for suffix, text in others.items()}
    return Files(form, paths, handoffs, {path: data for path, data in beside.items() if path not in handoffs})


def _written(form: Format, handoff: Handoff) -> tuple[bytes, dict[str, bytes]]:
    with parts.blamed("format", type(form).__name__):
        content = form.write(handoff)
        beside = form.beside(handoff) if hasattr(form, "beside") else {}
    own = content if isinstance(content, bytes) else content.encode()
    return own, {suffix: text.encode() for suffix, text in beside.items()}


def refuse_any(paths: Iterable[Path]) -> None:
    """None of the handoff files may be there."""
    for path in paths:
        refuse_to_overwrite(path)


def write_missing(files: Mapping[Path, bytes]) -> None:
    """Write those that are not there as they should be; nobody's own file is replaced."""
    missing = {path: data for path, data in files.items() if not (path.exists() and path.read_bytes() == data)}
    refuse_any(missing)
    for path, data in missing.items():
        with durable.replacing(path) as draft:
            draft.write_bytes(data)


def send(project: Project, handout: Handout, picked: Picked, files: Files, matching: str = "") -> int:
    """Commit the round and write its files; the number of the step.

    A disk that refuses a file is to refuse it before the commit. What is left unwritten, `select --remake` writes.
    """
    first, *_ = files.paths.values()
    did = BatchSelected(
        round=handout.round,
        rows=len(handout.rows),
        strategy=picked.strategy,
        format=handout.config.handoff.format.use,
        output=relative(first, project.root),
        model=picked.model,
        candidates=picked.candidates,
        matching=matching,
        n_matching=picked.matching,
        n_audit=len(picked.audit),
        outputs={annotator: relative(path, project.root) for annotator, path in files.paths.items() if annotator},
    )
    step = None
    write_missing(files.beside)
    try:
        with project.vault.stage() as staging, ExitStack() as drafts:
            for path, data in files.handoffs.items():
                draft = drafts.enter_context(durable.replacing(path))
                draft.write_bytes(data)
                durable.sync(draft)
            (staging / BATCH).write_bytes(to_lines(list(handout.rows)))
            (staging / SHOWN).write_bytes(to_lines(list(handout.texts)))
            step = project.commit(staging, project.step(did, handout.config), asks=picked.rows).number
    except OSError as refusal:
        if step is None:
            raise
        missing = " and ".join(str(path) for path in files.handoffs if not path.exists())
        raise ProjectError(
            f"round {did.round} was chosen (step {step}), but {missing} could not be written: {refusal.strerror}",
            "alcli select --remake",
        ) from refusal
    return step

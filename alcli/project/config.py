"""`alcli.toml`: the campaign's specification, read into a value with every fault reported by its key."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from alcli.contracts import Guidance
from alcli.core.handoff.labels import clash
from alcli.core.labelling.answers import Rule
from alcli.errors import ConfigError, Fault


@dataclass(frozen=True)
class Part:
    """A plug-in as the specification names it: a word, and the parameters of its constructor."""

    use: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def recipe(self) -> str:
        """The part as one stable line of text."""
        return f"{self.use}{json.dumps(dict(self.params), sort_keys=True)}"


@dataclass(frozen=True)
class Pool:
    """Which columns of the pool are what."""

    id: str = ""
    text: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    vectors: bool = False
    label: str = ""

    @property
    def content(self) -> tuple[str, ...]:
        """The columns the model reads; rows alike in them are one question."""
        return tuple(dict.fromkeys((*self.text, *self.columns, *self.images)))


@dataclass(frozen=True)
class Labels:
    """The classes (none = what the answers bring), the words that mean "skipped", and what annotators are told."""

    classes: tuple[str, ...] = ()
    skip: tuple[str, ...] = ("?", "skip")
    guide: Mapping[str, Guidance] = field(default_factory=dict)


@dataclass(frozen=True)
class Select:
    """How a batch is chosen."""

    strategy: Part = Part("auto")
    cold_start: Part = Part("max_herding")
    batch_size: int = 100
    explore: float = 0.1
    rare: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """Who is asked, and how answers become labels.

    Each row of a batch goes to `per_row` of the annotators, a share of `overlap` to one more; none = there is one file,
    for whoever takes it.
    """

    annotators: tuple[str, ...] = ()
    per_row: int = 1
    overlap: float = 0.0
    resolve: Rule = Rule.MAJORITY


@dataclass(frozen=True)
class Review:
    """Labels that look wrong: up to this `share` of a batch is spent on them; on `hold`, nothing is learned from the
    worst until they are settled."""

    share: float = 0.0
    hold: bool = False


@dataclass(frozen=True)
class Features:
    """One featurizer for each role that the pool has."""

    text: Part = Part("lsa")
    columns: Part = Part("columns")
    images: Part = Part("images")
    vectors: Part = Part("vectors")


@dataclass(frozen=True)
class Retrain:
    """When a retrain is due, and the command that makes the step elsewhere ("" = it is made here)."""

    when: Part = Part("new_labels", {"at_least": 50})
    command: str = ""
    shell: bool = False


@dataclass(frozen=True)
class Stop:
    """When labelling may end: when any one of `any` says so, or every one of `all`."""

    any: tuple[Part, ...] = (Part("budget", {"labels": 2000}), Part("exhausted"))
    all: tuple[Part, ...] = (
        Part("classification_change", {"at_most": 0.01, "window": 3}),
        Part("plateau", {"rounds": 3}),
    )


@dataclass(frozen=True)
class Guard:
    """Columns whose groups are watched; each gets at least this part (`quota`) of its share of the pool in a batch."""

    groups: tuple[str, ...] = ()
    quota: float = 0.0


@dataclass(frozen=True)
class HandoffSettings:
    """What annotators get; the folders that `advance` goes by, which selects when fewer than `keep_out` are out."""

    format: Part = Part("csv")
    show: tuple[str, ...] = ()
    inbox: str = "inbox"
    outbox: str = "outbox"
    keep_out: int = 1


@dataclass(frozen=True)
class Hooks:
    """Commands that are run after a step, with the step's JSON on standard input; without a shell unless `shell`."""

    on_add: str = ""
    on_select: str = ""
    on_ingest: str = ""
    on_retrain: str = ""
    on_stop: str = ""
    shell: bool = False


@dataclass(frozen=True)
class Config:
    """The whole specification."""

    pool: Pool = Pool()
    labels: Labels = Labels()
    select: Select = Select()
    answers: Answers = Answers()
    review: Review = Review()
    features: Features = Features()
    model: Part = Part("auto")
    retrain: Retrain = Retrain()
    stop: Stop = Stop()
    guard: Guard = Guard()
    handoff: HandoffSettings = HandoffSettings()
    hooks: Hooks = Hooks()

    @property
    def id_name(self) -> str:
        """What the id is called in a handoff file."""
        return self.pool.id or "id"

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns annotators see."""
        return self.handoff.show or self.pool.content

    def tree(self) -> dict[str, Any]:
        """The specification as plain values, as `alcli.toml` would hold them; a step keeps it."""
        return asdict(self, dict_factory=_plain)


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {key: _bare(value) for key, value in pairs}
    if tree.keys() != {"use", "params"}:
        return tree
    params: dict[str, Any] = tree["params"]
    return {"use": tree["use"], **params}


def _bare(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


class _Wrong(Exception):
    """A value that cannot be taken; the sentence says what is wanted."""


def parse(text: str, file: str) -> Config:
    """The specification from the text of `alcli.toml`; raises `ConfigError` with every fault and its key."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}", f"mend {file}") from error
    config = from_tree(tree, file)
    rare, classes = config.select.rare, config.labels.classes
    strays = [name for name in rare if classes and name not in classes]  # steps of old may have some
    faults = [Fault(f"{name!r}: {_unknown(name, classes, 'class')}", column="select.rare") for name in strays]
    wrong = clash(classes, config.labels.skip)
    _refuse([*([Fault(wrong, column="labels.classes")] if wrong else []), *faults], file)
    return config


def from_tree(tree: Mapping[str, Any], file: str) -> Config:
    """The specification from plain values; raises `ConfigError` with every fault and its key."""
    faults: list[Fault] = []
    config = Config(**dict(_sections(tree, faults)))
    told, classes = config.labels.guide, config.labels.classes
    strays = [name for name in told if classes and name not in classes]
    faults.extend(Fault(_unknown(name, classes, "class"), column=f"labels.guide.{name}") for name in strays)
    _refuse(faults, file)
    return config


def _refuse(faults: Sequence[Fault], file: str) -> None:
    if faults:
        first = faults[0]
        many = f" ({len(faults)} faults)" if len(faults) > 1 else ""
        raise ConfigError(f"{file}: {first.column}: {first.reason}{many}", f"mend {file}", faults)


def _sections(tree: Mapping[str, Any], faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    known = {f.name: f for f in fields(Config)}
    faults.extend(Fault(_unknown(key, known), column=key) for key in tree if key not in known)
    for name in known:
        if name not in tree:
            continue
        default = getattr(Config(), name)
        value: Any = tree[name]
        try:
            yield name, _part(value) if isinstance(default, Part) else _table(value, default, name, faults)
        except _Wrong as wrong:
            faults.append(Fault(str(wrong), column=name, value=repr(tree[name])))


def _table(table: Any, default: Any, name: str, faults: list[Fault]) -> Any:
    if not isinstance(table, dict):
        raise _Wrong(f"wanted a table [{name}]")
    known = {f.name: f for f in fields(default)}
    values = {}
    for key, value in table.items():
        try:
            if key not in known:
                raise _Wrong(_unknown(key, known))
            values[key] = _read(value, getattr(default, key), known[key].type == "tuple[Part, ...]")
        except _Wrong as wrong:
            faults.append(Fault(str(wrong), column=f"{name}.{key}", value=repr(value)))
    return type(default)(**values)


def _unknown(name: str, known: Any, what: str = "key") -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"no such {what}; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}")


def _read(value: Any, like: Any, parts: bool) -> Any:
    """A TOML value as the kind of thing that stands there by default; a list is one of `parts`, or of words."""
    if isinstance(like, Part):
        return _part(value)
    if isinstance(like, Mapping):
        if not isinstance(value, dict):
            raise _Wrong('wanted a table, CLASS = "what belongs in it"')
        return {name: _guidance(told) for name, told in value.items()}
    if isinstance(like, tuple):
        if not isinstance(value, list):
            raise _Wrong("wanted a list")
        one: Callable[[Any], Any] = _part if parts else _word
        return tuple(one(v) for v in value)
    if isinstance(like, StrEnum):
        if value not in list(type(like)):
            raise _Wrong("wanted one of " + ", ".join(f'"{word}"' for word in type(like)))
        return type(like)(value)
    if isinstance(like, bool):
        if not isinstance(value, bool):
            raise _Wrong("wanted true or false")
        return value
    if isinstance(like, int):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise _Wrong("wanted a whole number, 1 or more")
        return value
    if isinstance(like, float):
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise _Wrong("wanted a share, 0 to 1")
        return float(value)
    return _word(value)


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("wanted text in quotes")
    return value


def _guidance(value: Any) -> Guidance:
    """`"what belongs in it"` or `{ about = "...", examples = ["..."] }`."""
    if isinstance(value, str):
        return Guidance(value)
    if not isinstance(value, dict) or not value.keys() <= {"about", "examples"}:
        raise _Wrong('wanted text in quotes, or a table { about = "...", examples = ["..."] }')
    return Guidance(_word(value.get("about", "")), _read(value.get("examples", []), (), parts=False))


def _part(value: Any) -> Part:
    """`"margin"` or `{ use = "margin", ... }`."""
    if isinstance(value, str):
        return Part(value)
    if not isinstance(value, dict) or not isinstance(value.get("use"), str):
        raise _Wrong('wanted a name such as "margin", or a table { use = "margin" }')
    return Part(value["use"], {k: v for k, v in value.items() if k != "use"})

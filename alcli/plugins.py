"""The interchangeable parts, found by name: `find`, `load`, `names`.

A name is that of the built-in file on the shelf, where there is one; a colon and its first parameter may follow
(`most_likely:fraud`). Else a name with a colon is a path or a module (`./mine.py:Doubtful`,
`sklearn.naive_bayes:MultinomialNB`); else an entry point of the group `alcli.KIND`. Built-ins cannot be shadowed.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Mapping, Set
from dataclasses import MISSING, dataclass, fields, is_dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from alcli.contracts import NEEDS
from alcli.errors import ConfigError

_CONTRACTS = {  # the words that a part of each kind must have
    "strategies": ("needs", "batch_needs", "starts_cold", "utility", "short_list", "select"),
    "models": ("build",),
    "featurizers": ("digest", "fit", "transform"),
    "stopping": ("judge",),
    "triggers": ("judge",),
    "formats": ("suffix", "write", "recognises", "read"),
}
KINDS = tuple(_CONTRACTS)


@dataclass(frozen=True, slots=True)
class Plugin:
    """Something that can be named: its kind, its name, the package it comes from, and its first sentence."""

    kind: str
    name: str
    package: str
    summary: str


@dataclass(frozen=True)
class ForeignModel:
    """Any scikit-learn classifier as a model: its class and the parameters to make it with."""

    classifier: Any
    params: dict[str, Any]

    def build(self, y: Any) -> Any:
        """An unfitted classifier; what it draws at random it draws the same each time, unless told otherwise.

        Of a table of class weights it gets those of the classes that have labels: it refuses any others.
        """
        given = dict(self.params)
        if isinstance(weights := given.get("class_weight"), dict):
            given["class_weight"] = {c: weight for c, weight in weights.items() if c in y}
        draws = "random_state" in inspect.signature(self.classifier).parameters
        return self.classifier(**({"random_state": 0} if draws else {}) | given)


def names(kind: str) -> list[str]:
    """The built-in names of a kind, in order."""
    shelf = Path(__file__).parent / kind
    return sorted(path.stem for path in shelf.glob("*.py") if not path.stem.startswith("_"))


def find(kind: str, name: str) -> Any:
    """The class behind a name; raises `ConfigError` with the words there are."""
    word, colon, _ = _parts(name)
    if word in names(kind):
        module = importlib.import_module(f"alcli.{kind}.{word}")
        return getattr(module, module.__all__[0])
    if colon:
        return _elsewhere(kind, name)
    point = _entry_point(kind, name)
    try:
        return point.load()
    except Exception as error:  # a stranger's code: whatever it raises is told as its fault
        raise ConfigError(f"the plug-in {name} of {_package(point)} does not load: {error!r}") from error


def look_up(kind: str, name: str) -> None:
    """Raise `ConfigError` where a name leads nowhere; nothing is imported, so what a module holds is not known."""
    word, colon, _ = _parts(name)
    if word in names(kind):
        return
    if not colon:
        _entry_point(kind, name)
        return
    source = name.rpartition(":")[0]
    if not (Path(source).is_file() if source.endswith(".py") else _is_module(source)):
        what = f"there is no {'file' if source.endswith('.py') else 'module'} {source}"
        raise _not_loaded(kind, name, what)


def _is_module(name: str) -> bool:
    """Whether there is a module of this name. None is imported, as `find_spec` would import its package."""
    if name in sys.modules:
        return True
    whole, *inner = name.split(".")
    spec = importlib.util.find_spec(whole) if whole else None
    for part in inner:
        whole = f"{whole}.{part}"
        spec = spec and PathFinder.find_spec(whole, spec.submodule_search_locations or [])
    return spec is not None


def _entry_point(kind: str, name: str) -> Any:
    points = {point.name: point for point in _entry_points(kind)}
    if name in points:
        return points[name]
    words = [*names(kind), *points]
    near = difflib.get_close_matches(name, words, n=1)
    raise ConfigError(
        f"there is no {_one(kind)} called {name!r}" + (f"; did you mean {near[0]}?" if near else ""),
        f"there are: {', '.join(words)}",
    )


def load(kind: str, name: str, params: Mapping[str, Any] | None = None) -> Any:
    """An instance; the parameters are checked against the constructor's signature.

    With the parameter `adapter`, a query strategy is one of another package: the adapter of that name makes it ours.
    """
    given = dict(params or {})
    if kind == "strategies" and "adapter" in given:
        return _adapted(name, given.pop("adapter"), given)
    if kind == "strategies" and ":" in name and (near := name.partition(".")[0].lower()) in names("adapters"):
        written = f'strategy = {{ use = "{name}", adapter = "{near}" }}'
        raise ConfigError(f"the query strategy {name} is of another package: it wants an adapter", written)
    plugin = find(kind, name)
    signature = _signature(kind, name, plugin)
    word, colon, value = _parts(name)
    if colon and word in names(kind):
        _give_first(f"the {_one(kind)} {word}", signature, given, value)
    takes_any = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    if not takes_any:
        _check_keys(f"the {_one(kind)} {name}", given, list(signature.parameters))
    if kind == "models" and not hasattr(plugin, "build"):
        return ForeignModel(plugin, given)
    for key, value in given.items():
        _check_type(f"the {_one(kind)} {name}: {key}", value, signature.parameters.get(key))
    if kind == "strategies" and "of" in signature.parameters:
        given["of"] = _wrapped(f"the {_one(kind)} {name}: of", given.get("of", "margin"))
    try:
        part = plugin(**given)
    except Exception as error:  # a stranger's code: whatever it raises is told as its fault
        raise ConfigError(f"the {_one(kind)} {name}: {error}", "mend its parameters in alcli.toml") from error
    _check_contract(kind, name, part)
    return part


def _signature(kind: str, name: str, plugin: Any) -> inspect.Signature:
    try:
        return inspect.signature(plugin)
    except (TypeError, ValueError) as error:  # no callable, or one in C that tells nothing
        raise ConfigError(f"the {_one(kind)} {name} is no class to make one of: {error}", _wanted(kind)) from error


def _check_contract(kind: str, name: str, part: Any) -> None:
    if missing := [word for word in _CONTRACTS[kind] if not hasattr(part, word)]:
        raise ConfigError(f"the {_one(kind)} {name} has no {' and no '.join(missing)}", _wanted(kind))
    for word in ("needs", "batch_needs") if kind == "strategies" else ():
        value, what = getattr(part, word), f"the {_one(kind)} {name}: {word}"
        if not isinstance(value, Set):
            raise ConfigError(f"{what} = {value!r}: wanted a set", f"of {', '.join(sorted(NEEDS))}")
        for need in value - NEEDS:
            raise ConfigError(f"{what} names {need!r}", f"there are: {', '.join(sorted(NEEDS))}")


def _wanted(kind: str) -> str:
    return f"wanted a class with {', '.join(_CONTRACTS[kind])}"


def _parts(name: str) -> tuple[str, str, str]:
    """The word, the colon and what follows it; a hyphen in the word of a built-in part is as good as its underscore."""
    word, colon, rest = name.partition(":")
    return word.replace("-", "_"), colon, rest


def _give_first(what: str, signature: inspect.Signature, given: dict[str, Any], value: str) -> None:
    """What stands after the colon of a built-in name is its first parameter, a number where that is one."""
    first = next(iter(signature.parameters.values()), None)
    if first is None:
        raise ConfigError(f"{what} has no parameters: nothing can stand after its colon", "leave it out")
    if first.name in given:
        raise ConfigError(f"{what}: {first.name} is given twice, {value!r} and {given[first.name]!r}", "leave one out")
    kind = type(first.default)
    with contextlib.suppress(ValueError):  # what is no number is told as any wrong value is
        given[first.name] = value
        given[first.name] = kind(value) if kind in (int, float) else value


def _wrapped(what: str, value: Any) -> Any:
    """The strategy that another one wraps, from its name or its table."""
    if isinstance(value, str):
        return load("strategies", value)
    if isinstance(value, Mapping) and isinstance(value.get("use"), str):
        return load("strategies", value["use"], {k: v for k, v in value.items() if k != "use"})
    if hasattr(value, "select"):
        return value
    raise ConfigError(f'{what} = {value!r}: wanted a name such as "margin", or a table {{ use = "margin" }}')


def _adapted(name: str, word: Any, given: dict[str, Any]) -> Any:
    """A query strategy of another package, as the adapter of this name asks it; the keys that are left are its own."""
    what = f"the query strategy {name}"
    if not isinstance(word, str):
        raise ConfigError(f"{what}: adapter = {word!r}: wanted one of {', '.join(names('adapters'))}")
    if ":" not in name:
        raise ConfigError(f"{what} needs no adapter", "an adapter is for MODULE:Name of another package")
    adapter = find("adapters", word)
    try:
        part = _elsewhere("strategies", name)
    except ConfigError as fault:
        if isinstance(fault.__cause__, ModuleNotFoundError) and fault.__cause__.name == adapter.package:
            raise ConfigError(f"{what}: the package {adapter.package} is not installed", adapter.install) from fault
        raise
    own = {"candidates": given.pop("candidates")} if "candidates" in given else {}
    try:
        _check_keys(what, given, [*adapter.parameters(part), "candidates"])
        return adapter(part, given, **own)
    except ConfigError:
        raise
    except Exception as error:  # a stranger's code: whatever it raises is told as its fault
        raise ConfigError(f"{what} with the adapter {word}: {error}", "mend it in alcli.toml") from error


def _check_keys(what: str, given: Mapping[str, Any], there: list[str]) -> None:
    for key in given:
        if key not in there:
            near = difflib.get_close_matches(key, there, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(there) or 'none'}"
            raise ConfigError(f"{what} has no parameter {key!r}", hint)


_KINDS_OF_VALUE = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}


def _check_type(what: str, value: Any, parameter: inspect.Parameter | None) -> None:
    """A value is to be of the kind that the parameter has by default; a whole number is a number too."""
    kind = type(parameter.default) if parameter else None
    if kind in _KINDS_OF_VALUE and not (type(value) is kind or (kind is float and type(value) is int)):
        raise ConfigError(f"{what} = {value!r}: wanted {_KINDS_OF_VALUE[kind]}", "mend its parameters in alcli.toml")


def defaults(kind: str, name: str) -> dict[str, Any]:
    """The parameters of a built-in part that have a default, and what it is."""
    plugin = find(kind, name)
    if not is_dataclass(plugin):
        return {}
    return {f.name: f.default for f in fields(plugin) if f.default is not MISSING and f.init}


def listing() -> list[Plugin]:
    """All that can be named, by kind."""
    found = []
    for kind in KINDS:
        for name in names(kind):
            found.append(Plugin(kind, name, "alcli", _summary(find(kind, name))))
        for point in _entry_points(kind):
            if point.name not in names(kind):
                found.append(Plugin(kind, point.name, _package(point), ""))
    return found


def _elsewhere(kind: str, name: str) -> Any:
    source, _, attribute = name.rpartition(":")
    try:
        module = _from_file(source) if source.endswith(".py") else importlib.import_module(source)
        return getattr(module, attribute)
    except Exception as error:  # a stranger's code: whatever it raises is told as its fault
        reason = str(error) if isinstance(error, ImportError | AttributeError | OSError) else repr(error)
        raise _not_loaded(kind, name, reason) from error


def _not_loaded(kind: str, name: str, reason: str) -> ConfigError:
    return ConfigError(f"the {_one(kind)} {name} does not load: {reason}", "wanted FILE.py:Name or MODULE:Name")


def _from_file(source: str) -> Any:
    path = Path(source)
    # of its own for each file, and the same in every process: pickled models name it
    own = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
    name = f"_alcli_{path.stem}_{own}"
    if name in sys.modules:
        return sys.modules[name]  # loaded anew, its classes would not be those of what was made before
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ImportError(f"there is no file {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except BaseException:  # Ctrl-C too: a module half loaded would be found the next time
        del sys.modules[name]
        raise
    return module


def _entry_points(kind: str) -> list[Any]:
    from importlib.metadata import entry_points

    return sorted(entry_points(group=f"alcli.{kind}"), key=lambda point: point.name)


def _package(point: Any) -> str:
    return point.dist.name if point.dist else "?"


def _one(kind: str) -> str:
    return {"strategies": "query strategy", "stopping": "stopping criterion", "triggers": "retrain trigger"}.get(
        kind, kind.removesuffix("s")
    )


def _summary(plugin: Any) -> str:
    return (inspect.getdoc(plugin) or "").partition("\n")[0]

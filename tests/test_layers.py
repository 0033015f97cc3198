"""The floors of the house: a file imports only from a lower floor, or inside its own room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "alcli"

FLOORS = {
    "cli": 7,
    "show": 6,
    "commands": 5,
    "campaign": 4,
    "plugins": 3,
    "engine": 3,
    "project": 3,
    "strategies": 3,
    "stopping": 3,
    "triggers": 3,
    "models": 3,
    "featurizers": 3,
    "formats": 3,
    "adapters": 3,
    "core": 2,
    "contracts": 1,
    "errors": 0,
}
# Within `campaign/` a file imports from its own room, from lower ones, and what stands in no room, which uses none.
CAMPAIGN = {"learning": 1, "joining": 2, "reviewing": 2, "choosing": 3, "handoff": 4, "simulating": 4}
PURE = ("contracts", "core", "strategies", "stopping", "triggers", "models", "featurizers", "formats", "adapters")
IMPURE_MODULES = {"pathlib", "os", "shutil", "tempfile", "time", "random", "io", "subprocess", "socket", "secrets"}
IMPURE_CALLS = {"open", "print", "input"}

FILES = sorted(HOUSE.rglob("*.py"))


def room(path: Path) -> str:
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> list[str]:
    """Every module that a file imports, at any depth, as dotted names."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found += [f"{module}.{alias.name}" for alias in node.names] if module in ("alcli", "io") else [module]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_no_import_runs_back_up(path: Path) -> None:
    here = room(path)
    if here in {"__init__", "__main__"}:
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "alcli" or len(parts) == 1 or parts[1] == "__version__":
            continue
        other = parts[1]
        assert other in FLOORS, f"{path}: {name} is in no room"
        same_room = other == here and here not in {"commands"}
        assert same_room or FLOORS[other] < FLOORS[here], f"{path} ({here}) imports {name}"


@pytest.mark.parametrize(
    "path", sorted((HOUSE / "campaign").rglob("*.py")), ids=lambda p: str(p.relative_to(HOUSE / "campaign"))
)
def test_no_room_of_a_campaign_reaches_up(path: Path) -> None:
    here = path.parent.name
    for name in imports(path):
        other = name.removeprefix("alcli.campaign.").partition(".")[0]
        lower = CAMPAIGN.get(other, 0) < CAMPAIGN.get(here, 0)
        assert lower or other == here or other not in CAMPAIGN, f"{path} imports {name}"


@pytest.mark.parametrize("path", [p for p in FILES if room(p) in PURE], ids=lambda p: str(p.relative_to(HOUSE)))
def test_the_core_is_pure(path: Path) -> None:
    for name in imports(path):
        in_memory = name == "io.BytesIO"
        assert in_memory or name.partition(".")[0] not in IMPURE_MODULES, f"{path} imports {name}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in IMPURE_CALLS, f"{path} calls {node.func.id}"


def test_every_room_is_on_the_plan() -> None:
    rooms = {room(path) for path in FILES} - {"__init__", "__main__"}
    assert rooms == set(FLOORS)


def test_only_show_prints() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                assert room(path) == "show", f"{path} prints"

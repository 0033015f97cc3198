"""What the documentation names is there: settings, parts, code. `test_docs.py` runs its commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_docs import HOME, PAGES
from views import check, view

from alcli import plugins
from alcli.campaign import parts
from alcli.project import config

EXAMPLES = HOME / "docs" / "examples"


def blocks(kind: str) -> list[tuple[str, str]]:
    """The blocks of this kind, each with the page it stands on."""
    pattern = re.compile(rf"```{kind}\n(.*?)```", re.DOTALL)
    return [(page.name, block) for page in PAGES for block in pattern.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "block"), blocks("toml"))
def test_settings_can_be_taken(page: str, block: str) -> None:
    told = config.parse(block, page)
    if "adapter" not in told.select.strategy.params:  # it wants a package that need not be here
        parts.check(EXAMPLES, told)


def test_every_part_has_a_line_in_the_page_on_choosing() -> None:
    text = (HOME / "docs" / "choosing.md").read_text(encoding="utf-8")
    for kind in ("strategies", "models", "featurizers"):
        missing = [name for name in plugins.names(kind) if not re.search(rf"^\| `{name}` \|", text, re.MULTILINE)]
        assert not missing, f"{kind}: {', '.join(missing)}"


def test_every_part_is_named_in_the_readme() -> None:
    table = (HOME / "README.md").read_text(encoding="utf-8").partition("## The parts")[2]
    missing = [f"{kind}: {name}" for kind in plugins.KINDS for name in plugins.names(kind) if f"`{name}`" not in table]
    assert not missing


def test_code_on_a_page_is_that_of_an_example() -> None:
    files = [path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.py")]
    assert all(any(block in file for file in files) for _, block in blocks("python"))


@pytest.mark.parametrize("page", [*PAGES, *HOME.glob("*/README.md")], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link, _ in links if not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("name", ["near_half.py:NearHalf", "unlike.py:Unlike"])
@pytest.mark.parametrize("sparse", [False, True])
def test_strategies_of_the_examples_keep_the_contract(name: str, sparse: bool) -> None:
    strategy = plugins.load("strategies", f"{EXAMPLES}/{name}")
    for n, batch_size in ((1, 1), (40, 20), (3, 9)):
        for kind in ("mixed", "same", "empty", "twins"):
            check(strategy, view(n, 3, kind=kind, sparse=sparse), batch_size)

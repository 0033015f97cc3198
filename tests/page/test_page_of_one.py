"""The labelling page of a file that is for one annotator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from desk import batch, open_page, press, rows, save, write


def test_the_page_knows_whose_it_is(page: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "round-001-zoë-k.html", replace(batch(), annotator="Zoë K"))
    page.goto(path.as_uri())
    page.locator("#position").get_by_text("Row").wait_for()
    assert page.locator("#who").inner_text() == "Zoë K"
    press(page, "1", "2")
    saved = save(page, tmp_path)
    assert saved.name == "round-001-zoë-k.csv", "the name is in it already"
    assert [(row["id"], row["label"], row["annotator"]) for row in rows(saved)] == [
        ("t1", "billing", "Zoë K"),
        ("t2", "access", "Zoë K"),
    ]


def test_a_stand_in_says_so_and_is_written_down(page: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "round-001-ana.html", replace(batch(), annotator="Ana"))
    page.goto(path.as_uri())
    page.locator("#position").get_by_text("Row").wait_for()
    page.locator("#who").click()
    page.get_by_label("Your name").fill("Ben")
    press(page, "Enter", "3")
    saved = save(page, tmp_path)
    assert saved.name == "round-001-ana-ben.csv"
    assert {row["annotator"] for row in rows(saved)} == {"Ben"}


def test_a_page_for_whoever_takes_it_asks(page: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "round-001.html", batch())
    page.goto(path.as_uri())
    assert page.get_by_label("Your name").is_visible()
    open_page(page, path, "Ana")

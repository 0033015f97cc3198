"""What an annotator does with the labelling page: plain functions that the tests of it use."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alcli.contracts import Handoff, HandoffRow
from alcli.formats.html import Html

CLASSES = ("billing", "access", "delivery")
TEXTS = ("I was charged twice", "the code never comes", "where is my parcel", "wrong amount on the invoice")
MANY = tuple(
    f"{thing} {what}" for thing in ("card", "cash", "top-up") for what in ("fee", "limit", "refund", "pending")
)


def batch(texts: Iterable[str] = TEXTS, classes: tuple[str, ...] = CLASSES, round: int = 1) -> Handoff:
    """A batch of these texts."""
    rows = (HandoffRow(f"r{round:03}-{n:03}-k7", f"t{n}", (text,)) for n, text in enumerate(texts, 1))
    return Handoff("id", ("text",), classes, tuple(rows))


def write(path: Path, handoff: Handoff) -> Path:
    """The page of this batch, on disk."""
    path.write_text(Html().write(handoff), encoding="utf-8", newline="")
    return path


def open_page(page: Any, path: Path, annotator: str = "Ana") -> None:
    """Open it and say one's name."""
    page.goto(path.as_uri())
    page.get_by_label("Your name").fill(annotator)
    page.keyboard.press("Enter")
    page.locator("#position").get_by_text("Row").wait_for()


def press(page: Any, *keys: str) -> None:
    """Type keys one after the other, wherever the focus is."""
    for key in keys:
        page.keyboard.press(key)


def take(page: Any, label: str) -> None:
    """Type a label into the field and take it."""
    page.keyboard.type(label)
    page.keyboard.press("Enter")


def save(page: Any, folder: Path) -> Path:
    """Save by the key, and where the file came to be."""
    with page.expect_download() as saving:
        page.keyboard.press("Control+s")
    path = folder / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a saved file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def labels(path: Path) -> dict[str, str]:
    """The label of each id in a saved file."""
    return {row["id"]: row["label"] for row in rows(path)}

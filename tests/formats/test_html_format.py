"""HTML: what goes into the labelling page, and that the page is not handed in itself. `tests/page` works in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from campaign import alcli, make_project, succeed
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import Guidance, Handoff, HandoffRefused, HandoffRow
from alcli.core.handoff.decoding import decode
from alcli.formats.html import Html

ROW = HandoffRow("r003-001-k7", "00123", ("I was charged twice",))
BATCH = Handoff("id", ("text",), ("billing", "access"), (ROW,))


class Parts(HTMLParser):
    """The scripts, styles and policy that a browser finds in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.policy, self.inside, self.found = "", "", dict[str, str]()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if told.get("http-equiv") == "Content-Security-Policy":
            self.policy = told["content"] or ""
        if tag in ("script", "style"):
            self.inside = told.get("id") or tag
            assert self.inside not in self.found, "one of each"
            self.found[self.inside] = ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[self.inside] += data


def told(handoff: Handoff) -> dict[str, object]:
    """What the page is told of the batch."""
    said: dict[str, object] = json.loads(Parts(Html().write(handoff)).found["batch"])
    return said


def test_the_page_holds_the_batch_as_the_csv_would() -> None:
    guide = {"billing": Guidance("money", ("charged twice",))}
    said = told(replace(BATCH, guide=guide, skip="skip", images=("text",), folder="../photos"))
    assert said["header"] == ["alcli_id", "id", "text", "label", "comment"]
    assert said["rows"] == [["r003-001-k7", "00123", "I was charged twice", "", ""]]
    assert said["classes"] == ["billing", "access"]
    assert said["guide"] == {"billing": ["money", "charged twice"]}
    assert said["shown"] == [{"at": 2, "image": True}]
    assert (said["skip"], said["folder"]) == ("skip", "../photos")


@given(st.text(max_size=60), st.text(st.sampled_from("</script>!-&;{} \u2028\ud800\0\r\n\"'"), max_size=60))
def test_every_text_comes_whole_out_of_the_page(text: str, awkward: str) -> None:
    handoff = replace(BATCH, rows=(replace(ROW, shown=(text,)), replace(ROW, shown=(awkward,))))
    rows = told(handoff)["rows"]
    assert isinstance(rows, list)
    assert [row[2] for row in rows] == [text, awkward]


def test_what_a_browser_could_take_for_markup_is_escaped() -> None:
    text = "</script><!-- <img src=x onerror=alert(1)> &amp; {{script}}"
    page = Html().write(replace(BATCH, rows=(replace(ROW, shown=(text,)),)))
    assert "onerror=alert" in page
    assert "<img" not in page
    assert page.count("<!--") == 0
    assert page.count("</script>") == 2
    assert page.encode(), "half surrogates are escaped, so that it can be written"


def test_the_policy_allows_only_what_is_in_the_page() -> None:
    parts = Parts(Html().write(BATCH))
    policy = dict(rule.split(" ", 1) for rule in parts.policy.split("; "))

    def named(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == named(parts.found["script"])
    assert policy["style-src"] == named(parts.found["style"])
    assert policy["img-src"] == "'none'"
    assert "img-src 'self' file:;" in Parts(Html().write(replace(BATCH, images=("text",)))).policy


def test_the_page_names_no_address_and_writes_no_markup() -> None:
    page = Html().write(BATCH)
    assert not re.search(r"https?://|innerHTML|insertAdjacent|document\.write|eval\(| on\w+=| style=", page)


def test_two_batches_are_told_apart_and_one_is_itself() -> None:
    other = replace(BATCH, rows=(replace(ROW, key="r003-001-m2"),))
    assert told(BATCH)["id"] != told(other)["id"]
    assert Html().write(BATCH) == Html().write(BATCH)


def test_the_page_itself_is_not_handed_in() -> None:
    page = Html().write(BATCH)
    assert not Html().recognises(page)
    with pytest.raises(HandoffRefused, match="hand in the CSV that the page saves"):
        Html().read(page, "id", ["text"])
    with pytest.raises(HandoffRefused, match="hand in the CSV that the page saves"):
        decode(page.encode())


def test_a_page_handed_in_is_refused_with_what_to_hand_in_instead(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    succeed("-C", project, "select", "-n", "2", "--format", "html")
    result = alcli("-C", project, "ingest", project / "round-001.html")
    assert result.exit_code == 3
    assert "hand in the CSV that the page saves" in result.stderr

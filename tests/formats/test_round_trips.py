"""A batch of any Unicode goes out in every format, is answered as the tool does it, and comes back: all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from annotating import EXPORTS, Answer, Export
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from alcli import plugins
from alcli.contracts import Handoff, HandoffRow, ReturnedRow
from alcli.core.handoff.archives import returned_files
from alcli.core.handoff.keys import key
from alcli.core.handoff.returning import opened, read_back
from alcli.core.handoff.sameness import Sameness, same_text

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=30)
AWKWARD = CELLS | st.sampled_from(
    ["=1+1", "'=1", "a\rb", "a\r\nb", '"', "a,b;c\td|e", "\ufeff", "1E5", "007", "_x000D_"]
)
# no guard, no outer space, no line end: what a class may be called; # is what doccano joins by
CLASSES = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="'#=+-@"), min_size=1, max_size=12)
COLUMNS = st.sampled_from(  # what the tools call things themselves
    [
        *("text", "title", "id", "label", "comment", "seconds", "Text", "a b", "data", "annotations", "lead_time"),
        *("annotator", "Comments", "answer", "options", "meta", "fields", "responses", "source", "x-metadata"),
        *("instance_id", "user_id", "labels"),
    ]
)


@st.composite
def batches(draw: st.DrawFn) -> tuple[Handoff, list[Answer]]:
    columns = tuple(draw(st.lists(COLUMNS, min_size=1, max_size=3, unique=True)))
    id_column = draw(COLUMNS)
    assume(id_column not in columns)
    classes = tuple(draw(st.lists(CLASSES, min_size=1, max_size=4, unique=True)))
    said = st.sampled_from(classes).map(Answer) | st.just(Answer()) | st.just(Answer(skipped=True))
    rows, answers = [], [Answer(classes[0], comment='a,b # "c"')]
    for number in range(1, draw(st.integers(1, 4)) + 1):
        row_id = draw(AWKWARD)
        shown = tuple(draw(AWKWARD) for _ in columns)
        rows.append(HandoffRow(key("p", 1, number, row_id), row_id, shown))
        if number > 1:
            answers.append(draw(said))
    return Handoff(id_column, columns, classes, tuple(rows)), answers


def returned(export: Export, content: bytes, handoff: Handoff) -> dict[str, ReturnedRow]:
    formats = [plugins.load("formats", name) for name in plugins.names("formats")]
    rows: dict[str, ReturnedRow] = {}
    for name, data in returned_files(content).items():
        suffix, person = Path(name).suffix or export.suffix, Path(name).stem
        back = read_back(opened(data, suffix, formats), handoff.id_column, handoff.shown_columns, person)
        assert not back.refused
        for row in back.rows:
            if row.label or row.skipped:
                assert row.key and row.key not in rows
                rows[row.key] = row
    return rows


@pytest.mark.parametrize("export", EXPORTS, ids=str)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(batch=batches())
def test_nothing_is_lost_and_nothing_is_changed(export: Export, batch: tuple[Handoff, list[Answer]]) -> None:
    if export.format == "xlsx":
        pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
        pytest.importorskip("python_calamine", reason="the extra alcli[xlsx] is not installed")
    handoff, answers = batch
    content = export.answered(plugins.load("formats", export.format).write(handoff), answers)
    back = returned(export, content, handoff)
    told = {
        row.key: (row, said)
        for row, said in zip(handoff.rows, answers, strict=True)
        if said.label or (said.skipped and "skipped" in export.tells)
    }
    assert back.keys() == told.keys()
    for name, (sent, said) in told.items():
        row = back[name]
        assert (row.label or "") == said.label and row.skipped == said.skipped
        assert row.id is None or same_text(sent.id, row.id) is Sameness.SAME
        if "text" in export.tells:
            assert list(row.shown) == list(handoff.shown_columns)
            for cell, column in zip(sent.shown, handoff.shown_columns, strict=True):
                assert same_text(cell, row.shown[column]) is Sameness.SAME
        else:
            assert not row.shown
        assert row.annotator == (said.annotator if "annotator" in export.tells else row.annotator)
        assert (row.comment or "") == (said.comment if "comment" in export.tells else "")
        assert row.seconds == (said.seconds if "seconds" in export.tells else None)

"""Rows of cells out of delimited text: quotes or none, the cells are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.handoff.delimited import records


def written(cell: str, quoted: bool, delimiter: str) -> str:
    """The cell as a tool may write it: with quotes where they are needed, or wherever it likes."""
    if quoted or delimiter in cell or cell.startswith('"') or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


cells = st.lists(st.tuples(st.text("ab,;\"' \n", max_size=6), st.booleans()), min_size=1, max_size=5)


@given(st.lists(cells, min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_cells_come_back_with_quotes_or_without(rows: list[list[tuple[str, bool]]], delimiter: str) -> None:
    lines = [delimiter.join(written(cell, quoted, delimiter) for cell, quoted in row) for row in rows]
    found = list(records("".join(line + "\n" for line in lines), delimiter))
    assert [record.cells for record in found] == [[cell for cell, _ in row] for row in rows]
    assert not any(record.fault for record in found)
    begins = [1 + sum(line.count("\n") + 1 for line in lines[:at]) for at in range(len(lines))]
    assert [record.line for record in found] == begins


@pytest.mark.parametrize("row", ['"a"b,c', '"a" ,c', '"a""b"c,d'])
def test_text_after_a_closing_quote_is_a_fault(row: str) -> None:
    (record,) = records(row, ",")
    assert record.fault == "there is text after a closing quote"

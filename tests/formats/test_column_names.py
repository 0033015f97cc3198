"""Columns called what a tool calls something itself, or cannot refer to: they go out renamed and come back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest
from annotating import Answer, doccano, doccano_csv, label_studio, label_studio_csv, label_studio_min, zipped

from alcli.contracts import Handoff, HandoffRow, Returned
from alcli.core.handoff.archives import returned_files
from alcli.formats.doccano import Doccano
from alcli.formats.label_studio import LabelStudio

AWKWARD = ("sub.line", "sub_line", "Text (größer)", "текст", "a[0]", "$x y", "i_d")


def batch(columns: Sequence[str], id_column: str) -> Handoff:
    cells = tuple(f"what stands in {column}" for column in columns)
    return Handoff(id_column, tuple(columns), ("yes", "no"), (HandoffRow("r001-001-k7", "00123", cells),))


def shown(returned: Returned) -> dict[str, str]:
    (row,) = returned.rows
    assert (row.key, row.id, row.label) == ("r001-001-k7", "00123", "yes")
    return dict(row.shown)


@pytest.mark.parametrize("answered", [label_studio, label_studio_min, label_studio_csv])
@pytest.mark.parametrize("id_column", ["id", "i_d"])
def test_label_studio_gets_names_that_its_interface_can_refer_to(answered: object, id_column: str) -> None:
    columns = [column for column in AWKWARD if column != id_column]
    handoff = batch(columns, id_column)
    (task,) = json.loads(LabelStudio().write(handoff))
    referred = re.findall(r'name="shown\d" value="\$(.*?)"', LabelStudio().beside(handoff)[".xml"])
    assert [task["data"][name] for name in referred] == [f"what stands in {column}" for column in columns]
    assert all(re.fullmatch("[A-Za-z0-9_]+", name) for name in referred)
    file = answered(LabelStudio().write(handoff), [Answer("yes")]).decode()
    assert shown(LabelStudio().read(file, id_column, columns)) == {c: f"what stands in {c}" for c in columns}


@pytest.mark.parametrize("answered", [doccano, doccano_csv])
def test_doccano_keeps_columns_that_it_has_itself(answered: object) -> None:
    columns = ["data", "categories", "filename", "upload_name", "example_uuid", "#line_number"]
    (line,) = Doccano().write(batch(columns, "id")).splitlines()
    assert not json.loads(line).keys() & set(columns)
    file = answered(line + "\n", [Answer("yes")]).decode()
    assert shown(Doccano().read(file, "id", columns)) == {c: f"what stands in {c}" for c in columns}


def test_a_member_of_doccano_who_approved_nothing_holds_up_nobody() -> None:
    assert list(returned_files(zipped({"admin.json": b"[]", "anna.json": b'[{"id":1}]'}))) == ["anna.json"]
